package dev.spillway.pressure;

import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * The readings of one moment, judged: the worst signal is the one that stands highest between its own marks, and it is
 * the reason given for everything that follows from it.
 *
 * @param worst the reading that decides
 * @param marks its watermarks
 * @param readings all readings that were judged
 */
public record Evaluation(Reading worst, Watermarks marks, List<Reading> readings) {

    /**
     * Judges {@code readings}; those without watermarks are ignored, for their signal is switched off.
     *
     * @throws IllegalArgumentException if no reading is left to judge
     */
    public static Evaluation of(List<Reading> readings, Map<Signal, Watermarks> watermarks) {
        return judge(readings, watermarks, Reading::level);
    }

    /**
     * The same readings judged by what they owe: the worst is the one that will stand highest when everything promised
     * has come back. It can be another signal, whose shortage the first would hide until its promises are kept.
     */
    Evaluation owing(Map<Signal, Watermarks> watermarks) {
        return judge(readings, watermarks, Reading::levelOwed);
    }

    private static Evaluation judge(
            List<Reading> readings, Map<Signal, Watermarks> watermarks, ToDoubleFunction<Reading> level) {
        Reading worst = null;
        Watermarks worstMarks = null;
        for (Reading reading : readings) {
            Watermarks marks = watermarks.get(reading.signal());
            if (marks != null
                    && (worst == null
                            || worstMarks == null
                            || marks.position(level.applyAsDouble(reading))
                                    > worstMarks.position(level.applyAsDouble(worst)))) {
                worst = reading;
                worstMarks = marks;
            }
        }
        if (worst == null || worstMarks == null) {
            throw new IllegalArgumentException(
                    "readings " + readings + " (expected: one at least of " + watermarks.keySet() + ")");
        }
        return new Evaluation(worst, worstMarks, List.copyOf(readings));
    }

    /** Where the worst signal stands between its marks: 0 low, 1 high. */
    public double position() {
        return marks.position(worst.level());
    }

    /** Where it will stand when everything promised has come back. */
    public double positionOwed() {
        return marks.position(worst.levelOwed());
    }

    /** {@code ledger at 93 % (15.6 MB of 16.8 MB; low 70 %, high 90 %)}, for logs and events. */
    public String describe() {
        return "%s at %.0f %% (%d of %d %s; low %.0f %%, high %.0f %%)"
                .formatted(
                        worst.signal().label(),
                        worst.level() * 100,
                        worst.used(),
                        worst.limit(),
                        worst.signal().unit(),
                        marks.low() * 100,
                        marks.high() * 100);
    }
}
