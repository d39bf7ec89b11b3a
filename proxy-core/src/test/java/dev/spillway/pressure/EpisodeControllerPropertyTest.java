package dev.spillway.pressure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.pressure.PressureEvent.EpisodeEnded;
import dev.spillway.pressure.PressureEvent.EpisodeStarted;
import dev.spillway.pressure.PressureEvent.EpochStarted;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;

/** What holds of the control loop whatever the readings do. */
class EpisodeControllerPropertyTest {
    private static final Map<Signal, Watermarks> MARKS =
            Map.of(Signal.LEDGER, new Watermarks(0.5, 0.6, 0.7), Signal.HEAP, new Watermarks(0.7, 0.9, 0.9));
    private static final PressureSettings SETTINGS =
            PressureSettings.of(Duration.ofNanos(50), Duration.ofNanos(20), Duration.ofNanos(200), MARKS);

    /** One turn: how long after the last, and what is read. */
    record Turn(long later, Reading ledger, Reading heap) {
        List<Reading> readings() {
            return List.of(ledger, heap);
        }
    }

    @Provide
    Arbitrary<List<Turn>> walks() {
        Arbitrary<Long> later = Arbitraries.longs().between(0, 300);
        Arbitrary<Long> level = Arbitraries.oneOf(
                Arbitraries.longs().between(0, 1200), Arbitraries.of(499L, 500L, 599L, 600L, 699L, 700L, 899L, 900L));
        Arbitrary<Long> promised =
                Arbitraries.oneOf(Arbitraries.just(0L), Arbitraries.longs().between(0, 1000));
        return Combinators.combine(later, level, promised, level, promised)
                .as((dt, l, lp, h, hp) ->
                        new Turn(dt, new Reading(Signal.LEDGER, l, 1000, lp), new Reading(Signal.HEAP, h, 1000, hp)))
                .list()
                .ofMaxSize(120);
    }

    @Property(tries = 500)
    void calmAsksForNothingAndEpisodesAreWhole(@ForAll("walks") List<Turn> walk, @ForAll long start) {
        EpisodeController controller = new EpisodeController(SETTINGS);
        long now = start;
        long running = 0;
        long begun = 0;
        long epoch = 0;
        for (Turn turn : walk) {
            now += turn.later();
            Step step = controller.advance(now, turn.readings());
            for (PressureEvent event : step.events()) {
                if (event instanceof EpisodeStarted started) {
                    assertThat(running).isZero();
                    running = started.episode();
                    assertThat(running).isEqualTo(++begun);
                    epoch = 0;
                } else if (event instanceof EpochStarted began) {
                    assertThat(began.episode()).isEqualTo(running).isPositive();
                    assertThat(began.epoch()).isEqualTo(++epoch);
                    assertThat(began.now()).isEqualTo(step.rates());
                } else if (event instanceof EpisodeEnded ended) {
                    assertThat(ended.episode()).isEqualTo(running).isPositive();
                    assertThat(ended.epochs()).isEqualTo(epoch);
                    running = 0;
                }
            }
            assertThat(controller.episode()).isEqualTo(running);
            assertThat(step.rates().kill()).isBetween(0.0, 1.0);
            assertThat(step.rates().synDrop()).isBetween(0.0, 1.0);
            if (running == 0) {
                assertThat(step.demand()).isEmpty();
                assertThat(step.rates()).isEqualTo(Rates.NONE);
                assertThat(turn.ledger().level()).isLessThan(0.7);
                assertThat(turn.heap().level()).isLessThan(0.9);
            } else {
                assertThat(turn.ledger().level() >= 0.5 || turn.heap().level() >= 0.7)
                        .isTrue();
            }
        }
    }

    @Property(tries = 500)
    void aDemandIsForASignalThatOwesAndNeverMoreThanItOwes(@ForAll("walks") List<Turn> walk) {
        EpisodeController controller = new EpisodeController(SETTINGS);
        long now = 0;
        for (Turn turn : walk) {
            now += turn.later();
            Step step = controller.advance(now, turn.readings());
            step.demand().ifPresent(demand -> {
                Reading of = demand.signal() == Signal.LEDGER ? turn.ledger() : turn.heap();
                Watermarks marks = MARKS.get(demand.signal());
                double owed = of.levelOwed();
                assertThat(owed).isGreaterThanOrEqualTo(marks.low());
                double target = marks.low() - EpisodeController.MARGIN * (marks.high() - marks.low());
                assertThat((double) demand.amount()).isLessThanOrEqualTo((owed - target) * 1000 + 1);
                assertThat(demand.reach() == Demand.Reach.ANYONE).isEqualTo(owed >= marks.high());
            });
        }
    }

    @Property(tries = 200)
    void aShortageIsPaidForOnceHoweverLateItShows(
            @ForAll @LongRange(min = 700, max = 5000) long used,
            @ForAll @LongRange(min = 1000, max = 5000) long limit) {
        EpisodeController controller = new EpisodeController(SETTINGS);
        long promised = 0;
        for (int epoch = 0; epoch < 50; epoch++) {
            Step step = controller.advance(
                    epoch * 20L,
                    List.of(new Reading(Signal.LEDGER, used, limit, promised), new Reading(Signal.HEAP, 0, 1000)));
            promised += step.demand().map(Demand::amount).orElse(0L);
        }
        long target = (long) (0.48 * limit);
        if ((double) used / limit >= 0.7) {
            assertThat(used - promised).isBetween(target - 2, (long) (0.5 * limit) + 1);
        } else {
            assertThat(promised).isZero();
        }
    }

    @Property(tries = 200)
    void theSynDropRateRisesOnlyAtTheHighMark(@ForAll("walks") List<Turn> walk) {
        EpisodeController controller = new EpisodeController(SETTINGS);
        long now = 0;
        double before = 0;
        for (Turn turn : walk) {
            now += turn.later();
            Step step = controller.advance(now, turn.readings());
            if (step.rates().synDrop() > before) {
                assertThat(turn.ledger().levelOwed() >= 0.7 || turn.heap().levelOwed() >= 0.9)
                        .isTrue();
            }
            before = step.rates().synDrop();
        }
    }
}
