package dev.spillway.pressure;

import java.util.EnumMap;
import java.util.Map;

/**
 * What came in during an epoch although connections were being closed. What is owed falls at once when closes are asked for,
 * for they are promised; so the inflow is what is owed now less the least that was owed since. It is 0 for a signal that was
 * not read between two epochs' begins.
 *
 * <p>Not thread-safe: owned by {@link EpisodeController}.
 */
final class Inflow {
    private final Map<Signal, Long> least = new EnumMap<>(Signal.class);

    /** An epoch begins, or there is none any more. */
    void begin() {
        least.clear();
    }

    /** A reading within an epoch. */
    void look(Reading reading) {
        least.merge(reading.signal(), owed(reading), Math::min);
    }

    /** What has come in of a signal since the epoch began, in its unit. */
    long of(Reading reading) {
        long now = owed(reading);
        return Math.max(0, now - least.getOrDefault(reading.signal(), now));
    }

    private static long owed(Reading reading) {
        return reading.used() - reading.promised();
    }
}
