package dev.spillway.pressure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.pressure.Cadence.Pace;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** How soon it is read again. Interval 100 ms, alert interval 5 ms, marks 50 and 90 %. */
class CadenceTest {
    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
    private static final PressureSettings SETTINGS = PressureSettings.of(
            Duration.ofMillis(100),
            Duration.ofMillis(50),
            Duration.ofSeconds(10),
            Map.of(Signal.KERNEL_TCP, new Watermarks(0.5, 0.7, 0.9)));

    private final Cadence cadence = new Cadence(SETTINGS, 2);
    private long now = Long.MAX_VALUE - MILLI;

    private long read(long used, long activity, boolean waiting) {
        return cadence.read(now, List.of(new Reading(Signal.KERNEL_TCP, used, 1000)), activity, waiting, false);
    }

    private long later(long millis, long used, long activity, boolean waiting) {
        now += millis * MILLI;
        return read(used, activity, waiting);
    }

    @Test
    void theFirstReadingIsFollowedByAnotherSoon() {
        assertThat(read(0, 0, false)).isEqualTo(5 * MILLI);
        assertThat(cadence.pace()).isEqualTo(Pace.ALERT);
    }

    @Test
    void whereNothingMovesOrWaitsItRests() {
        read(100, 7, false);
        assertThat(later(5, 100, 7, false)).isEqualTo(100 * MILLI);
        assertThat(cadence.pace()).isEqualTo(Pace.RESTING);
    }

    @Test
    void eachByteAndEachConnectionKeepsItAlert() {
        read(300, 7, false);
        assertThat(later(5, 300, 8, false)).isEqualTo(5 * MILLI);
        assertThat(later(5, 300, 8, false)).isEqualTo(100 * MILLI);
    }

    @Test
    void belowHalfOfTheLowMarkEverySecondReadingIsEnoughWhereMemoryIsShort() {
        read(248, 7, false);
        assertThat(later(5, 249, 8, false)).isEqualTo(10 * MILLI);
        assertThat(later(10, 250, 9, false)).isEqualTo(5 * MILLI);
        assertThat(later(5, 249, 10, false)).isEqualTo(10 * MILLI);
        assertThat(cadence.pace()).isEqualTo(Pace.ALERT);
    }

    /** 12.5 GB/s for the kernel's memory; a twentieth is in use, so that 85 % are left to the mark. */
    @ParameterizedTest
    @CsvSource({"200000000, 10", "500000000, 17", "1000000000, 34", "8000000000, 100"})
    void farFromTheMarksItIsReadBeforeAnythingCanGetThere(long limit, long millis) {
        cadence.read(now, List.of(new Reading(Signal.KERNEL_TCP, limit / 20, limit)), 7, false, false);
        now += 5 * MILLI;
        assertThat(cadence.read(now, List.of(new Reading(Signal.KERNEL_TCP, limit / 20, limit)), 8, false, false))
                .isEqualTo(millis * MILLI);
        assertThat(cadence.pace()).isEqualTo(Pace.ALERT);
    }

    @ParameterizedTest
    @EnumSource(Signal.class)
    void whateverIsWatchedTheFastestGrowthIsSeenAtHalfOfTheWay(Signal signal) {
        PressureSettings settings = PressureSettings.of(
                Duration.ofMillis(100),
                Duration.ofMillis(50),
                Duration.ofSeconds(10),
                Map.of(signal, new Watermarks(0.5, 0.7, 0.9)));
        for (int loops : new int[] {1, 8}) {
            for (long limit = 1000; limit < 1L << 40; limit *= 3) {
                Cadence watch = new Cadence(settings, loops);
                List<Reading> readings = List.of(new Reading(signal, limit / 5, limit));
                watch.read(now, readings, 7, false, false);
                long pause = watch.read(now + 5 * MILLI, readings, 8, false, false);
                double grown = signal.fastestGrowth(loops, limit, false) * pause / 1e9;
                // Two alert intervals are the promise, however short memory is.
                assertThat(pause <= 10 * MILLI || grown <= 0.36 * limit)
                        .as("%s of %s", grown, limit)
                        .isTrue();
            }
        }
    }

    /** With one event loop. */
    private static Cadence besideTheLedger(Signal signal) {
        Watermarks marks = new Watermarks(0.5, 0.7, 0.9);
        return new Cadence(
                PressureSettings.of(
                        Duration.ofMillis(100),
                        Duration.ofMillis(50),
                        Duration.ofSeconds(10),
                        Map.of(signal, marks, Signal.LEDGER, marks)),
                1);
    }

