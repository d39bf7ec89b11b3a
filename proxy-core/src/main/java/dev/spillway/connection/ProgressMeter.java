package dev.spillway.connection;

/**
 * Measures how one peer takes what waits for it, from looks at the total it has taken so far. Pure: time is passed in. Not
 * thread-safe: owned by one caller.
 *
 * <p>The pace is a mean that forgets: a look after {@code dt} seconds moves it towards what was taken since the look before,
 * divided by {@code dt}, by the share {@code 1 − exp(−dt / τ)} with τ = {@value #MEMORY_SECONDS} s. So a peer that trickles is known
 * by its trickle within a few seconds, whatever it took before, and one that pauses for a moment keeps most of its name.
 */
public final class ProgressMeter {
    static final double MEMORY_SECONDS = 2;

    private boolean seen;
    private long seenAt;
    private long taken;
    private long takenAt;
    private long waitingSince;
    private long waitingBytes;
    private double pace;
    private WindowState window = WindowState.UNKNOWN;

    /**
     * A look at {@code now}, nanoseconds of any origin, not before the last one.
     *
     * @param totalTaken bytes the peer has taken since the connection began
     * @param waiting bytes that wait for it now
     */
    public void look(long now, long totalTaken, long waiting, WindowState windowNow) {
        if (!seen) {
            seen = true;
            takenAt = now;
            waitingSince = now;
        } else if (now - seenAt > 0) {
            double seconds = (now - seenAt) / 1e9;
            double share = 1 - Math.exp(-seconds / MEMORY_SECONDS);
            pace += share * ((totalTaken - taken) / seconds - pace);
        }
        if (totalTaken != taken || waitingBytes == 0) {
            takenAt = now;
        }
        if (waitingBytes == 0) {
            waitingSince = now;
        }
        seenAt = now;
        taken = totalTaken;
        waitingBytes = waiting;
        window = windowNow;
    }

    /** What the looks so far say, at {@code now}. */
    public Progress at(long now) {
        return waitingBytes == 0
                ? Progress.NOTHING_WAITS
                : new Progress(now - takenAt, now - waitingSince, waitingBytes, pace, window);
    }
}
