package dev.spillway.transport;

import java.util.Optional;

/**
 * Which transport to take.
 *
 * @param kind the one to take, or empty for epoll where it works and NIO elsewhere
 * @param threads event loops; 0 means one for each processor the JVM sees
 */
public record TransportSettings(Optional<TransportKind> kind, int threads) {
    /** @throws IllegalArgumentException if {@code threads} is negative */
    public TransportSettings {
        if (threads < 0) {
            throw new IllegalArgumentException("threads: " + threads + " (expected: not negative)");
        }
    }
}
