package dev.spillway.pressure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spillway.pressure.PressureEvent.EpisodeEnded;
import dev.spillway.pressure.PressureEvent.EpisodeStarted;
import dev.spillway.pressure.PressureEvent.EpochStarted;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The control loop of S24. Marks 50, 70 and 90 %, limit 1000, epochs of 100 and a grace time of 1000 nanoseconds. */
class EpisodeControllerTest {
    private static final long EPOCH = 100;
    private static final long GRACE = 1000;
    private static final Watermarks MARKS = new Watermarks(0.5, 0.7, 0.9);

    private final EpisodeController controller = controller(Map.of(Signal.LEDGER, MARKS));
    private long now = 12_345;

    private static EpisodeController controller(Map<Signal, Watermarks> marks) {
        return new EpisodeController(
                PressureSettings.of(Duration.ofNanos(50), Duration.ofNanos(EPOCH), Duration.ofNanos(GRACE), marks));
    }

    private Step read(long used) {
        return read(used, 0);
    }

    private Step read(long used, long promised) {
        return controller.advance(now, List.of(new Reading(Signal.LEDGER, used, 1000, promised)));
    }

    private Step epochLater(long used) {
        now += EPOCH;
        return read(used);
    }

    @Test
    void belowTheHighMarkNothingStarts() {
        for (long used : new long[] {0, 499, 500, 700, 899}) {
            Step step = epochLater(used);
            assertThat(step.events()).isEmpty();
            assertThat(step.rates()).isEqualTo(Rates.NONE);
            assertThat(step.demand()).isEmpty();
        }
        assertThat(controller.episode()).isZero();
        assertThat(controller.epoch()).isZero();
        assertThat(controller.episodes()).isZero();
    }

    @Test
    void atTheHighMarkAnEpisodeStartsAndAsksForVictimsAtOnce() {
        Step step = read(900);
        assertThat(step.events()).hasSize(2);
        assertThat(step.events().get(0)).isEqualTo(new EpisodeStarted(1, step.evaluation(), false));
        assertThat(step.events().get(1))
                .isEqualTo(new EpochStarted(1, 1, Rates.NONE, new Rates(0, 0.5), step.evaluation()));
        // Half of what lies above the target, which is a tenth of the distance between the marks below the low one.
        assertThat(step.demand()).hasValueSatisfying(demand -> {
            assertThat(demand.signal()).isEqualTo(Signal.LEDGER);
            assertThat(demand.amount()).isBetween(220L, 221L);
            assertThat(demand.reach()).isEqualTo(Demand.Reach.ANYONE);
        });
        assertThat(controller.episode()).isEqualTo(1);
        assertThat(controller.epoch()).isEqualTo(1);
    }

    @Test
    void betweenTheMarksAnEpisodeGoesOnAndAsksOnlyForThoseThatStandStill() {
        read(900);
        Step step = epochLater(899);
        assertThat(step.demand())
                .hasValueSatisfying(demand -> assertThat(demand.reach()).isEqualTo(Demand.Reach.STALLED));
        assertThat(epochLater(500).events()).noneMatch(event -> event instanceof EpisodeEnded);
        assertThat(controller.episode()).isEqualTo(1);
    }

    @Test
    void anEpisodeEndsBelowTheLowMarkOnlyAndTheRatesAreZeroThen() {
        read(900);
        now += 3;
        assertThat(read(500).events()).isEmpty();
        Step step = read(499);
        assertThat(step.events()).singleElement().isInstanceOf(EpisodeEnded.class);
        assertThat(step.rates()).isEqualTo(Rates.NONE);
        assertThat(step.demand()).isEmpty();
        assertThat(controller.episode()).isZero();
        assertThat(controller.episodes()).isEqualTo(1);
    }

    @Test
    void aLevelThatTremblesAroundAMarkMakesOneEpisode() {
        for (int i = 0; i < 50; i++) {
            epochLater(900);
            epochLater(890);
            epochLater(510);
        }
        assertThat(controller.episodes()).isEqualTo(1);
        assertThat(controller.epoch()).isEqualTo(150);
    }

