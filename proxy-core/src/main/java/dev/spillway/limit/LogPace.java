package dev.spillway.limit;

/**
 * Keeps a log line that an attacker could cause at will to one in a while, without losing count. Any thread; time is
 * passed in.
 */
public final class LogPace {
    private final long intervalNanos;
    private long last;
    private boolean any;
    private long count;

    /** Allows one line in {@code intervalNanos}. */
    public LogPace(long intervalNanos) {
        this.intervalNanos = intervalNanos;
    }

    /**
     * Counts one occasion at {@code now}.
     *
     * @return how many there were since the last line, this one included, if a line is due now; else 0
     */
    public synchronized long occasion(long now) {
        count++;
        if (any && now - last < intervalNanos) {
            return 0;
        }
        any = true;
        last = now;
        long since = count;
        count = 0;
        return since;
    }
}
