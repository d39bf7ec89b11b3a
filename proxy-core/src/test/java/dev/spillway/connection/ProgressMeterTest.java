package dev.spillway.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ProgressMeterTest {
    private static final long MILLI = 1_000_000L;
    private static final long SECOND = 1000 * MILLI;

    private final ProgressMeter meter = new ProgressMeter();
    private long now = 17;
    private long taken;

    /** Time goes by, in which so much is taken; then a look finds so much waiting. */
    private void look(long after, long takes, long waiting) {
        now += after;
        taken += takes;
        meter.look(now, taken, waiting, WindowState.OPEN);
    }

    private Progress progress() {
        return meter.at(now);
    }

    @Test
    void beforeAnyLookNothingWaits() {
        assertThat(meter.at(5)).isEqualTo(Progress.NOTHING_WAITS);
    }

    @Test
    void theFirstLookBlamesNobody() {
        look(0, 5000, 200_000);
        assertThat(progress()).isEqualTo(new Progress(0, 0, 200_000, 0, WindowState.OPEN));
        assertThat(meter.at(now + SECOND).stalledNanos()).isZero();
        assertThat(progress().turnoverNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void oneThatTakesNothingStandsSinceTheFirstLookThatFoundSomething() {
        look(0, 0, 100);
        look(SECOND, 0, 100);
        look(SECOND, 0, 90_000);
        assertThat(progress()).isEqualTo(new Progress(2 * SECOND, 2 * SECOND, 90_000, 0, WindowState.OPEN));
        assertThat(meter.at(now + SECOND).stalledNanos()).isEqualTo(3 * SECOND);
        assertThat(meter.at(now + SECOND).waitingNanos()).isEqualTo(3 * SECOND);
    }

    @Test
    void oneThatMovedAtTheLastLookIsNotBlamedForTheTimeInWhichNobodyLooked() {
        look(0, 0, 100_000);
        look(SECOND, 50_000, 100_000);
        assertThat(meter.at(now + 60 * SECOND)).isEqualTo(progress());
        assertThat(progress().stalledNanos()).isZero();
    }

    @Test
    void theTurnoverOfASteadyReaderIsHowLongItsBytesLie() {
        look(0, 0, 200_000);
        for (int i = 0; i < 100; i++) {
            look(100 * MILLI, 5000, 200_000);
        }
        assertThat(progress().pace()).isCloseTo(50_000, within(1.0));
        assertThat(progress().turnoverNanos()).isCloseTo(4 * SECOND, within(MILLI));
        assertThat(progress().waitingNanos()).isEqualTo(10 * SECOND);
    }

    @Test
    void aFastOneForWhichSomethingAlwaysWaitsTurnsOverInMilliseconds() {
        look(0, 0, 256_000);
        look(SECOND, 100_000_000, 256_000);
        assertThat(progress().turnoverNanos()).isBetween(2 * MILLI, 3 * MILLI);
    }

    @Test
    void aTrickleAfterAFastStartIsKnownAtOnce() {
        look(0, 0, 200_000);
        for (int i = 0; i < 600; i++) {
            look(100 * MILLI, 100_000, 200_000);
        }
        for (int i = 1; i <= 100; i++) {
            look(100 * MILLI, 1, 200_000);
            assertThat(progress().stalledNanos()).isEqualTo(i * 100 * MILLI);
            assertThat(progress().turnoverNanos()).isGreaterThan(i * 50 * MILLI);
        }
    }

    @Test
    void aStandstillEndsWithAShareWorthTheNameAndNotWithAByte() {
        look(0, 0, 128_000);
        look(SECOND, 999, 128_000);
        assertThat(progress().stalledNanos()).isEqualTo(SECOND);
        look(SECOND, 1, 128_000);
        assertThat(progress().stalledNanos()).isZero();
        look(SECOND, 1, 127);
        assertThat(progress().stalledNanos()).isEqualTo(SECOND);
        look(SECOND, 0, 127);
        assertThat(progress().stalledNanos()).isEqualTo(2 * SECOND);
        look(SECOND, 1, 126);
        assertThat(progress().stalledNanos()).isZero();
    }

    @Test
    void aBurstOfLessThanWaitsDoesNotMakeAGoodName() {
        look(0, 0, 200_000);
        for (int i = 0; i < 100; i++) {
            look(10 * MILLI, 100_000, 200_000);
            assertThat(progress().turnoverNanos() > 9 * SECOND || i < 2).isTrue();
            look(10 * SECOND - 10 * MILLI, 0, 200_000);
            assertThat(progress().turnoverNanos()).isGreaterThan(15 * SECOND);
        }
    }

    @Test
    void aPauseIsForgivenTwoTurnsLater() {
        look(0, 0, 100_000);
        for (int i = 0; i < 100; i++) {
            look(100 * MILLI, 10_000, 100_000);
        }
        look(60 * SECOND, 0, 100_000);
        assertThat(progress().stalledNanos()).isEqualTo(60 * SECOND);
        assertThat(progress().turnoverNanos()).isGreaterThan(30 * SECOND);
        for (int i = 0; i < 20; i++) {
            look(100 * MILLI, 10_000, 100_000);
        }
        assertThat(progress().turnoverNanos()).isCloseTo(SECOND, within(200 * MILLI));
    }

    @Test
    void whoeverEmptiedTheQueueBeginsAnew() {
        look(0, 0, 100_000);
        look(60 * SECOND, 1, 99_999);
        look(SECOND, 99_999, 0);
        assertThat(progress()).isEqualTo(Progress.NOTHING_WAITS);
        look(SECOND, 0, 100_000);
        assertThat(progress()).isEqualTo(new Progress(0, 0, 100_000, 0, WindowState.OPEN));
        look(SECOND, 50_000, 100_000);
        assertThat(progress()).isEqualTo(new Progress(0, SECOND, 100_000, 50_000, WindowState.OPEN));
    }

    @Test
    void anotherLookAtTheSameInstantOnlyBringsTheFiguresUpToDate() {
        look(0, 0, 100);
        look(SECOND, 0, 100);
        look(0, 40, 60);
        assertThat(progress()).isEqualTo(new Progress(0, SECOND, 60, 40, WindowState.OPEN));
        look(0, 60, 500);
        assertThat(progress()).isEqualTo(new Progress(0, SECOND, 500, 100, WindowState.OPEN));
    }

    @Test
    void aLookFromBeforeTheLastCountsAsAtTheSameTime() {
        look(0, 0, 100);
        look(SECOND, 10, 100);
        look(-SECOND / 2, 0, 100);
        assertThat(meter.at(now)).isEqualTo(new Progress(0, SECOND, 100, 10, WindowState.OPEN));
    }

    @Test
    void aTotalThatGoesBackIsAnotherPeerWhichOwesNothing() {
        look(0, 1_000_000, 100_000);
        look(60 * SECOND, 0, 100_000);
        assertThat(progress().stalledNanos()).isEqualTo(60 * SECOND);
        meter.look(now + SECOND, 10, 100_000, WindowState.ZERO);
        assertThat(meter.at(now + 2 * SECOND)).isEqualTo(new Progress(0, 0, 100_000, 0, WindowState.ZERO));
    }

    @Test
    void minutesWithoutALookAreOneInterval() {
        look(0, 0, 6000);
        look(600 * SECOND, 6000, 6000);
        assertThat(progress().pace()).isCloseTo(10, within(1e-9));
        assertThat(progress().stalledNanos()).isZero();
        assertThat(progress().turnoverNanos()).isCloseTo(600 * SECOND, within(1L));
    }

    @Test
    void timeMayWrapAround() {
        now = Long.MAX_VALUE - SECOND;
        look(0, 0, 1000);
        look(2 * SECOND, 1000, 1000);
        look(2 * SECOND, 0, 1000);
        assertThat(progress()).isEqualTo(new Progress(2 * SECOND, 4 * SECOND, 1000, 250, WindowState.OPEN));
    }

    @Test
    void timeOfTakingIsEarnedByNoticeableSharesAndByLittleOnesLess() {
        look(0, 0, 128_000);
        look(100 * MILLI, 16_000, 128_000);
        assertThat(progress().takingNanos()).isEqualTo(100 * MILLI);
        look(100 * MILLI, 999, 128_000);
        assertThat(progress().takingNanos()).isEqualTo(100 * MILLI);
        look(100 * MILLI, 1, 128_000);
        assertThat(progress().takingNanos()).isEqualTo(162_500_000);
        for (int i = 0; i < 20; i++) {
            look(250 * MILLI, 64_000, 128_000);
        }
        assertThat(progress().takingNanos()).isEqualTo(750 * MILLI);
    }

    @Test
    void aStandstillCostsAFortiethOfItsLengthAndItsEndEarnsNothing() {
        look(0, 0, 128_000);
        look(250 * MILLI, 64_000, 128_000);
        look(250 * MILLI, 64_000, 128_000);
        look(4000 * MILLI, 128_000, 128_000);
        assertThat(progress().takingNanos()).isEqualTo(400 * MILLI);
        look(60 * SECOND, 128_000, 128_000);
        assertThat(progress().takingNanos()).isZero();
    }

    @Test
    void littleThatWaitsEarnsNothing() {
        look(0, 0, 4095);
        look(100 * MILLI, 4095, 4096);
        assertThat(progress().takingNanos()).isZero();
        look(100 * MILLI, 4096, 4096);
        assertThat(progress().takingNanos()).isEqualTo(100 * MILLI);
    }

    @Test
    void timeOfTakingOutlastsAnEmptyQueueAndAMeterButNotThePeer() {
        look(0, 0, 10_000);
        look(200 * MILLI, 10_000, 10_000);
        look(200 * MILLI, 10_000, 0);
        look(SECOND, 0, 10_000);
        assertThat(progress().takingNanos()).isEqualTo(400 * MILLI);
        assertThat(new ProgressMeter(meter.takingNanos()).takingNanos()).isEqualTo(400 * MILLI);
        look(SECOND, -1, 10_000);
        assertThat(progress().takingNanos()).isZero();
    }
}