    @Test
    void withinTheGraceTimeTheReentryMarkCounts() {
        read(900);
        now += 10;
        read(499);
        now += GRACE - 1;
        assertThat(read(699).events()).isEmpty();
        Step again = read(700);
        assertThat(again.events().get(0)).isEqualTo(new EpisodeStarted(2, again.evaluation(), true));
    }

    @Test
    void afterTheGraceTimeTheHighMarkCountsAgain() {
        read(900);
        read(499);
        now += GRACE;
        assertThat(read(899).events()).isEmpty();
        Step again = read(900);
        assertThat(again.events().get(0)).isEqualTo(new EpisodeStarted(2, again.evaluation(), false));
    }

    @Test
    void aStartAtTheHighMarkWithinTheGraceTimeIsNoReentry() {
        read(900);
        read(499);
        Step again = read(950);
        assertThat(again.events().get(0)).isEqualTo(new EpisodeStarted(2, again.evaluation(), false));
    }

    @Test
    void beforeTheFirstEpisodeThereIsNoGraceTime() {
        now = 0;
        assertThat(read(899).events()).isEmpty();
    }

    @Test
    void theGraceTimeBeginsWithTheEndOfEachEpisode() {
        read(900);
        read(499);
        now += GRACE - 1;
        read(700);
        read(499);
        now += GRACE - 1;
        assertThat(read(700).events()).isNotEmpty();
        assertThat(controller.episodes()).isEqualTo(3);
    }

    @Test
    void ratesMoveOnlyWithAnEpoch() {
        read(900);
        now += EPOCH - 1;
        Step within = read(1000);
        assertThat(within.events()).isEmpty();
        assertThat(within.demand()).isEmpty();
        assertThat(within.rates()).isEqualTo(new Rates(0, 0.5));
        now += 1;
        assertThat(read(1000).events()).singleElement().isInstanceOf(EpochStarted.class);
        assertThat(controller.epoch()).isEqualTo(2);
    }

    @Test
    void anEpochThatBeganLateIsFollowedByOneOfFullLength() {
        read(900);
        now += 10 * EPOCH;
        read(900);
        assertThat(controller.epoch()).isEqualTo(2);
        now += EPOCH - 1;
        read(900);
        assertThat(controller.epoch()).isEqualTo(2);
    }

    @Test
    void theKillRateDoublesUpToOneWhileNothingHelps() {
        read(900);
        assertThat(epochLater(900).rates().kill()).isEqualTo(1);
        assertThat(epochLater(900).rates().kill()).isEqualTo(1);
    }

    @Test
    void theKillRateStaysWhileItHelps() {
        read(1000);
        assertThat(epochLater(980).rates().kill()).isEqualTo(0.5);
        assertThat(epochLater(971).rates().kill()).isEqualTo(0.5);
        // Eight parts in a thousand are the least that counts as help here.
        assertThat(epochLater(964).rates().kill()).isEqualTo(1);
    }

    @Test
    void newcomersPayOnlyAboveTheHighMarkAndWhileClosingDoesNotHelp() {
        assertThat(read(1000).rates().synDrop()).isZero();
        assertThat(epochLater(980).rates().synDrop()).as("helped").isZero();
        assertThat(epochLater(980).rates().synDrop()).as("did not help").isEqualTo(0.2);
        assertThat(epochLater(950).rates().synDrop()).as("helped, still high").isEqualTo(0.2);
        for (int i = 0; i < 10; i++) {
            epochLater(950);
        }
        assertThat(epochLater(950).rates().synDrop()).isEqualTo(1);
    }

    @Test
    void belowTheHighMarkTheSynDropRateHalvesAndEndsAtZero() {
        read(900);
        for (int i = 0; i < 6; i++) {
            epochLater(900);
        }
        assertThat(epochLater(899).rates().synDrop()).isEqualTo(0.5);
        assertThat(epochLater(899).rates().synDrop()).isEqualTo(0.25);
        assertThat(epochLater(899).rates().synDrop()).isEqualTo(0.125);
        assertThat(epochLater(899).rates().synDrop()).isEqualTo(0.0625);
        assertThat(epochLater(899).rates().synDrop()).isZero();
        assertThat(epochLater(899).rates().synDrop()).isZero();
    }