    /** 100 MB of direct memory, 5 % of it in use: 85 MB are left, which 68 MB of buffers can take. */
    @ParameterizedTest
    @CsvSource({"75000000, 100", "76000000, 17", "100000000, 17"})
    void whatIsCopiedCountsOnlyWhereTheLedgerDoesNotTellFirst(long ledger, long millis) {
        Cadence loop = besideTheLedger(Signal.DIRECT);
        List<Reading> readings =
                List.of(new Reading(Signal.DIRECT, 5_000_000, 100_000_000), new Reading(Signal.LEDGER, 0, ledger));
        loop.read(now, readings, 7, false, false);
        assertThat(loop.read(now + 5 * MILLI, readings, 8, false, false)).isEqualTo(millis * MILLI);
    }

    @Test
    void connectionsFillTheHeapWhateverTheLedgerTells() {
        Cadence loop = besideTheLedger(Signal.HEAP);
        List<Reading> readings =
                List.of(new Reading(Signal.HEAP, 4_000_000, 20_000_000), new Reading(Signal.LEDGER, 0, 1_000_000));
        loop.read(now, readings, 7, false, false);
        // 14 MB at 200 MB/s.
        assertThat(loop.read(now + 5 * MILLI, readings, 8, false, false)).isEqualTo(35 * MILLI);
    }

    @Test
    void howeverLongTheIntervalItIsReadWithinATenthOfASecondWhileThingsMove() {
        Cadence slow = new Cadence(
                PressureSettings.of(
                        Duration.ofSeconds(10), Duration.ofMillis(50), Duration.ZERO, SETTINGS.watermarks()),
                2);
        List<Reading> far = List.of(new Reading(Signal.KERNEL_TCP, 1, 1L << 50));
        slow.read(now, far, 7, false, false);
        assertThat(slow.read(now + 5 * MILLI, far, 8, false, false)).isEqualTo(100 * MILLI);
    }

    @Test
    void whereASignalCouldNotBeReadItIsNotFar() {
        Reading heap = new Reading(Signal.HEAP, 1L << 30, 1L << 40);
        Reading kernel = new Reading(Signal.KERNEL_TCP, 1L << 30, 1L << 40);
        cadence.read(now, List.of(heap, kernel), 7, false, false);
        assertThat(cadence.read(now + 5 * MILLI, List.of(heap, kernel), 8, false, false))
                .isEqualTo(100 * MILLI);
        assertThat(cadence.read(now + 10 * MILLI, List.of(heap), 9, false, false))
                .isEqualTo(5 * MILLI);
    }

    @Test
    void anEpisodeOrASlopeIsFollowedCloselyFromAnywhere() {
        read(100, 7, false);
        assertThat(cadence.read(now + 5 * MILLI, List.of(new Reading(Signal.KERNEL_TCP, 100, 1000)), 8, false, true))
                .isEqualTo(5 * MILLI);
        now += 5 * MILLI;
        // 10 % in 10 ms leaves 70 ms.
        assertThat(later(10, 200, 9, false)).isEqualTo(5 * MILLI);
    }

    @Test
    void whereBytesWaitItIsWatchfulThoughNothingMoves() {
        read(100, 7, true);
        assertThat(later(5, 100, 7, true)).isEqualTo(10 * MILLI);
        assertThat(cadence.pace()).isEqualTo(Pace.WATCHFUL);
    }

    @Test
    void fromTheLowMarkOnItIsWatchful() {
        read(499, 7, false);
        assertThat(later(5, 499, 7, false)).isEqualTo(100 * MILLI);
        // Risen since the last reading, but so slowly that the high mark is 40 seconds away.
        assertThat(later(100, 500, 7, false)).isEqualTo(10 * MILLI);
        assertThat(later(10, 500, 7, false)).isEqualTo(10 * MILLI);
    }

    /** Idle connections alone can hold these there for as long as they like. */
    @ParameterizedTest
    @EnumSource(
            value = Signal.class,
            names = {"LEDGER", "DESCRIPTORS", "CONNECTIONS"})
    void whatGrowsOnlyByWhatMovesLetsItRestAboveTheLowMark(Signal signal) {
        Cadence loop = new Cadence(
                PressureSettings.of(
                        Duration.ofMillis(100),
                        Duration.ofMillis(50),
                        Duration.ZERO,
                        Map.of(signal, new Watermarks(0.5, 0.7, 0.9))),
                2);
        List<Reading> high = List.of(new Reading(signal, 800, 1000));
        loop.read(0, high, 7, false, false);
        assertThat(loop.read(5 * MILLI, high, 7, false, false)).isEqualTo(100 * MILLI);
        assertThat(loop.pace()).isEqualTo(Pace.RESTING);
        assertThat(loop.read(105 * MILLI, high, 8, false, false)).isEqualTo(5 * MILLI);
        assertThat(loop.pace()).isEqualTo(Pace.ALERT);
    }

