package dev.spillway.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spillway.connection.ConnectionFacts;
import dev.spillway.connection.Cost;
import dev.spillway.connection.Phase;
import dev.spillway.connection.Progress;
import dev.spillway.connection.ProgressMeter;
import dev.spillway.connection.SourceGroup;
import dev.spillway.connection.WindowState;
import dev.spillway.pressure.Demand;
import dev.spillway.pressure.Demand.Reach;
import dev.spillway.pressure.Signal;
import dev.spillway.security.NetworkProfile;
import dev.spillway.security.Standing;
import dev.spillway.security.Verdict;
import java.net.InetAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Who is how guilty (S25), told of clients as they come. */
class VictimOrderTest {
    private static final long MILLI = 1_000_000L;
    private static final long SECOND = 1000 * MILLI;
    private static final long QUEUE = 200_000;

    private final VictimOrder order = new VictimOrder(new PruneSettings(Duration.ofMillis(250), 1000, 32, 64));

    /** A client that downloads: something always waits for it, until it has had enough. Looked at ten times a second. */
    private static final class Download {
        private static final long STEP = 100 * MILLI;
        private final ProgressMeter meter = new ProgressMeter();
        private long age;
        private long taken;

        Download() {
            meter.look(0, 0, QUEUE, WindowState.OPEN);
        }

        Download goesOn(long nanos, double bytesPerSecond) {
            double owed = 0;
            for (long end = age + nanos; age < end; ) {
                age += STEP;
                owed += bytesPerSecond * STEP / SECOND;
                taken += (long) owed;
                owed -= (long) owed;
                meter.look(age, taken, QUEUE, WindowState.OPEN);
            }
            return this;
        }

        ConnectionFacts facts() {
            Progress progress = meter.at(age);
            return VictimOrderTest.facts(
                    age, progress.stalledNanos(), progress, new Cost(7000, 0, QUEUE), 300, taken + QUEUE);
        }
    }

    private static ConnectionFacts facts(long age, long idle, Progress progress, Cost cost, long received, long sent) {
        return new ConnectionFacts(
                1,
                "web",
                SourceGroup.of(InetAddress.getLoopbackAddress(), 32, 64),
                new Verdict(Standing.ELIGIBLE, NetworkProfile.PUBLIC, 1),
                Phase.RELAYING,
                age,
                idle,
                progress,
                cost,
                received,
                sent);
    }

    /** In byte-seconds. */
    private double score(ConnectionFacts connection, Signal signal) {
        return VictimOrder.byteSeconds(order.rank(connection, new Demand(signal, 1, Reach.ANYONE)));
    }

    private Guilt guilt(ConnectionFacts connection, Signal signal) {
        return VictimOrder.kind(order.rank(connection, new Demand(signal, 1, Reach.ANYONE)));
    }

    private double score(Download download) {
        return score(download.facts(), Signal.KERNEL_TCP);
    }

    private Guilt guilt(Download download) {
        return guilt(download.facts(), Signal.KERNEL_TCP);
    }

    private static Download zeroWindow(long nanos) {
        return new Download().goesOn(100 * MILLI, 600_000).goesOn(nanos, 0);
    }

    @Test
    void aTrickleIsAsBadAsNothing() {
        for (long seconds : new long[] {1, 5, 60}) {
            Download trickle = new Download().goesOn(100 * MILLI, 600_000).goesOn(seconds * SECOND, 10);
            assertThat(guilt(trickle)).isEqualTo(guilt(zeroWindow(seconds * SECOND)));
            assertThat(score(trickle)).isGreaterThan(0.7 * score(zeroWindow(seconds * SECOND)));
        }
        Download fromTheBeginning = new Download().goesOn(SECOND, 10);
        assertThat(guilt(fromTheBeginning)).isEqualTo(Guilt.STALLED);
    }

    @Test
    void aTrickleAfterADownloadIsFoundOutWhenItsCreditIsSpent() {
        Download bought = new Download().goesOn(60 * SECOND, 1_000_000).goesOn(40 * SECOND, 10);
        assertThat(guilt(bought)).isEqualTo(Guilt.STALLED);
        assertThat(score(bought)).isGreaterThan(score(zeroWindow(5 * SECOND)));
    }