    @Test
    void whatIsPromisedIsNotAskedForAgain() {
        long asked = read(900).demand().orElseThrow().amount();
        now += EPOCH;
        Step second = read(900, asked);
        long owed = 900 - asked;
        assertThat(second.demand()).hasValueSatisfying(demand -> {
            assertThat(demand.amount()).isLessThanOrEqualTo(owed - 460 + 1);
            assertThat(demand.reach()).isEqualTo(Demand.Reach.STALLED);
        });
        assertThat(second.rates()).as("a promise is help").isEqualTo(new Rates(0, 0.5));
        now += EPOCH;
        assertThat(read(900, 401).demand()).as("owed is below the low mark").isEmpty();
        assertThat(controller.episode()).as("still in use, so not over").isEqualTo(1);
    }

    @Test
    void aSignalWhoseShortageIsPromisedDoesNotHideAnother() {
        EpisodeController both = controller(Map.of(Signal.HEAP, MARKS, Signal.LEDGER, MARKS));
        Reading heap = new Reading(Signal.HEAP, 990, 1000, 600);
        Reading ledger = new Reading(Signal.LEDGER, 950, 1000);
        Step step = both.advance(now, List.of(heap, ledger));
        assertThat(step.evaluation().worst().signal()).isEqualTo(Signal.HEAP);
        assertThat(step.demand()).hasValueSatisfying(demand -> {
            assertThat(demand.signal()).isEqualTo(Signal.LEDGER);
            assertThat(demand.reach()).isEqualTo(Demand.Reach.ANYONE);
        });
        Step later = both.advance(now + EPOCH, List.of(heap, ledger));
        assertThat(later.rates()).as("closing did not help the ledger").isEqualTo(new Rates(0.2, 1));
    }

    @Test
    void whoMakesProgressIsAskedOnlyForWhatIsAboveTheHighMark() {
        Demand demand = read(950).demand().orElseThrow();
        // Down to a tenth of the distance below the high mark, 860; all in all half of what is above the target, 460.
        assertThat(demand.fromAnyone()).isBetween(90L, 91L);
        assertThat(demand.amount()).isBetween(245L, 246L);
    }

    @Test
    void howeverFarAboveTheHighMarkOneEpochAsksForAllThatIsAboveIt() {
        Demand demand = read(3000).demand().orElseThrow();
        assertThat(demand.fromAnyone()).isBetween(2140L, 2141L);
        assertThat(demand.amount()).isEqualTo(demand.fromAnyone());
    }

    @Test
    void whatCameInSinceTheClosesIsAskedForBesideAShareOfTheExcessButNeverMoreThanTheExcess() {
        read(900);
        now += 10;
        // The closes are promised: what is owed is 680 now, and 100 more when the epoch ends.
        read(900, 220);
        now += EPOCH - 10;
        assertThat(read(780, 0).demand()).hasValueSatisfying(demand -> {
            // Half of 780 - 460, and the 100.
            assertThat(demand.amount()).isBetween(260L, 261L);
            assertThat(demand.reach()).isEqualTo(Demand.Reach.STALLED);
        });
        now += 10;
        read(780, 260);
        now += EPOCH - 10;
        assertThat(read(780, 0).demand())
                .hasValueSatisfying(demand -> assertThat(demand.amount()).isBetween(320L, 321L));
    }

    @Test
    void whatCameInDuringOneEpisodeIsNotAskedForInTheNext() {
        read(900);
        now += 10;
        read(900, 300);
        read(499);
        now += GRACE;
        assertThat(read(900).demand())
                .hasValueSatisfying(demand -> assertThat(demand.amount()).isBetween(220L, 221L));
    }

    @Test
    void aForecastAsksForEverythingDownToTheTargetAndForNothingBelowTheHighMark() {
        assertThat(EpisodeController.wholeDemand(new Reading(Signal.LEDGER, 899, 1000), MARKS))
                .isEmpty();
        assertThat(EpisodeController.wholeDemand(new Reading(Signal.LEDGER, 900, 1000), MARKS))
                .hasValueSatisfying(demand -> {
                    assertThat(demand.amount()).isBetween(440L, 441L);
                    assertThat(demand.fromAnyone()).isBetween(40L, 41L);
                });
    }

