package dev.spillway.relay;

import dev.spillway.connection.SourceGroup;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** By what live connections are listed. What is equal otherwise is listed in the order of accept. */
public enum ConnectionOrder {
    /** Costliest first. */
    COST {
        @Override
        Comparator<ConnectionView> over(Collection<ConnectionView> all) {
            return COSTLIEST;
        }
    },
    /** Idle for longest first. */
    IDLE {
        @Override
        Comparator<ConnectionView> over(Collection<ConnectionView> all) {
            return Comparator.comparingLong(
                            (ConnectionView view) -> view.facts().idleNanos())
                    .reversed();
        }
    },
    /** The source group first whose connections cost the most together, and in it the costliest. */
    SOURCE {
        @Override
        Comparator<ConnectionView> over(Collection<ConnectionView> all) {
            Map<SourceGroup, Long> costs = new HashMap<>();
            all.forEach(view -> costs.merge(view.facts().source(), view.facts().costBytes(), Long::sum));
            // One name for each group: within one all costs tie, and a name for each comparison would be costly.
            Map<SourceGroup, String> names = new HashMap<>();
            costs.keySet().forEach(source -> names.put(source, source.toString()));
            return Comparator.comparingLong((ConnectionView view) ->
                            costs.getOrDefault(view.facts().source(), 0L))
                    .reversed()
                    .thenComparing(view -> names.getOrDefault(view.facts().source(), ""))
                    .thenComparing(COSTLIEST);
        }
    };

    private static final Comparator<ConnectionView> COSTLIEST = Comparator.comparingLong(
                    (ConnectionView view) -> view.facts().costBytes())
            .reversed();

    abstract Comparator<ConnectionView> over(Collection<ConnectionView> all);

    /** The first {@code limit} of {@code all} in this order. */
    List<ConnectionView> first(Collection<ConnectionView> all, int limit) {
        return all.stream()
                .sorted(over(all).thenComparingLong(view -> view.facts().id()))
                .limit(limit)
                .toList();
    }

    /** The word used by the API and the command line. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
