package dev.spillway.server.config;

import dev.spillway.relay.RelaySettings;
import java.time.Duration;

/** {@code relay} and {@code memory}. */
final class RelayBlock {
    private static final int MIN_BUFFER = 512;
    private static final int MAX_BUFFER = 1 << 20;
    private static final int MIN_SPLICE = 4096;
    private static final long MAX_SOCKET_BUFFER = 1L << 30;
    private static final Scalar.Reader<Duration> TIMEOUT =
            Scalar.time(Duration.ofMillis(1), Duration.ofDays(365), "means never");
    private static final Scalar.Reader<Duration> FIRST_BYTE =
            Scalar.time(Duration.ofMillis(1), Duration.ofDays(365), "means that idle-timeout holds");
    private static final Scalar.Reader<Long> SOCKET_BUFFER =
            Scalar.size(1, MAX_SOCKET_BUFFER, "leaves it to the kernel");

    private static final Scalar.Reader<Long> INITIAL_BUFFER = Scalar.size(1, MAX_SOCKET_BUFFER, "means no bound");

    private static final Scalar.Reader<Long> SPLICE_CHUNK = Scalar.size(MIN_SPLICE, MAX_BUFFER, "always copies");

    private RelayBlock() {}

    static RelaySettings read(Section spillway, ProcessLimits limits) {
        Section relay = spillway.block("relay");
        int minBuffer = relay.get("min-buffer", Scalar.powerOfTwo(MIN_BUFFER, MAX_BUFFER));
        int maxBuffer = relay.get("max-buffer", Scalar.powerOfTwo(MIN_BUFFER, MAX_BUFFER));
        if (relay.sound("min-buffer", "max-buffer") && minBuffer > maxBuffer) {
            relay.report("min-buffer", "at most max-buffer, which is " + Quantity.size(maxBuffer));
            minBuffer = maxBuffer;
        }
        long budget = budget(spillway, limits, maxBuffer);
        Duration idle = relay.get("idle-timeout", TIMEOUT);
        Duration firstByte = relay.get("first-byte-timeout", FIRST_BYTE);
        Duration halfClose = relay.get("half-close-timeout", TIMEOUT);
        boolean noDelay = relay.get("tcp-no-delay", Scalar.flag());
        boolean keepAlive = relay.get("keep-alive", Scalar.flag());
        int send = Math.toIntExact(relay.get("send-buffer", SOCKET_BUFFER));
        int receive = Math.toIntExact(relay.get("receive-buffer", SOCKET_BUFFER));
        int initial = Math.toIntExact(relay.get("initial-receive-buffer", INITIAL_BUFFER));
        int notSent = Math.toIntExact(relay.get("notsent-lowat", SOCKET_BUFFER));
        int splice = Math.toIntExact(relay.get("splice-chunk", SPLICE_CHUNK));
        relay.end();
        return new RelaySettings(
                budget, minBuffer, maxBuffer, idle, firstByte, halfClose, noDelay, keepAlive, send, receive, initial,
                notSent, splice);
    }

    /**
     * What is set, or half of the direct memory. A quarter at least is left to the allocator, whose chunks are never quite
     * full, and to the admin plane.
     */
    private static long budget(Section spillway, ProcessLimits limits, int maxBuffer) {
        Section memory = spillway.block("memory");
        long most = limits.directBytes() / 4 * 3;
        long direct = Math.max(maxBuffer, most);
        long budget = memory.get("budget", Scalar.size(1, Long.MAX_VALUE - 1, "takes half of the direct memory"));
        String expectation = "relay.max-buffer, which is " + Quantity.size(maxBuffer) + ", to "
                + Quantity.size(most) + ", three quarters of the "
                + Quantity.size(limits.directBytes()) + " of direct memory that Netty may use: see"
                + " -XX:MaxDirectMemorySize; 0 takes half of them";
        if (budget > most || budget != 0 && budget < maxBuffer) {
            memory.report("budget", expectation);
            budget = direct;
        }
        if (budget == 0) {
            budget = limits.directBytes() / 2;
        }
        if (budget < maxBuffer) {
            memory.report("budget", expectation);
            budget = direct;
        }
        memory.end();
        return budget;
    }
}