    @Test
    void aSurgeWithinAnEpochBeginsTheNextOneEarlyAndNewcomersDoNotPayForIt() {
        read(900);
        now += EPOCH / 5 - 1;
        assertThat(read(1200).events()).as("too early").isEmpty();
        now += 1;
        assertThat(read(1099).events()).as("half of the distance is 200").isEmpty();
        Step step = read(1101);
        assertThat(step.events()).singleElement().isInstanceOf(EpochStarted.class);
        assertThat(step.rates()).isEqualTo(new Rates(0, 1));
        assertThat(step.demand()).isPresent();
        assertThat(controller.untilEpoch(now)).isEqualTo(EPOCH);
    }

    @Test
    void whatIsPromisedIsNoSurge() {
        read(900);
        now += EPOCH / 2;
        assertThat(read(1400, 400).events()).isEmpty();
    }

    @Test
    void untilAnEpochIsOverSoMuchTimeIsLeft() {
        assertThat(controller.untilEpoch(now)).isEqualTo(Long.MAX_VALUE);
        read(900);
        assertThat(controller.untilEpoch(now + 30)).isEqualTo(EPOCH - 30);
        assertThat(controller.untilEpoch(now + 3 * EPOCH)).isZero();
    }

    @Test
    void anEpisodeLastsUntilTheLastSignalIsBelowItsLowMark() {
        EpisodeController both = controller(Map.of(Signal.HEAP, MARKS, Signal.LEDGER, new Watermarks(0.2, 0.3, 0.4)));
        both.advance(0, List.of(new Reading(Signal.HEAP, 950, 1000), new Reading(Signal.LEDGER, 100, 1000)));
        both.advance(1, List.of(new Reading(Signal.HEAP, 100, 1000), new Reading(Signal.LEDGER, 250, 1000)));
        assertThat(both.episode()).isEqualTo(1);
        both.advance(2, List.of(new Reading(Signal.HEAP, 100, 1000), new Reading(Signal.LEDGER, 199, 1000)));
        assertThat(both.episode()).isZero();
    }

    @Test
    void twoSignalsThatTakeTurnsAsTheWorstWithoutComingDownAreNotHelp() {
        EpisodeController both = controller(Map.of(Signal.HEAP, MARKS, Signal.LEDGER, MARKS));
        both.advance(0, List.of(new Reading(Signal.HEAP, 950, 1000), new Reading(Signal.LEDGER, 920, 1000)));
        Step step = both.advance(
                EPOCH, List.of(new Reading(Signal.HEAP, 910, 1000), new Reading(Signal.LEDGER, 930, 1000)));
        assertThat(step.rates()).isEqualTo(new Rates(0.2, 1));
    }

    @Test
    void everySignalThatOwesIsAskedForTheWorstFirst() {
        EpisodeController both = controller(Map.of(Signal.HEAP, MARKS, Signal.LEDGER, MARKS, Signal.DIRECT, MARKS));
        Step step = both.advance(
                0,
                List.of(
                        new Reading(Signal.HEAP, 920, 1000),
                        new Reading(Signal.LEDGER, 950, 1000),
                        new Reading(Signal.DIRECT, 100, 1000)));
        assertThat(step.demands()).extracting(Demand::signal).containsExactly(Signal.LEDGER, Signal.HEAP);
    }

    @Test
    void theSummaryHasTheFiguresOfTheEpisode() {
        controller.count(99, 99, 99);
        read(900);
        now += EPOCH;
        read(970);
        controller.count(3, 3000, 1);
        now += 7;
        read(600);
        controller.count(2, 500, 10);
        now += 2;
        read(590);
        controller.count(-1, -300, 0);
        now += 3;
        Step last = read(400);
        EpisodeEnded end = (EpisodeEnded) last.events().get(0);
        assertThat(end.episode()).isEqualTo(1);
        assertThat(end.durationNanos()).isEqualTo(EPOCH + 12);
        assertThat(end.epochs()).isEqualTo(2);
        assertThat(end.closed()).isEqualTo(4);
        assertThat(end.freedBytes()).isEqualTo(3200);
        assertThat(end.refused()).isEqualTo(11);
        assertThat(end.peak().worst().used()).isEqualTo(970);
        assertThat(end.evaluation().worst().used()).isEqualTo(400);
    }

