package dev.spillway.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.connection.SourceGroup;
import dev.spillway.limit.Entry.Denial;
import dev.spillway.limit.Entry.Place;
import dev.spillway.security.Allowance;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** S16: what the newcomers of each source may do, however many sources there are. */
class SourceLimitsTest {
    private static final long SECOND = 1_000_000_000;
    private static final int WEB = 1;

    private final SourceLimits limits = new SourceLimits(0x5eed, 0xcafe);

    private boolean enters(SourceGroup source, Allowance allowance, long now) {
        return limits.enter(WEB, source, allowance, now) instanceof Place;
    }

    private Place place(SourceGroup source, Allowance allowance) {
        return (Place) limits.enter(WEB, source, allowance, 0);
    }

    @Test
    void eachSourceHasItsBurstAndThenItsRate() {
        Allowance allowance = new Allowance(2, 5, 0);
        for (SourceGroup source : List.of(Sources.v4(1), Sources.v4(2), Sources.v6(1), Sources.v6(2))) {
            for (int i = 0; i < 5; i++) {
                assertThat(enters(source, allowance, 0)).isTrue();
            }
            assertThat(limits.enter(WEB, source, allowance, 0)).isEqualTo(Denial.RATE);
            assertThat(enters(source, allowance, SECOND / 2 - 1)).isFalse();
            assertThat(enters(source, allowance, SECOND / 2)).isTrue();
        }
    }

    @Test
    void eachSourceMayHaveSoManyHalfOpen() {
        Allowance allowance = new Allowance(0, 0, 2);
        SourceGroup source = Sources.v4(1);
        Place first = place(source, allowance);
        place(source, allowance);
        assertThat(limits.enter(WEB, source, allowance, 0)).isEqualTo(Denial.HALF_OPEN);
        assertThat(enters(Sources.v4(2), allowance, 0)).isTrue();
        limits.leave(first);
        assertThat(limits.halfOpen(WEB, source)).isEqualTo(1);
        assertThat(enters(source, allowance, 0)).isTrue();
        assertThat(limits.enter(WEB, source, allowance, 0)).isEqualTo(Denial.HALF_OPEN);
    }

    @Test
    void aSourceHasItsAllowanceAtEachListener() {
        Allowance allowance = new Allowance(1, 1, 1);
        SourceGroup source = Sources.v4(1);
        int mail = limits.nextListener();
        int news = limits.nextListener();
        assertThat(limits.enter(mail, source, allowance, 0)).isInstanceOf(Place.class);
        assertThat(limits.enter(news, source, allowance, 0)).isInstanceOf(Place.class);
        assertThat(limits.enter(mail, source, allowance, 0)).isEqualTo(Denial.HALF_OPEN);
        assertThat(limits.halfOpen(news, source)).isEqualTo(1);
    }

    @Test
    void whoDidNotGetInAfterAllHasTakenNothing() {
        Allowance allowance = new Allowance(1, 1, 1);
        SourceGroup source = Sources.v4(1);
        for (int i = 0; i < 100; i++) {
            limits.cancel(place(source, allowance));
        }
        limits.leave(place(source, allowance));
        assertThat(limits.enter(WEB, source, allowance, 0)).isEqualTo(Denial.RATE);
    }

    @Test
    void withoutALimitNothingIsCountedAndNoMemoryTaken() {
        for (int i = 0; i < 100_000; i++) {
            Place place = place(Sources.v4(1), Allowance.UNLIMITED);
            limits.leave(place);
            limits.cancel(place);
        }
        assertThat(limits.empty()).isTrue();
    }

    @Test
    void memoryIsKnownInAdvanceAndGivenBack() {
        assertThat(SourceLimits.SLOTS).isEqualTo(65_536);
        assertThat(SourceLimits.BYTES).isEqualTo(13 << 18);
        Allowance allowance = new Allowance(1, 1, 1);
        Place before = place(Sources.v4(1), allowance);
        assertThat(limits.empty()).isFalse();
        limits.forget();
        assertThat(limits.empty()).isTrue();
        limits.leave(before);
        assertThat(enters(Sources.v4(1), allowance, 0)).isTrue();
        limits.leave(before);
        limits.cancel(before);
        assertThat(limits.halfOpen(WEB, Sources.v4(1)))
                .as("of before it was forgotten, though in the same slot")
                .isEqualTo(1);
    }

