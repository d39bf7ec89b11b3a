package dev.spillway.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;

/** What holds of a meter, however its peer takes and whenever somebody looks. */
class ProgressMeterPropertyTest {
    private static final long SECOND = 1_000_000_000L;

    private record Look(long after, long takes, long waiting) {}

    @Provide
    Arbitrary<List<Look>> courses() {
        Arbitrary<Long> after = Arbitraries.oneOf(
                Arbitraries.of(0L, 1L),
                Arbitraries.longs().between(0, SECOND),
                Arbitraries.longs().between(0, 600 * SECOND));
        Arbitrary<Long> takes =
                Arbitraries.oneOf(Arbitraries.of(0L, 1L), Arbitraries.longs().between(0, 1 << 30));
        Arbitrary<Long> waiting =
                Arbitraries.oneOf(Arbitraries.of(0L, 1L), Arbitraries.longs().between(0, 1 << 20));
        return Combinators.combine(after, takes, waiting)
                .as(Look::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(30);
    }

    @Property(tries = 1000)
    void timesAreInOrderAndNothingWaitsOnlyIfNothingDoes(
            @ForAll("courses") List<Look> course,
            @ForAll long origin,
            @ForAll @LongRange(min = 0, max = 100 * SECOND) long later) {
        ProgressMeter meter = new ProgressMeter();
        long now = origin;
        long taken = 0;
        long waitingSince = origin;
        boolean waited = false;
        for (Look look : course) {
            now += look.after;
            taken += look.takes;
            meter.look(now, taken, look.waiting, WindowState.OPEN);
            Progress progress = meter.at(now + later);
            if (look.waiting == 0) {
                assertThat(progress).isEqualTo(Progress.NOTHING_WAITS);
                waited = false;
                continue;
            }
            waitingSince = waited ? waitingSince : now;
            waited = true;
            assertThat(progress.waitingBytes()).isEqualTo(look.waiting);
            assertThat(progress.waitingNanos()).isBetween(now - waitingSince, now + later - waitingSince);
            assertThat(progress.stalledNanos()).isBetween(0L, progress.waitingNanos());
            assertThat(progress.pace()).isNotNegative().isFinite();
            assertThat(progress.turnoverNanos()).isNotNegative();
        }
    }

    /** However it divides what it takes, one that takes no more than waits for it lies as long as it has waited. */
    @Property(tries = 500)
    void nobodyTurnsOverFasterThanItTakes(@ForAll("courses") List<Look> course) {
        ProgressMeter meter = new ProgressMeter();
        long queue = 1 << 20;
        meter.look(0, 0, queue, WindowState.OPEN);
        long now = 0;
        long taken = 0;
        for (Look look : course) {
            now += look.after;
            taken = Math.min(queue - 1, taken + look.takes % (queue / 8));
            meter.look(now, taken, queue, WindowState.OPEN);
            Progress progress = meter.at(now);
            assertThat(Math.min(progress.turnoverNanos(), progress.waitingNanos()))
                    .isEqualTo(progress.waitingNanos());
        }
    }

    @Property(tries = 500)
    void aSteadyPaceIsToldHoweverOftenSomebodyLooks(
            @ForAll @LongRange(min = 1000, max = 100_000_000) long pace, @ForAll("courses") List<Look> course) {
        ProgressMeter meter = new ProgressMeter();
        meter.look(0, 0, 100_000, WindowState.OPEN);
        long now = 0;
        for (Look look : course) {
            now += SECOND / 1000 + look.after;
            meter.look(now, (long) (pace * (now / 1e9)), 100_000, WindowState.OPEN);
        }
        // What falls between two looks is cut to whole bytes.
        assertThat(meter.at(now).pace()).isCloseTo(pace, within(1000.0));
    }
}
