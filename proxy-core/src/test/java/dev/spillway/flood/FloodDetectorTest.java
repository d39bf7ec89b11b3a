package dev.spillway.flood;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spillway.flood.FloodDetector.Thresholds;
import dev.spillway.flood.FloodEvent.Ended;
import dev.spillway.flood.FloodEvent.Hit;
import dev.spillway.flood.FloodEvent.Started;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class FloodDetectorTest {
    private static final long QUARTER = TimeUnit.MILLISECONDS.toNanos(250);

    private final FloodDetector detector = new FloodDetector(Thresholds.DEFAULTS);
    private final Map<KernelCounter, Long> counters = new EnumMap<>(KernelCounter.class);
    private final Map<String, Long> dropped = new TreeMap<>();
    private final List<FloodEvent> told = new ArrayList<>();
    private boolean keepingOut;
    private long sunk;
    /** Close to the end of the numbers, so that time wraps around in every test. */
    private long now = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(1);

    private FloodReading reading() {
        long[] values = new long[KernelCounter.values().length];
        counters.forEach((counter, value) -> values[counter.ordinal()] = value);
        return new FloodReading(new KernelCounters(values), dropped, sunk, keepingOut);
    }

    private void look() {
        detector.take(now, reading()).ifPresent(told::add);
    }

    private void add(KernelCounter counter, long count) {
        counters.merge(counter, count, Long::sum);
    }

    /** Some seconds in which a step happens four times a second, a look after each. */
    private void seconds(int seconds, Runnable quarter) {
        for (int i = 0; i < 4 * seconds; i++) {
            quarter.run();
            now += QUARTER;
            look();
        }
    }

    private void unansweredCookies(int seconds, long perSecond) {
        seconds(seconds, () -> add(KernelCounter.COOKIES_SENT, perSecond / 4));
    }

    private void calm(int seconds) {
        seconds(seconds, () -> {});
    }

    @Test
    void aFloodIsToldOnceWithItsBeginningAndOnceWithPeakTotalAndLength() {
        look();
        unansweredCookies(3, 400);
        assertThat(told).singleElement().isInstanceOfSatisfying(Started.class, started -> {
            assertThat(started.perSecond()).isEqualTo(400);
            assertThat(started.hit()).isEqualTo(Hit.NONE);
        });
        unansweredCookies(1, 4000);
        unansweredCookies(2, 400);
        assertThat(detector.flood()).hasValueSatisfying(flood -> {
            assertThat(flood.perSecond()).isEqualTo(400);
            assertThat(flood.peakPerSecond()).isEqualTo(4000);
            assertThat(flood.signs().cookiesSent()).isEqualTo(6000);
        });
        calm(9);
        assertThat(told).hasSize(1);
        calm(2);
        assertThat(told).hasSize(2).last().isInstanceOfSatisfying(Ended.class, ended -> {
            assertThat(ended.peakPerSecond()).isEqualTo(4000);
            assertThat(ended.signs().cookiesSent()).isEqualTo(6000);
            assertThat(ended.durationNanos()).isEqualTo(TimeUnit.SECONDS.toNanos(6));
        });
        assertThat(detector.flood()).isEmpty();
    }

    @Test
    void aFloodThatCameBeforeTheFirstLookIsNotCounted() {
        add(KernelCounter.COOKIES_SENT, 1_000_000);
        add(KernelCounter.LISTEN_DROPS, 1_000_000);
        look();
        calm(30);
        assertThat(told).isEmpty();
    }

    @Test
    void aBurstOfOneSecondIsNone() {
        look();
        for (int i = 0; i < 10; i++) {
            unansweredCookies(1, 5000);
            calm(2);
        }
        assertThat(told).isEmpty();
    }

    @Test
    void cookiesThatAreAnsweredAreNoSignAsWithCookiesForAll() {
        look();
        seconds(60, () -> {
            add(KernelCounter.COOKIES_SENT, 10_000);
            add(KernelCounter.COOKIES_RECEIVED, 9_980);
            add(KernelCounter.QUEUE_FULL_COOKIES, 10_000);
        });
        assertThat(told).isEmpty();
        unansweredCookies(3, 400);
        assertThat(told).hasSize(1);
    }

    @Test
    void dropsTellWhereTheyHitUsAndHowManyWereOverflows() {
        dropped.put("main", 7L);
        dropped.put("office", 1_000_000L);
        look();
        seconds(4, () -> {
            add(KernelCounter.LISTEN_DROPS, 100);
            add(KernelCounter.LISTEN_OVERFLOWS, 30);
            add(KernelCounter.COOKIES_FAILED, 3);
            dropped.merge("main", 90L, Long::sum);
            dropped.merge("office", 10L, Long::sum);
        });
        calm(11);
        assertThat(told)
                .hasSize(2)
                .first()
                .isInstanceOfSatisfying(
                        Started.class,
                        started -> assertThat(started.hit()).isEqualTo(new Hit(Optional.of("main"), 720)));
        assertThat(told).last().isInstanceOfSatisfying(Ended.class, ended -> {
            assertThat(ended.hit()).isEqualTo(new Hit(Optional.of("main"), 1440));
            assertThat(ended.signs().listenDrops()).isEqualTo(1600);
            assertThat(ended.signs().gateDrops()).isZero();
            assertThat(ended.overflows()).isEqualTo(480);
            assertThat(ended.cookiesFailed()).isEqualTo(48);
        });
    }

    @Test
    void whatIsDroppedWhileNewcomersAreKeptOutIsNoFloodUntilItIsTenTimesAsMuch() {
        keepingOut = true;
        look();
        seconds(20, () -> add(KernelCounter.LISTEN_DROPS, 200));
        assertThat(told).isEmpty();
        seconds(3, () -> add(KernelCounter.LISTEN_DROPS, 300));
        assertThat(told).hasSize(1);
    }

    @Test
    void cookiesThatNobodyAnswersAreOneAlsoThen() {
        keepingOut = true;
        look();
        unansweredCookies(3, 400);
        assertThat(told).hasSize(1);
    }

    @Test
    void whatTheGatesFilterDropsKeepsAFloodUpAndBeginsNoneUntilItIsTenTimesAsMuch() {
        dropped.put("main", 0L);
        look();
        seconds(20, () -> dropped.merge("main", 200L, Long::sum));
        assertThat(told).isEmpty();
        unansweredCookies(2, 400);
        assertThat(told).hasSize(1);
        seconds(60, () -> dropped.merge("main", 50L, Long::sum));
        assertThat(told).hasSize(1);
        assertThat(detector.flood().orElseThrow().signs().gateDrops()).isEqualTo(12_000);
        calm(11);
        assertThat(told).hasSize(2);
        seconds(3, () -> dropped.merge("main", 300L, Long::sum));
        assertThat(told).hasSize(3);
    }

    /** Each of its drops is one for want of room to the kernel, and is told of it later than the kernel's counters are read. */
    @Test
    void whatASinkholeDropsIsTheGatesAndNoOverflow() {
        dropped.put("main", 0L);
        keepingOut = true;
        look();
        seconds(20, () -> {
            add(KernelCounter.LISTEN_DROPS, 200);
            add(KernelCounter.LISTEN_OVERFLOWS, 200);
            dropped.merge("main", 200L, Long::sum);
            sunk += 200;
        });
        assertThat(told).isEmpty();
        seconds(4, () -> {
            add(KernelCounter.COOKIES_SENT, 100);
            add(KernelCounter.LISTEN_DROPS, 210);
            add(KernelCounter.LISTEN_OVERFLOWS, 205);
            dropped.merge("main", 205L, Long::sum);
            sunk += 200;
        });
        calm(11);
        assertThat(told).hasSize(2).last().isInstanceOfSatisfying(Ended.class, ended -> {
            assertThat(ended.signs().listenDrops()).isEqualTo(160);
            assertThat(ended.signs().gateDrops()).isEqualTo(3120);
            assertThat(ended.overflows()).isEqualTo(80);
            assertThat(ended.hit()).isEqualTo(new Hit(Optional.of("main"), 3280));
        });
    }

    @Test
    void betweenTheTwoThresholdsNothingChanges() {
        look();
        unansweredCookies(60, 96);
        assertThat(told).isEmpty();
        unansweredCookies(2, 100);
        assertThat(told).hasSize(1);
        unansweredCookies(60, 28);
        assertThat(told).hasSize(1);
        unansweredCookies(11, 24);
        assertThat(told).hasSize(2);
    }

    @Test
    void countersThatBeginAnewOrListenersThatGoAreNoSign() {
        add(KernelCounter.LISTEN_DROPS, 1_000_000);
        dropped.put("gone", 1_000_000L);
        look();
        counters.clear();
        dropped.clear();
        calm(20);
        assertThat(told).isEmpty();
    }

    @Test
    void aLookThatComesLateCountsByTheTimeThatHasPassed() {
        look();
        for (int i = 0; i < 5; i++) {
            add(KernelCounter.COOKIES_SENT, 900);
            now += TimeUnit.SECONDS.toNanos(10);
            look();
        }
        assertThat(told).isEmpty();
        for (int i = 0; i < 2; i++) {
            add(KernelCounter.COOKIES_SENT, 1100);
            now += TimeUnit.SECONDS.toNanos(10);
            look();
        }
        assertThat(told)
                .singleElement()
                .isInstanceOfSatisfying(
                        Started.class,
                        started -> assertThat(started.perSecond()).isEqualTo(110));
    }

    @Test
    void aFloodWhoseCountersAreLostIsToldAsOverAndOnce() {
        look();
        unansweredCookies(5, 400);
        detector.lost().ifPresent(told::add);
        detector.lost().ifPresent(told::add);
        assertThat(told).hasSize(2).last().isInstanceOf(Ended.class);
        calm(20);
        assertThat(told).hasSize(2);
    }

    @Test
    void thresholdsThatCouldNeverEndAreRefused() {
        assertThatThrownBy(() -> new Thresholds(1, 100, 10, 101, 1))
                .hasMessage("endPerSecond: 101.0 (expected: above 0, at most 100.0)");
        assertThatThrownBy(() -> new Thresholds(1, 100, 10, Double.NaN, 1)).hasMessageContaining("endPerSecond");
    }

    /** Whatever the counters do: beginnings and ends take turns, ten seconds and more from one beginning to the next. */
    @Property(tries = 300)
    void eventsTakeTurnsAndAreFew(
            @ForAll @Size(max = 60) List<@IntRange(min = 0, max = 400) Integer> cookies,
            @ForAll @Size(max = 60) List<@IntRange(min = 0, max = 400) Integer> drops) {
        look();
        List<Long> beginnings = new ArrayList<>();
        for (int i = 0; i < Math.max(cookies.size(), drops.size()); i++) {
            int before = told.size();
            int second = i;
            seconds(1, () -> {
                add(KernelCounter.COOKIES_SENT, second < cookies.size() ? cookies.get(second) : 0);
                add(KernelCounter.LISTEN_DROPS, second < drops.size() ? drops.get(second) : 0);
            });
            if (told.size() > before && told.get(before) instanceof Started) {
                beginnings.add(now);
            }
        }
        for (int i = 0; i < told.size(); i++) {
            assertThat(told.get(i)).isInstanceOf(i % 2 == 0 ? Started.class : Ended.class);
        }
        for (int i = 1; i < beginnings.size(); i++) {
            assertThat(beginnings.get(i) - beginnings.get(i - 1)).isGreaterThan(TimeUnit.SECONDS.toNanos(10));
        }
        told.stream().filter(Ended.class::isInstance).map(Ended.class::cast).forEach(ended -> {
            assertThat(ended.peakPerSecond()).isGreaterThanOrEqualTo(100);
            assertThat(ended.signs().count()).isGreaterThanOrEqualTo(ended.peakPerSecond());
        });
    }
}
