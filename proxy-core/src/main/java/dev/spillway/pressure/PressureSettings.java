package dev.spillway.pressure;

import java.time.Duration;
import java.util.Map;

/**
 * How memory is watched and how an episode runs.
 *
 * @param interval between two readings while nothing happens; a crossing of the ledger's high mark does not wait for it
 * @param alertInterval between two readings while bytes move or a signal nears its high mark
 * @param epoch length of an epoch
 * @param grace time after an episode in which the re-entry mark counts instead of the high one
 * @param watermarks the signals that are watched, each with its marks; one that is left out is switched off
 * @param sources where signals are found that are not found by themselves
 * @param restraint whether gentler steps are taken before connections are closed
 * @param exemptBudget what connections that may not be closed may take together, in bytes, before it is told; 0 tells never
 */
public record PressureSettings(
        Duration interval,
        Duration alertInterval,
        Duration epoch,
        Duration grace,
        Map<Signal, Watermarks> watermarks,
        SignalOrigins sources,
        boolean restraint,
        long exemptBudget) {
    /** @throws IllegalArgumentException if a value is out of range or no signal is left */
    public PressureSettings {
        positive("interval", interval);
        positive("alertInterval", alertInterval);
        positive("epoch", epoch);
        if (grace.isNegative()) {
            throw new IllegalArgumentException("grace: " + grace + " (expected: not negative)");
        }
        if (watermarks.isEmpty()) {
            throw new IllegalArgumentException("watermarks: none (expected: at least one signal)");
        }
        if (exemptBudget < 0) {
            throw new IllegalArgumentException("exemptBudget: " + exemptBudget + " (expected: not negative)");
        }
        watermarks = Map.copyOf(watermarks);
    }

    /** The same times and marks, readings every 5 ms at most when alert, no restraint and no alarm. */
    public static PressureSettings of(
            Duration interval, Duration epoch, Duration grace, Map<Signal, Watermarks> watermarks) {
        Duration alert = Duration.ofMillis(5);
        return new PressureSettings(
                interval,
                interval.compareTo(alert) < 0 ? interval : alert,
                epoch,
                grace,
                watermarks,
                SignalOrigins.FOUND,
                false,
                0);
    }

    private static void positive(String name, Duration time) {
        if (time.isNegative() || time.isZero()) {
            throw new IllegalArgumentException(name + ": " + time + " (expected: positive)");
        }
    }
}
