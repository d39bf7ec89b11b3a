package dev.spillway.prune;

import dev.spillway.connection.ConnectionFacts;
import dev.spillway.connection.SourceGroup;
import dev.spillway.pressure.Demand;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * Turns a demand into a plan, fairly between sources.
 *
 * <p>Within each kind of {@link Guilt}, the victim is always the highest score of the source group whose remaining
 * scores are the highest in sum: a crowd behind one address pays before a single connection from another, and one
 * source cannot hide behind many small connections. Ties go to the newer connection, so that the plan is repeatable
 * and the client who was there first stays.
 *
 * <p>A plan stops with the victim that meets the demand, so it exceeds the demand by less than one victim; and a larger
 * demand yields the same victims and perhaps more. Time is O(n log n) in the number of candidates; memory is one object
 * a candidate, only while a plan is made.
 */
public final class Pruner {
    private static final Comparator<Victim> WORST_FIRST = Comparator.comparingDouble(Victim::score)
            .reversed()
            .thenComparing(
                    Comparator.<Victim>comparingLong(v -> v.connection().id()).reversed());

    private final VictimOrder order;
    private final int maxVictims;

    /** A pruner that chooses as {@code settings} say. */
    public Pruner(PruneSettings settings) {
        this.order = new VictimOrder(settings);
        this.maxVictims = settings.maxPerEpoch();
    }

    /** Whom of {@code connections} to close for {@code demand}. Any thread; the caller's collection is only read. */
    public PrunePlan plan(Demand demand, Collection<ConnectionFacts> connections) {
        Map<Guilt, Map<SourceGroup, Group>> candidates = new EnumMap<>(Guilt.class);
        for (ConnectionFacts connection : connections) {
            order.rank(connection, demand)
                    .ifPresent(victim -> candidates
                            .computeIfAbsent(victim.guilt(), guilt -> new HashMap<>())
                            .computeIfAbsent(connection.source(), source -> new Group())
                            .add(victim));
        }
        List<Victim> victims = new ArrayList<>();
        long gain = 0;
        for (Map.Entry<Guilt, Map<SourceGroup, Group>> kind : candidates.entrySet()) {
            long enough = kind.getKey() == Guilt.STALLED ? demand.amount() : demand.fromAnyone();
            PriorityQueue<Group> heaviestFirst = new PriorityQueue<>(Comparator.reverseOrder());
            kind.getValue().values().forEach(group -> heaviestFirst.add(group.sorted()));
            while (gain < enough && victims.size() < maxVictims && !heaviestFirst.isEmpty()) {
                Group heaviest = heaviestFirst.remove();
                Victim victim = heaviest.remove();
                victims.add(victim);
                gain += victim.gain();
                if (!heaviest.isEmpty()) {
                    heaviestFirst.add(heaviest);
                }
            }
        }
        return new PrunePlan(demand, List.copyOf(victims), gain);
    }

    /**
     * The candidates of one source, worst first, and the sum of the scores that are left. The sums are made from the
     * lightest member up, so that they do not depend on the order in which connections were listed, as sums of doubles
     * would otherwise.
     */
    private static final class Group implements Comparable<Group> {
        private final List<Victim> members = new ArrayList<>();
        private double[] weights = {};
        private int next;

        void add(Victim victim) {
            members.add(victim);
        }

        /** Call once, when all are added and before any is removed. */
        Group sorted() {
            members.sort(WORST_FIRST);
            weights = new double[members.size()];
            double weight = 0;
            for (int i = weights.length - 1; i >= 0; i--) {
                weight += members.get(i).score();
                weights[i] = weight;
            }
            return this;
        }

        Victim remove() {
            return members.get(next++);
        }

        boolean isEmpty() {
            return next == members.size();
        }

        /** Only for groups that are not empty. */
        @Override
        public int compareTo(Group other) {
            int byWeight = Double.compare(weights[next], other.weights[other.next]);
            return byWeight != 0 ? byWeight : -WORST_FIRST.compare(members.get(next), other.members.get(other.next));
        }
    }
}
