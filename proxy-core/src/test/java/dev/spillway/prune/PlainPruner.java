package dev.spillway.prune;

import dev.spillway.connection.ConnectionFacts;
import dev.spillway.connection.SourceGroup;
import dev.spillway.pressure.Demand;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What {@link Pruner} plans, said as simply as it can be: each victim is looked for anew among all that are left. */
final class PlainPruner {
    private static final Comparator<Victim> WORSE = Comparator.comparingDouble(Victim::score)
            .thenComparingLong(victim -> victim.connection().id());

    private final VictimOrder order;
    private final int maxVictims;

    PlainPruner(PruneSettings settings) {
        this.order = new VictimOrder(settings);
        this.maxVictims = settings.maxPerEpoch();
    }

    PrunePlan plan(Demand demand, Collection<ConnectionFacts> connections) {
        long exempt = gain(demand, connections, false);
        boolean sparesActive = exempt > gain(demand, connections, true);
        List<Victim> left = new ArrayList<>();
        for (ConnectionFacts connection : connections) {
            long rank = order.rank(connection, demand);
            if (rank != VictimOrder.NO_VICTIM && !(sparesActive && VictimOrder.kind(rank) == Guilt.ACTIVE)) {
                left.add(new Victim(
                        connection,
                        VictimOrder.kind(rank),
                        VictimOrder.byteSeconds(rank),
                        demand.signal().gain(connection)));
            }
        }
        List<Victim> victims = new ArrayList<>();
        long gain = 0;
        while (gain < demand.amount() && victims.size() < maxVictims && !left.isEmpty()) {
            Victim next = next(left);
            left.remove(next);
            victims.add(next);
            gain += next.gain();
        }
        return new PrunePlan(demand, victims, gain);
    }

    private static long gain(Demand demand, Collection<ConnectionFacts> connections, boolean eligible) {
        return connections.stream()
                .filter(connection -> connection.verdict().eligible() == eligible)
                .mapToLong(demand.signal()::gain)
                .sum();
    }

    private static Victim next(List<Victim> left) {
        Guilt first =
                left.stream().map(Victim::guilt).min(Comparator.naturalOrder()).orElseThrow();
        List<Victim> kind =
                left.stream().filter(victim -> victim.guilt() == first).toList();
        Map<SourceGroup, BigInteger> weights = new HashMap<>();
        for (Victim victim : kind) {
            BigInteger score = BigInteger.valueOf(Math.round(victim.score() * 1000));
            weights.merge(victim.connection().source(), score, BigInteger::add);
        }
        return kind.stream()
                .max(Comparator.<Victim, BigInteger>comparing(
                                victim -> weights.get(victim.connection().source()))
                        .thenComparing(WORSE))
                .orElseThrow();
    }
}