    @Test
    void changedRatesHoldAtOnceAndKeepWhatWasTaken() {
        SourceGroup greedy = Sources.v4(1);
        SourceGroup modest = Sources.v4(2);
        for (int i = 0; i < 10; i++) {
            assertThat(enters(greedy, new Allowance(1, 10, 0), 0)).isTrue();
        }
        assertThat(enters(modest, new Allowance(1, 10, 0), 0)).isTrue();
        Allowance smaller = new Allowance(1, 3, 0);
        assertThat(enters(greedy, smaller, 0)).isFalse();
        assertThat(enters(modest, smaller, 0)).isTrue();
        assertThat(enters(modest, smaller, 0)).isTrue();
        assertThat(enters(modest, smaller, 0)).isFalse();
        assertThat(enters(greedy, smaller, SECOND)).isTrue();
        assertThat(enters(greedy, new Allowance(1, 4, 0), SECOND)).isTrue();
        assertThat(enters(greedy, new Allowance(1, 4, 0), SECOND)).isFalse();
    }

    @Test
    void whoIsKeptOutIsNotForgottenThoughAMillionOthersComeOnce() {
        Allowance allowance = new Allowance(1, 10, 0);
        SourceGroup offender = Sources.v4(0);
        for (int i = 0; i < 10; i++) {
            assertThat(enters(offender, allowance, 0)).isTrue();
        }
        int admitted = 0;
        for (int i = 1; i <= 1_000_000; i++) {
            assertThat(enters(Sources.v4(i), allowance, i * 5_000L)).isTrue();
            admitted += i % 50_000 == 0 && enters(offender, allowance, i * 5_000L) ? 1 : 0;
        }
        assertThat(admitted)
                .as("one for each of five seconds, of twenty that came")
                .isEqualTo(5);
    }

    @Test
    void whoHasItsHalfOpenOnesIsNotForgottenThoughAMillionOthersComeAndStay() {
        Allowance allowance = new Allowance(0, 0, 5);
        SourceGroup offender = Sources.v4(0);
        int admitted = 0;
        for (int i = 1; i <= 1_000_000; i++) {
            admitted += i <= 10 && enters(offender, allowance, i) ? 1 : 0;
            assertThat(enters(Sources.v4(i), allowance, i)).isTrue();
        }
        assertThat(enters(offender, allowance, 1_000_001)).isFalse();
        assertThat(admitted).isEqualTo(5);
    }

    @Test
    void anHonestSourceIsServedWhateverMillionsOfOthersDo() {
        Allowance allowance = new Allowance(10, 2, 2);
        SourceGroup honest = Sources.v6(1);
        SplittableRandom random = new SplittableRandom(16);
        long now = 0;
        for (int second = 0; second < 50; second++) {
            for (int i = 0; i < 40_000; i++) {
                now += 2500;
                // Half of them one-timers, half of them hammering, and none of them ever says a byte.
                limits.enter(WEB, Sources.v4(random.nextInt(i % 2 == 0 ? 10_000_000 : 20_000)), allowance, now);
            }
            Entry first = limits.enter(WEB, honest, allowance, now);
            Entry second2 = limits.enter(WEB, honest, allowance, now);
            assertThat(first).isInstanceOf(Place.class);
            assertThat(second2).isInstanceOf(Place.class);
            limits.leave((Place) first);
            limits.leave((Place) second2);
            now += SECOND / 5;
        }
    }

    /** The shares that the class comment states. */
    @Test
    void almostEverySourceHasASlotOfItsOwnUpToHalfOfTheSlots() {
        assertThat(forgotten(16_384)).isLessThan(16_384 * 2 / 10_000 + 3);
        assertThat(forgotten(32_768)).isLessThan(32_768 / 100);
    }

    private static int forgotten(int sources) {
        SourceLimits fresh = new SourceLimits(7, 9);
        Allowance allowance = new Allowance(0, 0, 10);
        for (int i = 0; i < sources; i++) {
            fresh.enter(WEB, Sources.v4(i), allowance, i);
        }
        int forgotten = 0;
        for (int i = 0; i < sources; i++) {
            forgotten += fresh.halfOpen(WEB, Sources.v4(i)) == 0 ? 1 : 0;
        }
        return forgotten;
    }

    @Test
    void severalThreadsLoseNoCount() throws InterruptedException {
        Allowance allowance = new Allowance(0, 0, 1_000_000);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            int seed = t;
            Thread thread = new Thread(() -> enterAndLeave(new SplittableRandom(seed), allowance));
            thread.setUncaughtExceptionHandler((which, fault) -> failure.set(fault));
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failure).hasNullValue();
        for (int i = 0; i < 50; i++) {
            assertThat(limits.halfOpen(WEB, Sources.v4(i))).isZero();
        }
    }

    private void enterAndLeave(SplittableRandom random, Allowance allowance) {
        List<Place> held = new ArrayList<>();
        for (int i = 0; i < 50_000; i++) {
            held.add(place(Sources.v4(random.nextInt(50)), allowance));
            if (held.size() > 20) {
                Place one = held.remove(random.nextInt(held.size()));
                if (random.nextBoolean()) {
                    limits.leave(one);
                } else {
                    limits.cancel(one);
                }
            }
        }
        held.forEach(limits::leave);
    }
}
