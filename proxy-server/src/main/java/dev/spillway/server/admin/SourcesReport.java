package dev.spillway.server.admin;

import dev.spillway.ProxyView;
import dev.spillway.connection.Cost;
import dev.spillway.connection.SourceGroup;
import dev.spillway.relay.ConnectionOrder;
import dev.spillway.relay.ConnectionView;
import dev.spillway.server.admin.ConnectionsReport.Connection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Live connections by whom they are of, the costliest group first, as {@code /api/v1/connections?by=source} shows them.
 *
 * @param active how many connections there are in all
 * @param limit how many groups were asked for
 * @param groups how many groups there are in all
 */
record SourcesReport(long active, int limit, String by, int groups, List<Source> sources) {
    /** Of each group; the others are counted. */
    private static final int MOST_LISTED = 3;

    /**
     * One group, with the totals of all its connections.
     *
     * @param eligible how many of them MPP may close
     * @param costliest the first of them
     */
    record Source(
            String source,
            int connections,
            int eligible,
            long fixedBytes,
            long heldBytes,
            long kernelBytes,
            long costBytes,
            List<Connection> costliest) {}

    /** Sums while the connections go by, group after group. */
    private static final class Sums {
        private int connections;
        private int eligible;
        private Cost cost = new Cost(0, 0, 0);
        private final List<Connection> first = new ArrayList<>();

        private void add(ConnectionView view) {
            Cost own = view.facts().cost();
            connections++;
            eligible += view.facts().verdict().eligible() ? 1 : 0;
            cost = new Cost(
                    cost.fixedBytes() + own.fixedBytes(),
                    cost.heldBytes() + own.heldBytes(),
                    cost.kernelBytes() + own.kernelBytes());
            if (first.size() < MOST_LISTED) {
                first.add(Connection.of(view));
            }
        }

        private Source of(SourceGroup source) {
            return new Source(
                    source.toString(),
                    connections,
                    eligible,
                    cost.fixedBytes(),
                    cost.heldBytes(),
                    cost.kernelBytes(),
                    cost.totalBytes(),
                    List.copyOf(first));
        }
    }

    static SourcesReport of(ProxyView proxy, int limit) {
        // All of them: a total of some would be none.
        List<ConnectionView> all = proxy.connections(ConnectionOrder.SOURCE, Integer.MAX_VALUE);
        Map<SourceGroup, Sums> bySource = new LinkedHashMap<>();
        all.forEach(view -> bySource.computeIfAbsent(view.facts().source(), source -> new Sums())
                .add(view));
        return new SourcesReport(
                all.size(),
                limit,
                ConnectionOrder.SOURCE.label(),
                bySource.size(),
                bySource.entrySet().stream()
                        .limit(limit)
                        .map(each -> each.getValue().of(each.getKey()))
                        .toList());
    }
}
