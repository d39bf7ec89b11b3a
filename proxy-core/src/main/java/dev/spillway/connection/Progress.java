package dev.spillway.connection;

/**
 * How the direction of a connection fares that fares worst. Times are lengths in nanoseconds.
 *
 * @param stalledNanos since the peer last took a noticeable share of what waits for it ({@link ProgressMeter}), or a byte, where
 *     nobody knows better; 0 if none wait
 * @param waitingNanos since bytes have waited for the peer without a break; 0 if none wait; never below {@code stalledNanos}
 * @param waitingBytes bytes that wait for the peer: in our buffers and, where the kernel tells, not acknowledged in its
 *     send queue
 * @param pace bytes a second that the peer has lately taken; 0 if it took none, or nobody looked twice yet; see {@link
 *     ProgressMeter}
 * @param window whether the peer lets us send
 * @param takingNanos for how long the peer was seen to take noticeable shares of what waited for it, less what it spent on pauses;
 *     see {@link ProgressMeter}
 * @param roundTripNanos the shortest time the peer was seen to take for an answer; 0 where nobody tells
 */
public record Progress(
        long stalledNanos,
        long waitingNanos,
        long waitingBytes,
        double pace,
        WindowState window,
        long takingNanos,
        long roundTripNanos) {
    private static final long STANDSTILL_NANOS = 250_000_000;

    /** Nothing waits for anybody. */
    public static final Progress NOTHING_WAITS = new Progress(0, 0, 0, 0, WindowState.UNKNOWN);

    /** Of a peer that has not been seen to take for any time. */
    public Progress(long stalledNanos, long waitingNanos, long waitingBytes, double pace, WindowState window) {
        this(stalledNanos, waitingNanos, waitingBytes, pace, window, 0, 0);
    }

    /** What stands still for {@code nanos} with {@code bytes} waiting, of which nothing else is known. */
    public static Progress stalled(long nanos, long bytes) {
        return bytes == 0 ? NOTHING_WAITS : new Progress(nanos, nanos, bytes, 0, WindowState.UNKNOWN);
    }

    /** How long the peer will take for what waits at the pace it has lately had, in nanoseconds; the largest long for never. */
    public long turnoverNanos() {
        if (waitingBytes == 0) {
            return 0;
        }
        double nanos = waitingBytes / pace * 1e9;
        return nanos < Long.MAX_VALUE ? (long) nanos : Long.MAX_VALUE;
    }

    /**
     * Whether the peer needs so long or longer for what waits, at that pace: {@link #turnoverNanos} without its division. Where nothing waits it
     * needs no time.
     *
     * @param seconds more than 0
     */
    public boolean needs(double seconds) {
        return waitingBytes > 0 && waitingBytes >= pace * seconds;
    }

    /**
     * The direction by which a connection is judged: the one that stands still for longer; if that is the same but for what lies between
     * two looks, the one whose bytes will lie there longer; then the one for which more waits.
     */
    public static Progress worse(Progress one, Progress other) {
        if (Math.abs(one.stalledNanos - other.stalledNanos) >= STANDSTILL_NANOS) {
            return one.stalledNanos > other.stalledNanos ? one : other;
        }
        if (one.turnoverNanos() != other.turnoverNanos()) {
            return one.turnoverNanos() > other.turnoverNanos() ? one : other;
        }
        return one.waitingBytes >= other.waitingBytes ? one : other;
    }
}
