package dev.spillway.relay;

import dev.spillway.transport.SocketGauge;
import dev.spillway.transport.Transport;
import io.netty.channel.socket.SocketChannel;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Bounds what the kernel takes in from one peer before we read it, as long as the peer has not shown that it needs more.
 *
 * <p>Left alone the kernel gives every connection a window of 64 KiB and lets it grow to megabytes while it is read quickly;
 * a peer that has read or sent quickly for a moment and then stands keeps all that pinned (measured: up to 5 MB a
 * connection). A fixed bound is no way out: over a distance a window is what speed is made of,
 *
 * <pre>  window needed = bytes a second × round-trip time</pre>
 *
 * <p>so a bound has to be lifted where it limits, and only there. Each stretch of {@value #STRETCH} times the bound that is
 * read without a pause is measured: if what was read in one round-trip time is {@value #FILLED} of the bound or more, the
 * bound is what limits. Then it is doubled, and given up at once if the peer is far, or once it has come to {@value #LARGEST}
 * bytes: from then on the kernel tunes the buffer as it would have from the beginning. A
 * round trip counts as {@value #WAKING_MICROS} µs at least, the time it takes to wake a process on a busy machine: a window that
 * is spent before its reader is awake costs a wake-up for each of its fillings.
 *
 * <p>To begin with less than the kernel does is no way to save more: on loopback, whose segments are 64 KiB, a window
 * smaller than two of them makes the sender wait for its timers (measured: 24 KiB gave a twentieth of the speed).
 *
 * <p>A stretch that shows no need makes the next one longer, so that asking costs a fast connection nothing.
 *
 * <p>It goes by {@code min_rtt}, which the handshake has measured at least; a round trip that is not known counts as a far
 * one. The bound is set when the socket is connected, not before: by then the window scale has been agreed on, for any size.
 *
 * <p>Owned by the channel's event loop.
 */
final class ReceiveBound {
    static final int LARGEST = 256 << 10;

    private static final int STRETCH = 16;
    private static final double FILLED = 0.5;
    private static final long LONGEST_STRETCH = 64L << 20;
    private static final long FAR_MICROS = 1_000;
    private static final long UNKNOWN_MICROS = 10_000;
    private static final long WAKING_MICROS = 2_000;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private @Nullable SocketChannel source;
    private int bound;
    private long stretch;
    private long counted;
    private long since;
    private long last;

    /** Bounds {@code channel} to {@code bytes}; does nothing if that is 0, or where a bound can't be lifted again. */
    void begin(SocketChannel channel, Transport transport, int bytes) {
        if (bytes > 0 && transport.liftsReceiveBuffer()) {
            source = channel;
            set(bytes);
        }
    }

    private void set(int bytes) {
        SocketChannel channel = source;
        if (channel != null && Transport.boundReceiveBuffer(channel, bytes)) {
            bound = bytes;
            stretch = (long) STRETCH * bytes;
        } else {
            source = null;
        }
    }

    /** Bytes were read at {@code now}; what the gauge says of the socket is asked for once in a while. */
    void read(int bytes, long now, @Nullable SocketGauge gauge) {
        if (source == null) {
            return;
        }
        // A far sender sends a window at a time: what is only a round trip is no pause.
        if (now - last > PAUSE_NANOS && now - last > 2 * TimeUnit.MICROSECONDS.toNanos(roundTrip(gauge))) {
            since = now;
            counted = 0;
            stretch = (long) STRETCH * bound;
        } else {
            counted += bytes;
        }
        last = now;
        if (counted >= stretch) {
            judge(now - since, roundTrip(gauge));
            since = now;
            counted = 0;
        }
    }

    private long roundTrip(@Nullable SocketGauge gauge) {
        SocketChannel channel = source;
        long micros =
                gauge != null && channel != null && gauge.readProgress(channel) ? gauge.leastRoundTripMicros() : -1;
        return micros < 0 ? UNKNOWN_MICROS : micros;
    }

    private void judge(long nanos, long roundTripMicros) {
        boolean far = roundTripMicros >= FAR_MICROS;
        if (!limits(counted, nanos, Math.max(WAKING_MICROS, roundTripMicros), bound)) {
            stretch = Math.min(LONGEST_STRETCH, stretch * 2);
        } else if (far || bound >= LARGEST) {
            lift();
        } else {
            set(bound * 2);
        }
    }

    /** Whether {@code bytes} in {@code nanos} are as much as a window of {@code bound} bytes lets through, or nearly. */
    static boolean limits(long bytes, long nanos, long roundTripMicros, int bound) {
        double perRoundTrip = bytes * (roundTripMicros * 1000.0) / Math.max(1, nanos);
        return perRoundTrip >= FILLED * bound;
    }

    private void lift() {
        SocketChannel channel = source;
        source = null;
        if (channel != null) {
            Transport.liftReceiveBuffer(channel);
        }
    }

    /** What it is now, in bytes; 0 if there is none. */
    int bytes() {
        return source == null ? 0 : bound;
    }
}