    @Test
    void anHonestReaderOnASlowLineIsFarBehindAZeroWindowPeer() {
        Download mobile =
                new Download().goesOn(20 * SECOND, 50_000).goesOn(4 * SECOND, 0).goesOn(30 * SECOND, 50_000);
        assertThat(guilt(mobile)).isEqualTo(Guilt.ACTIVE);
        assertThat(score(mobile)).isLessThan(score(zeroWindow(2 * SECOND)) / 4);
        mobile.goesOn(4900 * MILLI, 0);
        assertThat(score(mobile)).isLessThan(score(zeroWindow(5 * SECOND)) / 4);
    }

    @Test
    void whoTookForSomeTenthsOfASecondHasEarnedAPauseOfUpToTwentyTimesStallAfter() {
        Download paused = new Download().goesOn(500 * MILLI, 20_000).goesOn(4900 * MILLI, 0);
        assertThat(guilt(paused)).isEqualTo(Guilt.ACTIVE);
        assertThat(guilt(paused.goesOn(400 * MILLI, 0))).isEqualTo(Guilt.STALLED);
        Download briefly = new Download().goesOn(200 * MILLI, 20_000).goesOn(600 * MILLI, 0);
        assertThat(guilt(briefly)).isEqualTo(Guilt.ACTIVE);
        assertThat(guilt(briefly.goesOn(200 * MILLI, 0))).isEqualTo(Guilt.STALLED);
    }

    @Test
    void whoSwallowedOneWindowHasEarnedNothing() {
        Download swallowed = new Download().goesOn(100 * MILLI, 5_000_000);
        assertThat(guilt(swallowed)).isEqualTo(Guilt.ACTIVE);
        assertThat(guilt(swallowed.goesOn(200 * MILLI, 0))).isEqualTo(Guilt.STALLING);
        assertThat(guilt(swallowed.goesOn(800 * MILLI, 0))).isEqualTo(Guilt.STALLED);
        assertThat(score(swallowed)).isGreaterThan(570.0 * QUEUE);
    }

    /** One that has stood for so long, has taken for so long before, and answers in so long. */
    private Guilt standing(long stood, WindowState window, long taking, long roundTrip) {
        Progress progress = new Progress(stood, stood + taking, QUEUE, QUEUE, window, taking, roundTrip);
        return guilt(facts(60 * SECOND, stood, progress, new Cost(7000, 0, QUEUE), 10, 0), Signal.KERNEL_TCP);
    }

    @Test
    void whomNobodyKnowsIsGivenARoundTripButWhoHasNoRoomHasAnswered() {
        assertThat(standing(24 * MILLI, WindowState.ZERO, 0, 60 * MILLI)).isEqualTo(Guilt.ACTIVE);
        assertThat(standing(25 * MILLI, WindowState.ZERO, 0, 60 * MILLI)).isEqualTo(Guilt.STALLING);
        assertThat(standing(109 * MILLI, WindowState.OPEN, 0, 60 * MILLI)).isEqualTo(Guilt.ACTIVE);
        assertThat(standing(110 * MILLI, WindowState.OPEN, 0, 60 * MILLI)).isEqualTo(Guilt.STALLING);
        assertThat(standing(50 * MILLI, WindowState.UNKNOWN, 0, 0)).isEqualTo(Guilt.STALLING);
    }

    @Test
    void answeringLateGainsNoMoreThanThreeTimesStallAfter() {
        assertThat(standing(799 * MILLI, WindowState.OPEN, 0, 60 * SECOND)).isEqualTo(Guilt.ACTIVE);
        assertThat(standing(800 * MILLI, WindowState.OPEN, 0, 60 * SECOND)).isEqualTo(Guilt.STALLING);
        assertThat(standing(999 * MILLI, WindowState.OPEN, 0, 60 * SECOND)).isEqualTo(Guilt.STALLING);
        assertThat(standing(SECOND, WindowState.OPEN, 0, 60 * SECOND)).isEqualTo(Guilt.STALLED);
    }

    @Test
    void whoSquatsByTheRulesHasUsedUpItsPauses() {
        Download squatter = new Download().goesOn(SECOND, 50_000);
        int pauses = 0;
        while (guilt(squatter.goesOn(4500 * MILLI, 0)) == Guilt.ACTIVE) {
            pauses++;
            squatter.goesOn(100 * MILLI, 10 * QUEUE);
        }
        assertThat(pauses).isBetween(2, 6);
    }

