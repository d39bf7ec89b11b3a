package dev.spillway.listener;

import dev.spillway.security.ListenerRules;
import dev.spillway.transport.HostPort;
import java.time.Duration;

/**
 * One listener.
 *
 * @param name as in the configuration
 * @param bind where to listen; port 0 takes a free one
 * @param upstream the name of the pool its connections go to
 * @param rules the profile it has and whether MPP acts on it, as far as that is said of this listener
 * @param backlog most connections the kernel keeps for it until they are accepted; the kernel caps it at somaxconn
 * @param deferAccept for how long the kernel keeps a connection to itself until its client has sent something, in whole seconds;
 *     zero hands it over at once
 * @param connectAtFirstByte whether the upstream is connected only when the client has said something
 */
public record ListenerSettings(
        String name,
        HostPort bind,
        String upstream,
        ListenerRules rules,
        int backlog,
        Duration deferAccept,
        boolean connectAtFirstByte) {
    private static final Duration MOST_DEFER = Duration.ofMinutes(10);

    /** @throws IllegalArgumentException if a value is out of its range */
    public ListenerSettings {
        if (backlog <= 0) {
            throw new IllegalArgumentException("backlog: " + backlog + " (expected: positive)");
        }
        if (deferAccept.isNegative() || deferAccept.getNano() != 0 || deferAccept.compareTo(MOST_DEFER) > 0) {
            throw new IllegalArgumentException(
                    "defer-accept: " + deferAccept + " (expected: whole seconds, 0 to " + MOST_DEFER + ")");
        }
    }

    /** Whose connections are handed over and connected at once. */
    public ListenerSettings(String name, HostPort bind, String upstream, ListenerRules rules, int backlog) {
        this(name, bind, upstream, rules, backlog, Duration.ZERO, false);
    }

    /** The same with another backlog. */
    public ListenerSettings withBacklog(int other) {
        return new ListenerSettings(name, bind, upstream, rules, other, deferAccept, connectAtFirstByte);
    }
}
