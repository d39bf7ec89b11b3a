package dev.spillway.prune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.connection.ConnectionFacts;
import dev.spillway.fixture.Facts;
import dev.spillway.pressure.EpisodeController;
import dev.spillway.pressure.PressureSettings;
import dev.spillway.pressure.Promises;
import dev.spillway.pressure.Reading;
import dev.spillway.pressure.Signal;
import dev.spillway.pressure.Step;
import dev.spillway.pressure.Watermarks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

/**
 * The decision core in a closed loop with kernel memory that comes back late: controller, promises and pruner as the running
 * proxy has them, with the defaults of times and marks, and a turn each 5 ms.
 */
class EpisodeCourseTest {
    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
    private static final int TURN = 5;
    private static final Watermarks MARKS = new Watermarks(0.7, 0.8, 0.9);
    private static final PruneSettings PRUNE = new PruneSettings(Duration.ofMillis(250), 1000, 32, 64);
    private static final long LIMIT = 1_000_000;

    /** What connections take, and how late it comes back. */
    private static final class Plant {
        private final Signal signal;
        private final EpisodeController controller;
        private final Promises promises = new Promises();
        private final Pruner pruner = new Pruner(PRUNE);
        private final Map<Long, ConnectionFacts> live = new LinkedHashMap<>();
        private final List<long[]> kept = new ArrayList<>();
        private final List<long[]> returning = new ArrayList<>();
        private long used;
        private long paid;
        private long lastId;
        private int aboveHigh;
        private int longestAboveHigh;
        private final int closeMillis;
        private final int delayMillis;

        private Plant(Signal signal, int closeMillis, int delayMillis) {
            this.signal = signal;
            this.controller = new EpisodeController(PressureSettings.of(
                    Duration.ofMillis(100), Duration.ofMillis(50), Duration.ofSeconds(10), Map.of(signal, MARKS)));
            this.closeMillis = closeMillis;
            this.delayMillis = delayMillis;
        }

        private void connect(long bytes) {
            live.put(++lastId, Facts.stalled(lastId, 0, bytes));
            used += bytes;
        }

        /** One turn at {@code millis}. */
        private void turn(int millis) {
            long now = millis * MILLI;
            kept.removeIf(each -> {
                if (each[0] <= millis) {
                    promises.kept(each[1], now);
                    live.remove(each[1]);
                }
                return each[0] <= millis;
            });
            returning.removeIf(each -> {
                used -= each[0] <= millis ? each[1] : 0;
                return each[0] <= millis;
            });
            aboveHigh = used >= 0.9 * LIMIT ? aboveHigh + TURN : 0;
            longestAboveHigh = Math.max(longestAboveHigh, aboveHigh);
            Reading reading = promises.apply(new Reading(signal, used, LIMIT), now, now);
            Step step = controller.advance(now, List.of(reading));
            Set<Long> closing = promises.closing();
            List<ConnectionFacts> candidates = live.values().stream()
                    .filter(each -> !closing.contains(each.id()))
                    .toList();
            for (Victim victim : EpochPlan.of(step.demands(), candidates, pruner, PRUNE.maxPerEpoch())
                    .victims()) {
                long id = victim.connection().id();
                long bytes = victim.connection().cost().kernelBytes();
                promises.made(victim.connection(), now);
                paid += bytes;
                kept.add(new long[] {millis + closeMillis, id});
                returning.add(new long[] {millis + closeMillis + delayMillis, bytes});
            }
        }
    }

    @Property(tries = 100)
    void aShortageThatCanBeMetIsOverWithinHalfASecondAndPaidForOnce(
            @ForAll @LongRange(min = 500, max = 20_000) long each,
            @ForAll @LongRange(min = 900_000, max = 3_000_000) long load,
            @ForAll @IntRange(min = 0, max = 8) int closing,
            @ForAll @IntRange(min = 0, max = 60) int delay) {
        Plant plant = new Plant(Signal.CONTAINER, closing, delay);
        while (plant.used < load) {
            plant.connect(each);
        }
        long excess = plant.used - (long) (0.68 * LIMIT);
        for (int millis = 0; millis < 2000; millis += TURN) {
            plant.turn(millis);
        }
        assertThat(plant.controller.episode()).isZero();
        assertThat(plant.controller.episodes()).isEqualTo(1);
        assertThat(plant.used).isLessThan((long) (0.7 * LIMIT));
        // Each of the epochs may exceed its need by less than one victim, but only the last leaves that below the
        // target.
        assertThat(plant.paid).isBetween((long) (load - 0.7 * LIMIT), excess + each);
        assertThat(plant.longestAboveHigh).isLessThanOrEqualTo(500);
    }

    @Property(tries = 60)
    void whatIsGivenBackNeverMakesItOscillate(
            @ForAll @LongRange(min = 200, max = 4000) long each,
            @ForAll @IntRange(min = 0, max = 20) int perTurn,
            @ForAll @IntRange(min = 0, max = 20) int closing) {
        // TCP memory: it is back when the close is done, and newcomers take more meanwhile.
        Plant plant = new Plant(Signal.KERNEL_TCP, closing, 0);
        long grown = 0;
        for (int millis = 0; millis < 4000; millis += TURN) {
            for (int i = 0; i < perTurn; i++) {
                plant.connect(each);
                grown += each;
            }
            plant.turn(millis);
        }
        long rise = (long) ((MARKS.reentry() - MARKS.low()) * LIMIT);
        assertThat(plant.controller.episodes()).isLessThanOrEqualTo(1 + grown / rise);
        // A thousand an epoch, ten thousand bytes a turn: what comes can be closed as fast.
        if (perTurn * each < 10_000) {
            assertThat(plant.longestAboveHigh).isLessThanOrEqualTo(500);
        }
    }
}
