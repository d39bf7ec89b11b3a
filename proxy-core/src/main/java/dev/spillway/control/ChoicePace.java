package dev.spillway.control;

import java.util.concurrent.TimeUnit;

/**
 * When a choice that reads every connection may be made again: as long as it took × {@value #SHARE} later, so that it takes
 * 1/{@value #SHARE} of a processor at most, however many there are; {@value #LEAST_MILLIS} ms later at the soonest, and {@value
 * #MOST_MILLIS} ms later whatever it took, since a thread that was kept from running is no choice that is dear.
 *
 * <p>Not thread-safe. Time is passed in, nanoseconds of any origin that may wrap around.
 */
final class ChoicePace {
    static final long LEAST_MILLIS = 100;
    static final long MOST_MILLIS = 1_000;
    static final long SHARE = 50;

    private static final long LEAST = TimeUnit.MILLISECONDS.toNanos(LEAST_MILLIS);
    private static final long MOST = TimeUnit.MILLISECONDS.toNanos(MOST_MILLIS);

    private boolean chosen;
    private long chosenAt;
    private long pause;

    /** Whether it may be made at {@code now}. */
    boolean due(long now) {
        return !chosen || now - chosenAt >= pause;
    }

    /** It was made at {@code now}, and took {@code nanos}. */
    void chose(long now, long nanos) {
        chosen = true;
        chosenAt = now;
        pause = nanos >= MOST / SHARE ? MOST : Math.max(LEAST, nanos * SHARE);
    }

    /** The next one may be made at once: nothing that was chosen holds any more. */
    void reset() {
        chosen = false;
    }
}
