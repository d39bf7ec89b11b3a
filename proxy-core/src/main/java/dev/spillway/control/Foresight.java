package dev.spillway.control;

import dev.spillway.pressure.Evaluation;
import dev.spillway.pressure.PressureSettings;
import dev.spillway.prune.Forecast;
import dev.spillway.prune.PruneSettings;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;

/**
 * Asks whom an episode would close while pressure only grows, from the low mark on, and does nothing with the answer. What the {@link Rehearsal}
 * can't play is what real connections are asked, and until that has been done often a JVM interprets it: a first choice among four thousand took 15 ms of
 * processor time, the tenth 3. There is time for it before the high mark and none after.
 *
 * <p>It ends for good when so many connections have been asked about that the compiler must have had all of it, and takes a quarter of a
 * processor at most until then. For the controller's thread. Time is passed in, nanoseconds of any origin that may wrap around.
 */
final class Foresight {
    static final long LEAST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    static final int SHARE = 3;
    static final long CONNECTIONS = 300_000;

    private final Forecaster forecaster;
    private long left = CONNECTIONS;
    private boolean looked;
    private long lookedAt;
    private long pause;

    Foresight(Forecaster forecaster) {
        this.forecaster = forecaster;
    }

    /**
     * Looks, if it is time to; not to be called in an episode, which does it in earnest.
     *
     * @return whether it looked
     */
    boolean take(long now, Evaluation evaluation, PressureSettings pressure, PruneSettings prune) {
        if (left <= 0 || evaluation.worst().level() < evaluation.marks().low() || looked && now - lookedAt < pause) {
            return false;
        }
        long began = System.nanoTime();
        Forecast forecast =
                forecaster.forecast(evaluation, pressure.watermarks(), prune, Optional.empty(), OptionalDouble.of(1));
        left -= Math.max(1, forecast.eligible() + forecast.exempt());
        looked = true;
        lookedAt = now;
        pause = Math.max(LEAST_PAUSE_NANOS, SHARE * (System.nanoTime() - began));
        return true;
    }
}
