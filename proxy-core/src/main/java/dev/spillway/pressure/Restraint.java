package dev.spillway.pressure;

import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The gentler steps that are taken while there is time, before anybody is closed.
 *
 * <p>They begin when a signal reaches its low mark, or has come half of the way there (counted in distances between its marks)
 * and would reach its high mark within an {@code interval}. They are over when every signal has been below its target, a tenth
 * of that distance below the low mark (but not below four fifths of it), for {@value #QUIET_MILLIS} ms; so a level that trembles around a mark does not switch
 * them on and off.
 *
 * <ul>
 *   <li><b>The greedy are not read from</b> ({@link Greedy}), where what is short is what connections hold.
 *   <li><b>Idle and first-byte timeouts shrink</b>, where what is short is that connections are there at all: {@code scale = 1 −
 *       }{@value #SHRINK}{@code  × position}, in steps of a tenth, from 1 at the low mark to 0.1 at the high mark and above.
 * </ul>
 *
 * <p>Not thread-safe. Time is passed in, nanoseconds of any origin that may wrap around.
 */
public final class Restraint {
    static final long QUIET_MILLIS = 1_000;
    static final double SHRINK = 0.9;

    private static final double MARGIN = EpisodeController.MARGIN;
    private static final double NEAR = 0.5;
    /** Marks far apart may have no target above 0, and calm has to be within reach. */
    private static final double LEAST_CALM = 0.8;

    private static final double STEPS = 10;

    private boolean on;
    private boolean holdsBack;
    private long pressedAt;

    /**
     * What is to be done.
     *
     * @param on whether anything is
     * @param holdBack whether the greedy are to be held back
     * @param timeoutScale what timeouts are multiplied by, 0.1 to 1
     */
    public record Measures(boolean on, boolean holdBack, double timeoutScale) {
        /** Nothing. */
        public static final Measures NONE = new Measures(false, false, 1);
    }

    /**
     * Takes an evaluation.
     *
     * @param soon whether a signal would reach its high mark within an interval at its slope
     */
    public Measures advance(long now, Evaluation evaluation, Map<Signal, Watermarks> watermarks, boolean soon) {
        boolean pressed = false;
        boolean burden = false;
        double presence = 0;
        for (Reading reading : evaluation.readings()) {
            Watermarks marks = watermarks.get(reading.signal());
            if (marks != null && reading.signal().relievedByBurden()) {
                pressed |= reading.level() >= from(marks, on, soon);
                burden |= reading.level() >= from(marks, holdsBack, soon);
            } else if (marks != null) {
                pressed |= reading.level() >= from(marks, on, soon);
                presence = Math.max(presence, marks.position(reading.level()));
            }
        }
        if (pressed) {
            on = true;
            pressedAt = now;
        } else if (on && now - pressedAt >= TimeUnit.MILLISECONDS.toNanos(QUIET_MILLIS)) {
            release();
        }
        holdsBack = on && burden;
        return on ? new Measures(true, holdsBack, scale(presence)) : Measures.NONE;
    }

    /** The level from which on a step is taken, or kept up. */
    private static double from(Watermarks marks, boolean already, boolean soon) {
        double distance = marks.high() - marks.low();
        if (already) {
            return Math.max(marks.low() - MARGIN * distance, LEAST_CALM * marks.low());
        }
        return soon ? marks.low() - NEAR * distance : marks.low();
    }

    private static double scale(double position) {
        double pressed = Math.max(0, Math.min(1, position));
        return 1 - SHRINK * Math.floor(pressed * STEPS) / STEPS;
    }

    /** Begins anew, with nothing to be done. */
    public void release() {
        on = false;
        holdsBack = false;
    }
}
