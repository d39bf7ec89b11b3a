package dev.spillway.relay;

import dev.spillway.transport.SocketGauge;
import dev.spillway.transport.TcpSocket;
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
 * bound is what limits, and is doubled; once it has come to {@value #LARGEST} bytes it is given up. A
 * round trip counts as {@value #WAKING_MICROS} µs at least, the time it takes to wake a process on a busy machine: a window that
 * is spent before its reader is awake costs a wake-up for each of its fillings.
 *
 * <p>A far sender doubles what it sends with each round trip and can't wait for {@value #STRETCH} windows. There a stretch is as long as
 * the bound, {@value #FILLED_FAR} of it in a round trip is enough, the bound grows by half, which is room for the
 * next round trip, and with the next stretch it is given up.
 *
 * <p>Given up, it is {@value #LIFTED} times as large, and the kernel tunes it from there: it makes a buffer larger when more is read
 * in a round trip than ever before, and under a bound it has seen all that the bound lets through.
 *
 * <p>To begin with less than the kernel does is no way to save more: on loopback, whose segments are 64 KiB, a window
 * smaller than two of them makes the sender wait for its timers (measured: 24 KiB gave a twentieth of the speed).
 *
 * <p>A stretch that shows no need makes the next one longer, so that asking costs a fast connection nothing.
 *
 * <p>It goes by {@code min_rtt}, which the handshake has measured at least; a round trip that is not known counts as a far
 * one. The bound is set when the socket is connected, not before: by then the window scale has been agreed on, for any size. On epoll it is set only
 * when some was read, and is never less than what the buffer has by then: a window was promised by that.
 *
 * <p><b>It must never make the kernel drop what a peer was allowed to send.</b> A buffer whose size is fixed overflows by the kernel's
 * own doing: it lets in as many bytes as the largest segments would fit, and shorter ones take more memory a byte. What
 * overflows is dropped and the window closed below what was promised ({@code TCPRcvQDrop}). The peer's
 * acknowledgements then begin beyond the window, and are dropped too if less than a unit of the window's scale was lost
 * (1 KiB); so nothing we send to it is acknowledged any more, and if we read on only when it takes that, both
 * sides stand until they give up. Seen with Linux 6.18: once in hundreds of transfers, each of them dead. So
 *
 * <ul>
 *   <li>the size is fixed only while we read, to keep the kernel from tuning it. While we don't ({@link #pause}), which is when
 *       it fills, the kernel makes room for what it promised;
 *   <li>should it have overflowed just before, the socket shows that it is not answered though something waits in it unread:
 *       then it gets room once ({@link #makeRoom}), and with the next segment its peer hears of a window again.
 * </ul>
 *
 * <p>Owned by the channel's event loop.
 */
final class ReceiveBound {
    static final int LARGEST = 256 << 10;

    private static final int STRETCH = 16;
    private static final int LIFTED = 8;
    private static final double FILLED = 0.5;
    private static final double FILLED_FAR = 0.25;
    private static final long LONGEST_STRETCH = 64L << 20;
    private static final long FAR_MICROS = 1_000;
    private static final long UNKNOWN_MICROS = 10_000;
    private static final long WAKING_MICROS = 2_000;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private @Nullable TcpSocket source;
    private final boolean sendLocked;
    private boolean locked;
    private boolean madeRoom;
    private boolean near;
    private boolean stepped;
    private int bound;
    private long stretch;
    private long counted;
    private long since;
    private long last;

    /** The bound of what the kernel takes in from {@code source}; null if it is to have none. */
    static @Nullable ReceiveBound of(Relay relay, TcpSocket source) {
        RelaySettings settings = relay.settings();
        return settings.receiveBuffer() == 0
                        && settings.initialReceiveBuffer() > 0
                        && relay.shard().transport().liftsReceiveBuffer()
                ? new ReceiveBound(source, settings.initialReceiveBuffer(), settings.sendBuffer() > 0)
                : null;
    }

    /**
     * Bounds {@code socket} to {@code bytes}, which is positive, where a bound can be lifted again.
     *
     * @param fixedSend whether its send buffer has a size that was set and is to stay
     */
    ReceiveBound(TcpSocket socket, int bytes, boolean fixedSend) {
        source = socket;
        sendLocked = fixedSend;
        set(Math.max(bytes, socket.receiveBufferBytes() / 2));
    }

    /** Nothing is read for now. */
    void pause() {
        if (locked) {
            lock(false);
        }
    }

    /** Reading goes on. */
    void resume() {
        if (!locked && source != null) {
            madeRoom = false;
            lock(true);
        }
    }

    /** The socket does not hear its peer, perhaps for want of room: see above. */
    void makeRoom() {
        TcpSocket socket = source;
        if (socket != null && !locked && !madeRoom && bound <= LARGEST) {
            madeRoom = true;
            set(Math.max(2 * bound, LARGEST / 2));
            pause();
        }
    }

    private void lock(boolean receive) {
        TcpSocket socket = source;
        locked = receive;
        if (socket != null && !socket.lockBuffers(sendLocked, receive)) {
            source = null;
        }
    }

    private void set(int bytes) {
        TcpSocket socket = source;
        if (socket != null && socket.boundReceiveBuffer(bytes)) {
            bound = bytes;
            locked = true;
            stretch = stretch();
        } else {
            source = null;
            locked = false;
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
            stretch = stretch();
        } else {
            counted += bytes;
        }
        last = now;
        if (counted >= stretch) {
            asked(now, roundTrip(gauge));
        }
    }

    private void asked(long now, long roundTripMicros) {
        if (!near && roundTripMicros < FAR_MICROS) {
            near = true;
            stretch = stretch();
        } else {
            judge(now - since, roundTripMicros);
            since = now;
            counted = 0;
        }
    }

    /** Bytes of a first stretch with the bound that holds now. */
    private long stretch() {
        return near ? (long) STRETCH * bound : bound;
    }

    private long roundTrip(@Nullable SocketGauge gauge) {
        TcpSocket socket = source;
        long micros = gauge != null && socket != null && gauge.readProgress(socket) ? gauge.leastRoundTripMicros() : -1;
        return micros < 0 ? UNKNOWN_MICROS : micros;
    }

    private void judge(long nanos, long roundTripMicros) {
        boolean far = roundTripMicros >= FAR_MICROS;
        double share = far ? FILLED_FAR : FILLED;
        if (!limits(counted, nanos, Math.max(WAKING_MICROS, roundTripMicros), share * bound)) {
            stretch = Math.min(LONGEST_STRETCH, stretch * 2);
        } else if (far ? stepped : bound >= LARGEST) {
            // The kernel has learnt that a window's worth is read in a round trip: it tunes on from more, or never.
            grow(LIFTED * bound);
            lift();
        } else {
            stepped = true;
            grow(far ? bound / 2 * 3 : bound * 2);
        }
    }

    private void grow(int bytes) {
        set(bytes);
        TcpSocket socket = source;
        if (socket != null) {
            socket.widenWindow(2 * bytes);
        }
    }

    /** Whether {@code bytes} in {@code nanos} are {@code least} bytes in each round trip, or more. */
    static boolean limits(long bytes, long nanos, long roundTripMicros, double least) {
        return bytes * (roundTripMicros * 1000.0) / Math.max(1, nanos) >= least;
    }

    private void lift() {
        pause();
        source = null;
    }
}
