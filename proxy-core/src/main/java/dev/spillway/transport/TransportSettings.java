package dev.spillway.transport;

import java.util.Optional;

/**
 * Which transport to take.
 *
 * @param kind the one to take, or empty for epoll where it works and NIO elsewhere
 * @param threads event loops; 0 means one for each processor the JVM sees
 * @param unpacedLoopback whether what goes to peers on this machine is not paced, on epoll: see {@link LoopbackPace}
 */
public record TransportSettings(Optional<TransportKind> kind, int threads, boolean unpacedLoopback) {
    /** @throws IllegalArgumentException if {@code threads} is negative */
    public TransportSettings {
        if (threads < 0) {
            throw new IllegalArgumentException("threads: " + threads + " (expected: not negative)");
        }
    }

    /** With what goes to peers on this machine not paced. */
    public TransportSettings(Optional<TransportKind> kind, int threads) {
        this(kind, threads, true);
    }
}
