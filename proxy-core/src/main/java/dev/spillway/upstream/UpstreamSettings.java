package dev.spillway.upstream;

import dev.spillway.transport.HostPort;
import java.time.Duration;
import java.util.List;

/**
 * One pool of servers.
 *
 * @param name as in the configuration
 * @param servers at least one; taken in turn
 * @param connectTimeout for one attempt to one server
 * @param retryDownAfter how long a server that could not be connected is passed over while another one is left
 * @param resolveInterval between two look-ups of the servers' names
 */
public record UpstreamSettings(
        String name,
        List<HostPort> servers,
        Duration connectTimeout,
        Duration retryDownAfter,
        Duration resolveInterval) {
    /** @throws IllegalArgumentException if there is no server or a time is out of its range */
    public UpstreamSettings {
        if (servers.isEmpty()) {
            throw new IllegalArgumentException("servers: [] (expected: one at least)");
        }
        if (connectTimeout.toMillis() <= 0 || connectTimeout.toMillis() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("connect-timeout: " + connectTimeout + " (expected: 1 ms to 24 days)");
        }
        if (retryDownAfter.isNegative()) {
            throw new IllegalArgumentException("retry-down-after: " + retryDownAfter + " (expected: not negative)");
        }
        if (resolveInterval.toMillis() <= 0) {
            throw new IllegalArgumentException("resolve-interval: " + resolveInterval + " (expected: positive)");
        }
        servers = List.copyOf(servers);
    }
}