    @Test
    void aPauseThatWasEarnedIsNotShortenedByAWindowThatIsShut() {
        assertThat(standing(4 * SECOND, WindowState.ZERO, 500 * MILLI, 0)).isEqualTo(Guilt.ACTIVE);
        assertThat(standing(5 * SECOND, WindowState.ZERO, 500 * MILLI, 0)).isEqualTo(Guilt.STALLED);
    }

    @Test
    void aPaceIsBelievedWhenItWasWatchedForAsLongAsAPause() {
        Cost cost = new Cost(7000, 0, QUEUE);
        Progress stranger = new Progress(0, 100 * MILLI, QUEUE, 1000, WindowState.OPEN, 0, 0);
        Progress known = new Progress(0, 100 * MILLI, QUEUE, 1000, WindowState.OPEN, 60 * SECOND, 0);
        Progress watched = new Progress(0, 5 * SECOND, QUEUE, 10_000, WindowState.OPEN, 60 * SECOND, 0);
        assertThat(score(facts(60 * SECOND, 0, stranger, cost, 1, 0), Signal.KERNEL_TCP))
                .isCloseTo(60.0 * QUEUE, within(1.0));
        assertThat(score(facts(60 * SECOND, 0, known, cost, 1, 0), Signal.KERNEL_TCP))
                .isCloseTo(5.0 * QUEUE, within(1.0));
        assertThat(score(facts(60 * SECOND, 0, watched, cost, 1, 0), Signal.KERNEL_TCP))
                .isCloseTo(20.0 * QUEUE, within(1.0));
    }

    @Test
    void aSlowLineIsNoStandstillEvenAtTheBeginning() {
        assertThat(guilt(new Download().goesOn(SECOND, 50_000))).isEqualTo(Guilt.ACTIVE);
        assertThat(guilt(new Download().goesOn(10 * SECOND, 10_000))).isEqualTo(Guilt.ACTIVE);
    }

    @Test
    void aFastDownloadIsGuiltyOfMillisecondsThoughSomethingAlwaysWaits() {
        Download fast = new Download().goesOn(60 * SECOND, 50_000_000);
        assertThat(guilt(fast)).isEqualTo(Guilt.ACTIVE);
        assertThat(score(fast)).isLessThan(QUEUE * 0.005);
    }

    @Test
    void aPeerThatTakesNothingStandsStillAfterTheTimeThatIsSet() {
        Download fresh = new Download();
        assertThat(guilt(fresh)).isEqualTo(Guilt.ACTIVE);
        assertThat(guilt(fresh.goesOn(200 * MILLI, 0))).isEqualTo(Guilt.STALLING);
        assertThat(guilt(fresh.goesOn(100 * MILLI, 0))).isEqualTo(Guilt.STALLED);
    }

    @Test
    void nobodyIsBlamedForMoreThanItsAge() {
        ConnectionFacts young = facts(
                20 * MILLI,
                0,
                new Progress(SECOND, 9 * SECOND, QUEUE, 1e12, WindowState.OPEN),
                new Cost(7000, QUEUE, 0),
                10,
                0);
        assertThat(guilt(young, Signal.LEDGER)).isEqualTo(Guilt.ACTIVE);
        assertThat(score(young, Signal.LEDGER)).isCloseTo(QUEUE * 0.02, within(1.0));
    }

    @Test
    void creditExcusesUpToItsMostAndNoLongerThanSlowAfter() {
        double zeroCredit = scoreAfter(40, 0);
        assertThat(zeroCredit).isCloseTo(QUEUE * 640.0, within(1.0));
        // Delivered as much as it takes: half of the first 30 s are excused.
        assertThat(scoreAfter(40, 1)).isCloseTo(QUEUE * 625.0, within(1.0));
        assertThat(scoreAfter(20, 1)).isCloseTo(QUEUE * 605.0, within(1.0));
        assertThat(scoreAfter(20, 3)).isCloseTo(QUEUE * 597.5, within(1.0));
        assertThat(scoreAfter(20, 1_000_000)).isEqualTo(scoreAfter(20, 3));
        assertThat(scoreAfter(3600, 3)).isGreaterThan(0.99 * scoreAfter(3600, 0));
    }

    @Test
    void whoStandsStillLacksTwentyTimesSlowAfterAtOnceAndAStrangerTwiceIt() {
        Cost cost = new Cost(7000, QUEUE, 0);
        ConnectionFacts young = facts(MILLI, 0, Progress.stalled(MILLI, QUEUE), cost, 10, 0);
        ConnectionFacts stalling = facts(60 * MILLI, 0, Progress.stalled(60 * MILLI, QUEUE), cost, 10, 0);
        assertThat(score(young, Signal.LEDGER)).isCloseTo(QUEUE * 60.0, within(1.0));
        assertThat(score(stalling, Signal.LEDGER)).isCloseTo(QUEUE * 600.06, within(1.0));
    }

