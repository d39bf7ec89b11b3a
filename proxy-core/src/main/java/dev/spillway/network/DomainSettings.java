package dev.spillway.network;

import dev.spillway.transport.HostPort;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * How the domain profile is found (S4): an interface's address is of the domain while one of the controllers answers there.
 *
 * @param controllers at most 64, each a host and a port of 1–65535, as {@code dc1.corp.example:389}; none switches the
 *     search off, and then nothing is of the domain
 * @param probeInterval between two probes from one address, and between two look-ups of the controllers' names; 1 s to a day
 * @param timeout for one connection to one controller; 10 ms to a minute, not above {@code probeInterval}
 */
public record DomainSettings(List<HostPort> controllers, Duration probeInterval, Duration timeout) {
    /** The most controllers there may be. */
    public static final int MOST_CONTROLLERS = 64;

    private static final int MOST_OF_BYTE = 255;
    private static final Duration LEAST_INTERVAL = Duration.ofSeconds(1);
    private static final Duration MOST_INTERVAL = Duration.ofDays(1);
    private static final Duration LEAST_TIMEOUT = Duration.ofMillis(10);
    private static final Duration MOST_TIMEOUT = Duration.ofMinutes(1);

    // Below the bounds, which its constructor reads.
    /** No controllers: nothing is of the domain. */
    public static final DomainSettings NONE =
            new DomainSettings(List.of(), Duration.ofSeconds(30), Duration.ofSeconds(2));

    /** @throws IllegalArgumentException naming the setting, its value and what was expected */
    public DomainSettings {
        if (controllers.size() > MOST_CONTROLLERS) {
            throw new IllegalArgumentException(
                    "controllers: " + controllers.size() + " (expected: at most " + MOST_CONTROLLERS + ")");
        }
        for (HostPort controller : controllers) {
            if (controller.wildcard() || controller.port() == 0) {
                throw new IllegalArgumentException(
                        "controllers: " + controller + " (expected: a host and a port in 1-65535)");
            }
            if (controller.literal() && !wellFormed(controller.host())) {
                throw new IllegalArgumentException(
                        "controllers: " + controller + " (expected: a name, an IPv4 or an IPv6 address)");
            }
        }
        if (probeInterval.compareTo(LEAST_INTERVAL) < 0 || probeInterval.compareTo(MOST_INTERVAL) > 0) {
            throw new IllegalArgumentException("probe-interval: " + probeInterval + " (expected: 1 s to 1 day)");
        }
        if (timeout.compareTo(LEAST_TIMEOUT) < 0 || timeout.compareTo(MOST_TIMEOUT) > 0) {
            throw new IllegalArgumentException("timeout: " + timeout + " (expected: 10 ms to 1 minute)");
        }
        if (timeout.compareTo(probeInterval) > 0) {
            throw new IllegalArgumentException(
                    "timeout: " + timeout + " (expected: not above probe-interval, " + probeInterval + ")");
        }
        controllers = controllers.stream().distinct().toList();
    }

    /** What looks like an address but is none would be looked up as a name, and never be found. */
    private static boolean wellFormed(String literal) {
        if (literal.indexOf(':') < 0) {
            return Arrays.stream(literal.split("\\.", -1)).allMatch(part -> Integer.parseInt(part) <= MOST_OF_BYTE);
        }
        int scope = literal.indexOf('%');
        try {
            // No name service is asked for a text with a colon.
            return InetAddress.getByName(scope < 0 ? literal : literal.substring(0, scope)) != null;
        } catch (UnknownHostException malformed) {
            return false;
        }
    }
}