    @Test
    void thePeakOfTheLastMomentsCountsThoughNoEpochBegan() {
        read(900);
        now += 1;
        read(990);
        now += 1;
        EpisodeEnded end = (EpisodeEnded) read(1).events().get(0);
        assertThat(end.peak().worst().level()).isCloseTo(0.99, within(1e-9));
    }

    @Test
    void oneSummaryDoesNotCarryTheFiguresOfTheLast() {
        read(900);
        controller.count(3, 3000, 1);
        read(1);
        read(900);
        EpisodeEnded end = (EpisodeEnded) read(1).events().get(0);
        assertThat(end.closed()).isZero();
        assertThat(end.freedBytes()).isZero();
        assertThat(end.refused()).isZero();
    }

    @Test
    void theClockMayWrapAroundWithinAnEpochAndWithinTheGraceTime() {
        now = Long.MAX_VALUE - 10;
        read(900);
        now += 50;
        assertThat(now).isNegative();
        assertThat(read(900).events()).isEmpty();
        now += 50;
        assertThat(read(900).events()).hasSize(1);
        now = Long.MAX_VALUE - 10;
        EpisodeEnded end = (EpisodeEnded) read(1).events().get(0);
        assertThat(end.epochs()).isEqualTo(2);
        now += 500;
        assertThat(read(700).events()).as("within the grace time").isNotEmpty();
    }

    private void follow(Map<Signal, Watermarks> marks) {
        controller.follow(
                PressureSettings.of(Duration.ofNanos(50), Duration.ofNanos(EPOCH), Duration.ofNanos(GRACE), marks));
    }

    @Test
    void aRunningEpisodeGoesOnThroughAChangeOfItsMarksAndEndsByTheNewOnes() {
        read(950);
        follow(Map.of(Signal.LEDGER, new Watermarks(0.1, 0.2, 0.3)));
        now += EPOCH / 2;
        Step within = read(400);
        assertThat(within.events()).as("the epoch goes on").isEmpty();
        assertThat(controller.episode()).isEqualTo(1);
        assertThat(controller.epoch()).isEqualTo(1);
        now += EPOCH / 2;
        assertThat(read(400).events()).singleElement().isInstanceOfSatisfying(EpochStarted.class, epoch -> {
            assertThat(epoch.episode()).isEqualTo(1);
            assertThat(epoch.epoch()).isEqualTo(2);
        });
        follow(Map.of(Signal.LEDGER, new Watermarks(0.6, 0.7, 0.8)));
        assertThat(read(400).events()).singleElement().isInstanceOfSatisfying(EpisodeEnded.class, ended -> {
            assertThat(ended.episode()).isEqualTo(1);
            assertThat(ended.epochs()).isEqualTo(2);
            assertThat(ended.durationNanos()).isEqualTo(EPOCH);
        });
        assertThat(controller.episodes()).isEqualTo(1);
    }

    @Test
    void marksThatComeDownStartAnEpisodeAtTheNextReading() {
        assertThat(read(600).events()).isEmpty();
        follow(Map.of(Signal.LEDGER, new Watermarks(0.1, 0.2, 0.6)));
        assertThat(read(600).events()).hasSize(2);
        assertThat(controller.episode()).isEqualTo(1);
    }

    @Test
    void anEpisodeOfASignalThatIsSwitchedOffEndsByTheOthers() {
        read(950);
        follow(Map.of(Signal.DIRECT, MARKS));
        Step step = controller.advance(
                now, List.of(new Reading(Signal.LEDGER, 950, 1000), new Reading(Signal.DIRECT, 10, 1000)));
        assertThat(step.events()).singleElement().isInstanceOf(EpisodeEnded.class);
        assertThat(step.rates()).isEqualTo(Rates.NONE);
    }

    @Test
    void anEpisodeOfWhichNothingCanBeReadAnyMoreIsAbandonedOnce() {
        assertThat(controller.abandon(now)).isEmpty();
        read(950);
        now += 3 * EPOCH;
        assertThat(controller.abandon(now)).get().isInstanceOfSatisfying(EpisodeEnded.class, ended -> {
            assertThat(ended.durationNanos()).isEqualTo(3 * EPOCH);
            assertThat(ended.evaluation().worst().used()).isEqualTo(950);
        });
        assertThat(controller.episode()).isZero();
        assertThat(controller.abandon(now)).isEmpty();
    }
}
