package dev.spillway.server.admin;

import dev.spillway.transport.HostPort;
import java.time.Duration;
import java.util.Optional;

/**
 * Where the admin plane listens and whom it lets in.
 *
 * @param enabled whether there is one
 * @param bind where to listen; port 0 takes a free one
 * @param token what a request has to bring as {@code Authorization: Bearer}, except for {@code /health/*}; empty lets
 *     everyone in who can connect, which is for loopback only
 * @param maxConnections most connections at a time; positive
 * @param idleTimeout after which a connection without a request is closed; positive
 */
public record AdminSettings(
        boolean enabled, HostPort bind, Optional<String> token, int maxConnections, Duration idleTimeout) {
    /** @throws IllegalArgumentException if a value is out of its range */
    public AdminSettings {
        if (maxConnections <= 0) {
            throw new IllegalArgumentException("max-connections: " + maxConnections + " (expected: positive)");
        }
        if (idleTimeout.toMillis() <= 0) {
            throw new IllegalArgumentException("idle-timeout: " + idleTimeout + " (expected: positive)");
        }
        // A header can carry nothing else; the value itself stays out of the message.
        if (token.isPresent() && !token.get().matches("[!-~]+")) {
            throw new IllegalArgumentException("token: " + token.get().length()
                    + " characters (expected: one at least, all visible ASCII without blanks)");
        }
    }

    /** Shows whether there is a token, not which. */
    @Override
    public String toString() {
        return "AdminSettings[enabled=" + enabled + ", bind=" + bind + ", token="
                + (token.isPresent() ? "set" : "none") + ", maxConnections=" + maxConnections + ", idleTimeout="
                + idleTimeout + "]";
    }
}