    /** One that stands for so long, and took all that waits now in a second before. */
    private double scoreAfter(long seconds, long timesDelivered) {
        long all = QUEUE + 7000;
        return score(
                facts(
                        7200 * SECOND,
                        seconds * SECOND,
                        new Progress(seconds * SECOND, seconds * SECOND, QUEUE, QUEUE, WindowState.OPEN),
                        new Cost(7000, QUEUE, 0),
                        QUEUE,
                        timesDelivered * all),
                Signal.LEDGER);
    }

    @Test
    void aPushAtASlowServerIsNoCredit() {
        ConnectionFacts push = facts(
                10 * SECOND,
                2 * SECOND,
                Progress.stalled(2 * SECOND, QUEUE),
                new Cost(7000, QUEUE / 2, QUEUE / 2),
                QUEUE,
                0);
        assertThat(guilt(push, Signal.INJECTED)).isEqualTo(Guilt.STALLED);
        assertThat(score(push, Signal.INJECTED)).isCloseTo(602.0 * QUEUE, within(1.0));
    }

    @Test
    void onlyWhatClosingItGivesBackCountsAsCost() {
        ConnectionFacts kernelOnly =
                facts(10 * SECOND, 2 * SECOND, Progress.stalled(2 * SECOND, QUEUE), new Cost(7000, 500, QUEUE), 0, 0);
        // Nothing came and nothing went, so it is silent: it ranks with the most lack there is, and the time it was
        // idle.
        assertThat(score(kernelOnly, Signal.LEDGER)).isCloseTo(602 * 500, within(1.0));
        assertThat(score(kernelOnly, Signal.KERNEL_TCP)).isCloseTo(602.0 * QUEUE, within(1.0));
        assertThat(score(kernelOnly, Signal.CONTAINER)).isCloseTo(602.0 * (QUEUE + 500), within(1.0));
        assertThat(score(kernelOnly, Signal.HEAP)).isCloseTo(602.0 * 7000, within(1.0));
        assertThat(score(kernelOnly, Signal.CONNECTIONS)).isCloseTo(602, within(1.0));
    }

    @Test
    void quietCountsWhereSlotsAreShortAndOtherwiseOnlyOfTheSilent() {
        ConnectionFacts keptAlive =
                facts(100 * SECOND, 60 * SECOND, Progress.NOTHING_WAITS, new Cost(7000, 0, 2000), 1, 9001);
        ConnectionFacts silent = facts(60 * SECOND, 60 * SECOND, Progress.NOTHING_WAITS, new Cost(7000, 0, 2000), 0, 0);
        assertThat(guilt(keptAlive, Signal.CONNECTIONS)).isEqualTo(Guilt.IDLE);
        assertThat(guilt(silent, Signal.CONNECTIONS)).isEqualTo(Guilt.STALLED);
        // It has delivered 7002 bytes and takes 9000, and no more than 30 s of quiet count.
        assertThat(score(keptAlive, Signal.CONNECTIONS)).isCloseTo(30 * 9000 / (9000 + 7002.0), within(0.01));
        assertThat(score(silent, Signal.CONNECTIONS)).isCloseTo(660, within(1.0));
        assertThat(guilt(keptAlive, Signal.KERNEL_TCP)).isEqualTo(Guilt.ACTIVE);
        assertThat(guilt(silent, Signal.KERNEL_TCP)).isEqualTo(Guilt.ACTIVE);
        assertThat(score(keptAlive, Signal.KERNEL_TCP)).isCloseTo(2000 * 0.001, within(1e-3));
        assertThat(score(silent, Signal.KERNEL_TCP)).isCloseTo(2000 * 660, within(1.0));
    }

    @Test
    void amongThoseThatProgressCostDecides() {
        ConnectionFacts light = facts(SECOND, 0, Progress.NOTHING_WAITS, new Cost(7000, 1000, 0), 5, 0);
        ConnectionFacts heavy = facts(SECOND, 0, Progress.NOTHING_WAITS, new Cost(7000, 9000, 0), 5, 0);
        assertThat(score(heavy, Signal.LEDGER)).isGreaterThan(score(light, Signal.LEDGER));
    }
}
