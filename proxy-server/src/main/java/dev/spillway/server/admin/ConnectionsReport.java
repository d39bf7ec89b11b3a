package dev.spillway.server.admin;

import dev.spillway.ProxyView;
import dev.spillway.connection.ConnectionFacts;
import dev.spillway.relay.ConnectionView;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Live connections, costliest first, as {@code /api/v1/connections} shows them.
 *
 * @param active how many there are in all
 * @param limit how many were asked for
 */
record ConnectionsReport(long active, int limit, List<Connection> connections) {
    /**
     * One connection. Standing, eligible and generation are the verdict of the moment it was accepted.
     *
     * @param server null while it is being connected
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
            long heldBytes,
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
                    TimeUnit.NANOSECONDS.toMillis(facts.ageNanos()),
                    TimeUnit.NANOSECONDS.toMillis(facts.idleNanos()),
                    TimeUnit.NANOSECONDS.toMillis(facts.stalledNanos()),
                    facts.heldBytes(),
                    facts.costBytes(),
                    facts.receivedBytes(),
                    facts.sentBytes(),
                    facts.silent());
        }
    }

    static ConnectionsReport of(ProxyView proxy, int limit) {
        return new ConnectionsReport(
                proxy.relays().active(),
                limit,
                proxy.connections(limit).stream().map(Connection::of).toList());
    }
}
