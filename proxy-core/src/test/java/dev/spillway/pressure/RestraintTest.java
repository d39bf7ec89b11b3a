package dev.spillway.pressure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spillway.pressure.Restraint.Measures;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** The gentler steps. Marks 50 and 90 %, so that the target is at 46 %. */
class RestraintTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final Map<Signal, Watermarks> MARKS = Map.of(
            Signal.LEDGER, new Watermarks(0.5, 0.7, 0.9),
            Signal.CONNECTIONS, new Watermarks(0.5, 0.7, 0.9));

    private final Restraint restraint = new Restraint();
    private long now = Long.MAX_VALUE - SECOND / 2;

    private Measures at(long ledger, long connections) {
        return at(ledger, connections, false);
    }

    private Measures at(long ledger, long connections, boolean soon) {
        return restraint.advance(
                now,
                Evaluation.of(
                        List.of(
                                new Reading(Signal.LEDGER, ledger, 1000),
                                new Reading(Signal.CONNECTIONS, connections, 1000)),
                        MARKS),
                MARKS,
                soon);
    }

    @Test
    void belowTheLowMarkNothingIsDone() {
        assertThat(at(499, 499)).isEqualTo(Measures.NONE);
    }

    @Test
    void whereBytesAreShortTheGreedyAreHeldBackAndTimeoutsStay() {
        assertThat(at(500, 100)).isEqualTo(new Measures(true, true, 1));
        assertThat(at(950, 100)).isEqualTo(new Measures(true, true, 1));
    }

    @Test
    void whereSlotsAreShortTimeoutsShrinkAndNobodyIsHeldBack() {
        assertThat(at(100, 500)).isEqualTo(new Measures(true, false, 1));
        assertThat(at(100, 720).timeoutScale()).isEqualTo(0.55, within(1e-9));
        assertThat(at(100, 900).timeoutScale()).isEqualTo(0.1, within(1e-9));
        assertThat(at(100, 1500).timeoutScale()).isEqualTo(0.1, within(1e-9));
        assertThat(at(100, 1500).holdBack()).isFalse();
    }

    @Test
    void aSteepSlopeBeginsBelowTheLowMarkButNotFarBelow() {
        assertThat(at(299, 0, true).on()).isFalse();
        assertThat(at(300, 0, true)).isEqualTo(new Measures(true, true, 1));
    }

    @Test
    void itIsOverWhenAllHasBeenBelowTheTargetForASecond() {
        at(600, 100);
        now += SECOND;
        assertThat(at(460, 100).on()).as("not below the target").isTrue();
        now += SECOND - 1;
        assertThat(at(459, 100).on()).isTrue();
        now += 1;
        assertThat(at(459, 100)).isEqualTo(Measures.NONE);
        assertThat(at(499, 100)).isEqualTo(Measures.NONE);
    }

    @Test
    void marksFarApartLeaveRoomForCalm() {
        Map<Signal, Watermarks> wide = Map.of(Signal.LEDGER, new Watermarks(0.05, 0.9, 1));
        for (long used : new long[] {50, 41, 39}) {
            Evaluation evaluation = Evaluation.of(List.of(new Reading(Signal.LEDGER, used, 1000)), wide);
            boolean on = restraint.advance(now, evaluation, wide, false).on();
            now += SECOND / 2;
            assertThat(on).isTrue();
        }
        Evaluation calm = Evaluation.of(List.of(new Reading(Signal.LEDGER, 39, 1000)), wide);
        assertThat(restraint.advance(now, calm, wide, false)).isEqualTo(Measures.NONE);
    }

    @Test
    void releaseBeginsAnew() {
        at(600, 100);
        restraint.release();
        assertThat(at(480, 100)).isEqualTo(Measures.NONE);
    }

    /** Whatever the levels do, it is switched no more than twice a second of calm. */
    @Property(tries = 200)
    void itDoesNotFlutter(
            @ForAll @Size(max = 300) List<@IntRange(min = 0, max = 1000) Integer> levels,
            @ForAll @IntRange(min = 1, max = 200) int stepMillis,
            @ForAll long start) {
        Restraint own = new Restraint();
        long time = start;
        int switched = 0;
        boolean on = false;
        for (int level : levels) {
            Evaluation evaluation = Evaluation.of(List.of(new Reading(Signal.LEDGER, level, 1000)), MARKS);
            Measures measures = own.advance(time, evaluation, MARKS, level % 2 == 0);
            switched += measures.on() != on ? 1 : 0;
            on = measures.on();
            assertThat(measures.timeoutScale()).isEqualTo(1);
            assertThat(measures.on() || !measures.holdBack()).isTrue();
            assertThat(level < 500 || measures.on()).isTrue();
            time += TimeUnit.MILLISECONDS.toNanos(stepMillis);
        }
        assertThat(switched).isLessThanOrEqualTo(2 + 2 * levels.size() * stepMillis / 1000);
    }
}
