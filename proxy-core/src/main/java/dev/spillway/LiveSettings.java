package dev.spillway;

import dev.spillway.limit.ConnectionLimits;
import dev.spillway.listener.ListenerSettings;
import dev.spillway.relay.MemoryBudget;
import dev.spillway.relay.RelaySettings;
import dev.spillway.syngate.SynGateSettings;
import java.util.List;

/**
 * What of new settings can hold in a proxy that runs: everything but its transport, its memory budget and what depends on
 * them.
 */
final class LiveSettings {
    private LiveSettings() {}

    /**
     * {@code next}, with that part of {@code now} that stays until the next start.
     *
     * @param relistens whether the backlog of a socket that listens can be changed
     * @throws IllegalArgumentException if a start with {@code next} would fail
     */
    static ProxySettings of(ProxySettings now, ProxySettings next, boolean relistens) {
        int most = next.limits().maxConnections();
        requireRoom(next.relay().budgetBytes(), most);
        long budget = now.relay().budgetBytes();
        RelaySettings relay = next.relay().within(budget);
        ConnectionLimits limits = MemoryBudget.mostConnections(budget) >= most
                ? next.limits()
                : new ConnectionLimits(
                        now.limits().maxConnections(),
                        next.limits().exemptReserve(),
                        next.limits().maxHalfOpen());
        return new ProxySettings(
                relistens ? next.listeners() : withTheirBacklog(now.listeners(), next.listeners()),
                next.upstreams(),
                now.transport(),
                relay,
                limits,
                now.security(),
                next.domain(),
                next.pressure(),
                next.prune(),
                new SynGateSettings(now.synGate().kind(), next.synGate().refusal()),
                next.drainDeadline());
    }

    private static void requireRoom(long budget, int connections) {
        long most = MemoryBudget.mostConnections(budget);
        if (connections > most) {
            throw new IllegalArgumentException("limits.max-connections: " + connections + " (expected: " + most
                    + " at the most, with a memory.budget of " + budget + " bytes)");
        }
    }

    private static List<ListenerSettings> withTheirBacklog(List<ListenerSettings> now, List<ListenerSettings> next) {
        return next.stream()
                .map(listener -> now.stream()
                        .filter(old -> old.bind().equals(listener.bind())
                                && (old.bind().port() != 0 || old.name().equals(listener.name())))
                        .findFirst()
                        .map(old -> listener.withBacklog(old.backlog()))
                        .orElse(listener))
                .toList();
    }
}
