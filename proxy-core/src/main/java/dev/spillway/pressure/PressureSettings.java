package dev.spillway.pressure;

import java.time.Duration;
import java.util.Map;

/**
 * How memory is watched and how an episode runs.
 *
 * @param interval between two readings while nothing happens; a crossing of the ledger's high mark does not wait for it
 * @param epoch length of an epoch
 * @param grace time after an episode in which the re-entry mark counts instead of the high one
 * @param watermarks the signals that are watched, each with its marks; one that is left out is switched off
 */
public record PressureSettings(Duration interval, Duration epoch, Duration grace, Map<Signal, Watermarks> watermarks) {
    /** @throws IllegalArgumentException if a time is out of range or no signal is left */
    public PressureSettings {
        positive("interval", interval);
        positive("epoch", epoch);
        if (grace.isNegative()) {
            throw new IllegalArgumentException("grace: " + grace + " (expected: not negative)");
        }
        if (watermarks.isEmpty()) {
            throw new IllegalArgumentException("watermarks: none (expected: at least one signal)");
        }
        watermarks = Map.copyOf(watermarks);
    }

    private static void positive(String name, Duration time) {
        if (time.isNegative() || time.isZero()) {
            throw new IllegalArgumentException(name + ": " + time + " (expected: positive)");
        }
    }
}
