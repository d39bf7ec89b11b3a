package dev.spillway.bench.load;

import java.time.Duration;

/**
 * The end of a run on the JVM's monotonic clock, and how long after it the last work may take to finish.
 *
 * @param nanos in {@link System#nanoTime} terms
 */
public record Deadline(long nanos) {
    /** How long what is under way at the end may take. Far more than any proxy needs; ends a run that hangs. */
    public static final Duration PATIENCE = Duration.ofSeconds(20);

    /** The deadline {@code duration} from now. */
    public static Deadline in(Duration duration) {
        return new Deadline(System.nanoTime() + duration.toNanos());
    }

    /** Whether no new work is to be started. */
    public boolean isPast() {
        return System.nanoTime() - nanos >= 0;
    }

    /** Whether work under way should have finished by now. */
    public boolean isLongPast() {
        return System.nanoTime() - nanos >= PATIENCE.toNanos();
    }

    /** Milliseconds until {@link #isLongPast}, at least 1. */
    public long patienceMillis() {
        return Math.max(1, (nanos + PATIENCE.toNanos() - System.nanoTime()) / 1_000_000);
    }
}
