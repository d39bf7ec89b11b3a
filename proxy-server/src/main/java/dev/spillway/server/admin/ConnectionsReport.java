package dev.spillway.server.admin;

import dev.spillway.ProxyView;
import dev.spillway.connection.ConnectionFacts;
import dev.spillway.relay.ConnectionOrder;
import dev.spillway.relay.ConnectionView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Live connections as {@code /api/v1/connections} shows them.
 *
 * @param active how many there are in all
 * @param limit how many were asked for
 * @param by in what order they are: {@code cost} or {@code idle}
 */
record ConnectionsReport(long active, int limit, String by, List<Connection> connections) {
    /**
     * One connection. Standing, eligible and generation are the verdict of the moment it was accepted.
     *
     * @param server null while it is being connected
     * @param paceBytes what the slower peer has lately taken a second
     * @param turnoverMillis how long it will take for what waits, at that pace; null for never
     */
    record Connection(
            long id,
            String client,
            String source,
            String local,
            String listener,
            String upstream,
            @Nullable String server,
            String phase,
            String standing,
            boolean eligible,
            long generation,
            long ageMillis,
            long idleMillis,
            long stalledMillis,
            long waitingMillis,
            long waitingBytes,
            long paceBytes,
            @Nullable Long turnoverMillis,
            String window,
            long fixedBytes,
            long heldBytes,
            long kernelBytes,
            long costBytes,
            long receivedBytes,
            long sentBytes,
            boolean silent) {
        static Connection of(ConnectionView view) {
            ConnectionFacts facts = view.facts();
            return new Connection(
                    facts.id(),
                    Addresses.text(view.client()),
                    facts.source().toString(),
                    Addresses.text(view.local()),
                    view.listener(),
                    view.upstream(),
                    view.server() == null ? null : Addresses.text(view.server()),
                    facts.phase().label(),
                    facts.verdict().standing().label(),
                    facts.verdict().eligible(),
                    facts.verdict().generation(),
                    VictimReport.millis(facts.ageNanos()),
                    VictimReport.millis(facts.idleNanos()),
                    VictimReport.millis(facts.stalledNanos()),
                    VictimReport.millis(facts.progress().waitingNanos()),
                    facts.progress().waitingBytes(),
                    Math.round(facts.progress().pace()),
                    VictimReport.turnover(facts.progress()),
                    facts.progress().window().label(),
                    facts.cost().fixedBytes(),
                    facts.cost().heldBytes(),
                    facts.cost().kernelBytes(),
                    facts.costBytes(),
                    facts.receivedBytes(),
                    facts.sentBytes(),
                    facts.silent());
        }
    }

    static ConnectionsReport of(ProxyView proxy, ConnectionOrder by, int limit) {
        return new ConnectionsReport(
                proxy.relays().active(),
                limit,
                by.label(),
                proxy.connections(by, limit).stream().map(Connection::of).toList());
    }
}