    /** What another process, or the collector, has a part in. */
    @ParameterizedTest
    @EnumSource(
            value = Signal.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"LEDGER", "DESCRIPTORS", "CONNECTIONS"})
    void whatGrowsByItselfIsWatchedFromTheLowMarkOn(Signal signal) {
        Cadence loop = new Cadence(
                PressureSettings.of(
                        Duration.ofMillis(100),
                        Duration.ofMillis(50),
                        Duration.ZERO,
                        Map.of(signal, new Watermarks(0.5, 0.7, 0.9))),
                2);
        List<Reading> high = List.of(new Reading(signal, 800, 1000));
        loop.read(0, high, 7, false, false);
        assertThat(loop.read(5 * MILLI, high, 7, false, false)).isEqualTo(10 * MILLI);
    }

    @Test
    void aSlopeThatReachesTheHighMarkWithinAnIntervalAlerts() {
        read(100, 7, false);
        later(5, 100, 7, false);
        // 1 % in 10 ms leaves 790 ms; 10 % in 10 ms leaves 69.
        assertThat(later(10, 110, 7, false)).isEqualTo(100 * MILLI);
        assertThat(cadence.soon()).isFalse();
        assertThat(later(10, 210, 7, false)).isEqualTo(5 * MILLI);
        assertThat(cadence.soon()).isTrue();
    }

    @Test
    void whatWillCrossBeforeTheNextReadingIsReadAfterHalfThatTime() {
        read(100, 7, false);
        // 70 % in 8.75 ms is 8 % a millisecond: 10 % take 1.25 ms, and the floor is 2; at 4 % it takes 2.5.
        now += 8_750_000;
        assertThat(read(800, 8, false)).isEqualTo(2 * MILLI);
        later(100, 500, 9, false);
        assertThat(later(4, 540, 10, false)).isEqualTo(5 * MILLI);
        assertThat(later(4, 620, 11, false)).isEqualTo(5 * MILLI);
        // 18 % in 4 ms, and 10 % to go: 2.2 ms. 12 % in 6 ms and 10 % to go: 5 ms.
        assertThat(later(4, 680, 12, false)).isEqualTo(5 * MILLI);
        assertThat(later(6, 800, 13, false)).isBetween(5 * MILLI / 2 - 1, 5 * MILLI / 2);
    }

    @Test
    void anEpisodeKeepsItAlert() {
        read(100, 7, false);
        now += 5 * MILLI;
        assertThat(cadence.read(now, List.of(), 7, false, true)).isEqualTo(5 * MILLI);
    }

    @Test
    void aSignalThatIsNotWatchedAnyMoreDoesNotCount() {
        read(990, 7, false);
        cadence.follow(PressureSettings.of(
                Duration.ofMillis(100),
                Duration.ofMillis(50),
                Duration.ZERO,
                Map.of(Signal.HEAP, new Watermarks(0.5, 0.7, 0.9))));
        assertThat(later(5, 990, 7, false)).isEqualTo(100 * MILLI);
    }

    @Test
    void anIntervalThatIsShorterThanTheAlertOneIsKept() {
        Cadence fast = new Cadence(
                PressureSettings.of(Duration.ofMillis(3), Duration.ofMillis(50), Duration.ZERO, SETTINGS.watermarks()),
                2);
        assertThat(fast.read(0, List.of(), 1, true, false)).isEqualTo(3 * MILLI);
        assertThat(fast.read(5, List.of(), 1, true, false)).isEqualTo(3 * MILLI);
    }

    /** Whatever a level does at one speed while bytes move: it is read at the latest two alert intervals after it crossed. */
    @Property(tries = 500)
    void aCrossingIsReadWithinTwoAlertIntervals(
            @ForAll @LongRange(min = 0, max = 890) long from,
            @ForAll @IntRange(min = 1, max = 500) int perMille,
            @ForAll long start) {
        Cadence loop = new Cadence(SETTINGS, 2);
        long time = 0;
        long crossing = (900 - from) * MILLI / perMille;
        while (time < crossing) {
            long used = from + perMille * time / MILLI;
            long pause =
                    loop.read(start + time, List.of(new Reading(Signal.KERNEL_TCP, used, 1000)), time, false, false);
            assertThat(pause).isBetween(2 * MILLI, (used < 250 ? 10 : 5) * MILLI);
            time += pause;
        }
        assertThat(time - crossing).isLessThanOrEqualTo(10 * MILLI);
    }
}
