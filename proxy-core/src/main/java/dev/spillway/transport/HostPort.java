package dev.spillway.transport;

import java.util.Locale;

/**
 * An address as an operator writes it: {@code 127.0.0.1:8080}, {@code [::1]:8080}, {@code backend.internal:8080} or
 * {@code *:8080} for every address.
 *
 * @param host a literal address without brackets, a name, or {@code *}
 * @param port 0–65535
 */
public record HostPort(String host, int port) {
    private static final int MAX_PORT = 65535;

    /** @throws IllegalArgumentException if the host is empty or the port out of 0–65535 */
    public HostPort {
        if (host.isEmpty()) {
            throw new IllegalArgumentException("no host (expected: host:port)");
        }
        if (port < 0 || port > MAX_PORT) {
            throw new IllegalArgumentException("port " + port + " (expected: 0-65535)");
        }
        host = host.toLowerCase(Locale.ROOT);
    }

    /**
     * Reads {@code host:port}; an IPv6 address has to be in brackets.
     *
     * @throws IllegalArgumentException naming the text and what was expected
     */
    public static HostPort parse(String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? text : text.substring(0, colon);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        if (bracketed) {
            host = host.substring(1, host.length() - 1);
        }
        if (colon < 0 || host.isEmpty() || bracketed != (host.indexOf(':') >= 0) || host.matches(".*[\\s\\[\\]/].*")) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" (expected: host:port, as \"127.0.0.1:8080\", \"[::1]:8080\" or \"*:8080\")");
        }
        String digits = text.substring(colon + 1);
        if (!digits.matches("[0-9]{1,5}") || Integer.parseInt(digits) > MAX_PORT) {
            throw new IllegalArgumentException("\"" + text + "\" (expected: a port in 0-65535 after the last colon)");
        }
        return new HostPort(host, Integer.parseInt(digits));
    }

    /** Whether this stands for every local address. */
    public boolean wildcard() {
        return host.equals("*") || host.equals("0.0.0.0") || host.equals("::");
    }

    /** Whether the host is a literal address, so that no name service is asked. */
    public boolean literal() {
        return host.indexOf(':') >= 0 || host.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
