package dev.spillway.listener;

import dev.spillway.security.ListenerRules;
import dev.spillway.transport.HostPort;

/**
 * One listener.
 *
 * @param name as in the configuration
 * @param bind where to listen; port 0 takes a free one
 * @param upstream the name of the pool its connections go to
 * @param rules the profile it has and whether MPP acts on it, as far as that is said of this listener
 * @param backlog most connections the kernel keeps for it until they are accepted; the kernel caps it at somaxconn
 */
public record ListenerSettings(String name, HostPort bind, String upstream, ListenerRules rules, int backlog) {
    /** @throws IllegalArgumentException if {@code backlog} is not positive */
    public ListenerSettings {
        if (backlog <= 0) {
            throw new IllegalArgumentException("backlog: " + backlog + " (expected: positive)");
        }
    }

    /** The same with another backlog. */
    public ListenerSettings withBacklog(int other) {
        return new ListenerSettings(name, bind, upstream, rules, other);
    }
}
