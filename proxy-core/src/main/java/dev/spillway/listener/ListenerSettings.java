package dev.spillway.listener;

import dev.spillway.security.NetworkProfile;
import dev.spillway.transport.HostPort;

/**
 * One listener.
 *
 * @param name as in the configuration
 * @param bind where to listen; port 0 takes a free one
 * @param upstream the name of the pool its connections go to
 * @param profile the network it faces
 * @param backlog most connections the kernel keeps for it until they are accepted; the kernel caps it at somaxconn
 */
public record ListenerSettings(String name, HostPort bind, String upstream, NetworkProfile profile, int backlog) {
    /** @throws IllegalArgumentException if {@code backlog} is not positive */
    public ListenerSettings {
        if (backlog <= 0) {
            throw new IllegalArgumentException("backlog: " + backlog + " (expected: positive)");
        }
    }
}
