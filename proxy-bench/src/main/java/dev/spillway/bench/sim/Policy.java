package dev.spillway.bench.sim;

import dev.spillway.connection.ConnectionFacts;
import dev.spillway.pressure.Demand;
import dev.spillway.prune.EpochPlan;
import dev.spillway.prune.Guilt;
import dev.spillway.prune.PruneSettings;
import dev.spillway.prune.Pruner;
import dev.spillway.prune.Victim;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.LongFunction;

/**
 * A way to choose victims, by name.
 *
 * @param label what reports call it
 * @param make one that chooses the same again for the same seed
 */
record Policy(String label, LongFunction<Choice> make) {
    /** The proxy's defaults. */
    static final PruneSettings SETTINGS = new PruneSettings(Duration.ofMillis(250), 1000, 32, 64);

    static final Policy OURS = new Policy("ours", seed -> {
        Pruner pruner = new Pruner(SETTINGS);
        return (demands, connections) -> EpochPlan.of(demands, connections, pruner, SETTINGS.maxPerEpoch())
                .victims();
    });

    /** Anyone eligible by whose closing something is gained, as the original is said to choose (S25). */
    static final Policy RANDOM = new Policy("random", seed -> {
        Random random = new Random(seed);
        return taking(candidates -> Collections.shuffle(candidates, random));
    });

    static final Policy OLDEST = sorted("oldest", Comparator.comparingLong(ConnectionFacts::ageNanos));
    static final Policy LARGEST = sorted("largest", Comparator.comparingLong(ConnectionFacts::costBytes));

    /** What ours is compared with. */
    static final List<Policy> OTHERS = List.of(RANDOM, OLDEST, LARGEST);

    /** The highest by {@code order} first; the newer of two that are equal. */
    static Policy sorted(String label, Comparator<ConnectionFacts> order) {
        Comparator<ConnectionFacts> highestFirst =
                order.thenComparingLong(ConnectionFacts::id).reversed();
        return new Policy(label, seed -> taking(candidates -> candidates.sort(highestFirst)));
    }

    private interface Order {
        void put(List<ConnectionFacts> candidates);
    }

    private static Choice taking(Order order) {
        return (demands, connections) -> {
            List<Victim> victims = new ArrayList<>();
            Set<Long> chosen = new HashSet<>();
            for (Demand demand : demands) {
                long given = victims.stream()
                        .mapToLong(victim -> demand.signal().gain(victim.connection()))
                        .sum();
                List<ConnectionFacts> candidates = new ArrayList<>();
                for (ConnectionFacts connection : connections) {
                    if (connection.verdict().eligible()
                            && demand.signal().gain(connection) > 0
                            && !chosen.contains(connection.id())) {
                        candidates.add(connection);
                    }
                }
                order.put(candidates);
                take(candidates, demand, given, victims, chosen);
            }
            return victims;
        };
    }

    private static void take(
            List<ConnectionFacts> candidates, Demand demand, long given, List<Victim> to, Set<Long> chosen) {
        long gain = given;
        for (ConnectionFacts connection : candidates) {
            if (gain >= demand.amount() || to.size() >= SETTINGS.maxPerEpoch()) {
                return;
            }
            long each = demand.signal().gain(connection);
            gain += each;
            to.add(new Victim(connection, Guilt.ACTIVE, 0, each));
            chosen.add(connection.id());
        }
    }
}
