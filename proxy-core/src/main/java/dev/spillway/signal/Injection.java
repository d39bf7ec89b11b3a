package dev.spillway.signal;

import java.time.Duration;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A level that somebody sets for a time, as the signal {@code injected}. Goes before what the signal's file says. It always
 * ends by itself, so that a test that was cut short does not leave a proxy under pressure. Thread-safe.
 */
public final class Injection {
    /** The longest that a level is held. */
    public static final Duration LONGEST = Duration.ofHours(1);

    private final LongSupplier clock;
    private volatile @Nullable Held held;

    private record Held(double level, long untilNanos) {}

    /** Nothing is set. */
    public Injection() {
        this(System::nanoTime);
    }

    Injection(LongSupplier clock) {
        this.clock = clock;
    }

    /**
     * Holds {@code level} from now on for {@code time}, in place of what was set before.
     *
     * @param level a share, 0 to 1
     * @param time positive, {@link #LONGEST} at the most
     * @throws IllegalArgumentException if one of them is out of its range
     */
    public void set(double level, Duration time) {
        if (!(level >= 0 && level <= 1)) {
            throw new IllegalArgumentException("level: " + level + " (expected: a share, 0 to 1)");
        }
        if (time.isNegative() || time.isZero() || time.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("time: " + time + " (expected: positive, at most " + LONGEST + ")");
        }
        held = new Held(level, clock.getAsLong() + time.toNanos());
    }

    /** Ends what was set. */
    public void clear() {
        held = null;
    }

    /** What is set now. */
    public OptionalDouble level() {
        Held now = held;
        return now == null || clock.getAsLong() - now.untilNanos >= 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(now.level);
    }
}
