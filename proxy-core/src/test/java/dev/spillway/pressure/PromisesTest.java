package dev.spillway.pressure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.connection.ConnectionFacts;
import dev.spillway.fixture.Facts;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** What is promised until it can be seen. */
class PromisesTest {
    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    private final Promises promises = new Promises();
    private long now = Long.MAX_VALUE - 10 * MILLI;

    private long promised(Signal signal, long used) {
        return promised(signal, used, now);
    }

    private long promised(Signal signal, long used, long foundOutAt) {
        return promises.apply(new Reading(signal, used, 1 << 30), foundOutAt, now)
                .promised();
    }

    private void close(ConnectionFacts connection) {
        promises.made(connection, now);
        promises.kept(connection.id(), now);
    }

    @Test
    void heldBytesArePromisedUntilTheCloseIsDone() {
        promises.made(Facts.stalled(1, 1000, 50), now);
        promises.made(Facts.stalled(2, 500, 50), now);
        assertThat(promised(Signal.LEDGER, 9999)).isEqualTo(1500);
        assertThat(promised(Signal.DIRECT, 9999)).isEqualTo(1500);
        assertThat(promised(Signal.CONNECTIONS, 9999)).isEqualTo(2);
        assertThat(promises.closing()).containsExactlyInAnyOrder(1L, 2L);
        promises.kept(1, now);
        assertThat(promised(Signal.LEDGER, 9999)).isEqualTo(500);
        assertThat(promised(Signal.CONNECTIONS, 9999)).isEqualTo(1);
        assertThat(promises.closing()).containsExactly(2L);
    }

    @Test
    void aCloseThatIsAskedForTwiceOrKeptTwiceCountsOnce() {
        promises.made(Facts.stalled(1, 1000, 0), now);
        promises.made(Facts.stalled(1, 1000, 0), now);
        assertThat(promised(Signal.LEDGER, 9999)).isEqualTo(1000);
        promises.kept(1, now);
        promises.kept(1, now);
        promises.kept(77, now);
        assertThat(promised(Signal.LEDGER, 9999)).isZero();
    }

    @Test
    void kernelMemoryIsPromisedUntilTheCloseIsDoneForAResetGivesItBackAtOnce() {
        promises.made(Facts.stalled(1, 0, 3000), now);
        assertThat(promised(Signal.KERNEL_TCP, 9000)).isEqualTo(3000);
        assertThat(promised(Signal.CONTAINER_TCP, 9000)).isEqualTo(3000);
        promises.kept(1, now);
        assertThat(promised(Signal.KERNEL_TCP, 9000)).isZero();
        assertThat(promised(Signal.CONTAINER_TCP, 9000)).isZero();
    }

    @Test
    void containerMemoryIsPromisedUntilTheReadingHasFallenByIt() {
        assertThat(promised(Signal.CONTAINER, 9000)).isZero();
        close(Facts.stalled(1, 0, 3000));
        assertThat(promised(Signal.CONTAINER, 9000)).isEqualTo(3000);
        now += MILLI;
        assertThat(promised(Signal.CONTAINER, 8000)).isEqualTo(2000);
        now += MILLI;
        assertThat(promised(Signal.CONTAINER, 8500)).as("others grow").isEqualTo(2000);
        assertThat(promised(Signal.CONTAINER, 5500)).isZero();
    }

    @Test
    void containerMemoryThatDoesNotComeBackIsForgotten() {
        promised(Signal.CONTAINER, 9000);
        close(Facts.stalled(1, 0, 3000));
        now += 500 * MILLI - 1;
        assertThat(promised(Signal.CONTAINER, 9000)).isEqualTo(3000);
        now += 1;
        assertThat(promised(Signal.CONTAINER, 9000)).isZero();
    }

    @Test
    void aFallThatIsSeenBeforeTheCloseIsToldOfIsNotPromisedAgain() {
        promised(Signal.CONTAINER, 9000);
        promises.made(Facts.stalled(1, 0, 3000), now);
        promises.made(Facts.stalled(2, 0, 1000), now);
        assertThat(promised(Signal.CONTAINER, 6000)).isEqualTo(1000);
        promises.kept(1, now);
        assertThat(promised(Signal.CONTAINER, 6000)).isEqualTo(1000);
        promises.kept(2, now);
        assertThat(promised(Signal.CONTAINER, 6000)).isEqualTo(1000);
        assertThat(promised(Signal.CONTAINER, 5000)).isZero();
    }

    @Test
    void containerMemoryIsOwedWhatHeldAndKernelBytesWereAndForgottenLater() {
        promised(Signal.CONTAINER, 9000);
        close(Facts.stalled(1, 2000, 3000));
        now += 499 * MILLI;
        assertThat(promised(Signal.CONTAINER, 9000)).isEqualTo(5000);
        now += MILLI;
        assertThat(promised(Signal.CONTAINER, 9000)).isZero();
    }

    @Test
    void whatIsFoundOutLateIsPromisedUntilItWasFoundOutAfterIt() {
        long before = now;
        now += MILLI;
        close(Facts.stalled(1, 0, 0));
        now += MILLI;
        assertThat(promised(Signal.HEAP, 90_000, before)).isEqualTo(4000);
        assertThat(promised(Signal.DESCRIPTORS, 90, before)).isEqualTo(2);
        assertThat(promised(Signal.HEAP, 50_000, before)).as("garbage").isEqualTo(4000);
        assertThat(promises.unseen(Signal.HEAP)).isTrue();
        assertThat(promised(Signal.HEAP, 90_000, now)).isZero();
        assertThat(promised(Signal.DESCRIPTORS, 90, now)).isZero();
        assertThat(promises.unseen(Signal.HEAP)).isFalse();
    }

    @Test
    void aHeapThatIsNeverCollectedIsNotWaitedForForEver() {
        long before = now;
        close(Facts.stalled(1, 0, 0));
        now += TimeUnit.SECONDS.toNanos(10);
        assertThat(promised(Signal.HEAP, 90_000, before)).isZero();
    }

    @Test
    void anEventLoopThatStandsStillPromisesNothingAndItsVictimsAreNotChosenAgain() {
        promises.made(Facts.stalled(1, 1000, 3000), now);
        now += TimeUnit.SECONDS.toNanos(1);
        promises.made(Facts.stalled(2, 10, 30), now);
        assertThat(promised(Signal.LEDGER, 9999)).isEqualTo(10);
        assertThat(promised(Signal.KERNEL_TCP, 9999)).isEqualTo(30);
        assertThat(promises.closing()).containsExactlyInAnyOrder(1L, 2L);
        promises.kept(1, now);
        assertThat(promised(Signal.LEDGER, 9999)).isEqualTo(10);
        assertThat(promised(Signal.KERNEL_TCP, 9999)).isEqualTo(30);
        assertThat(promised(Signal.CONTAINER, 9999)).as("kept at last").isEqualTo(4040);
    }

    @Test
    void whatWasPromisedOfASignalThatNobodyWatchedIsForgotten() {
        close(Facts.stalled(1, 0, 3000));
        promises.forget(Signal.HEAP);
        promises.forget(Signal.CONTAINER);
        assertThat(promised(Signal.HEAP, 90_000, now - MILLI)).isZero();
        assertThat(promised(Signal.CONTAINER, 9000)).isZero();
    }

    /**
     * Container memory that comes back after up to 90 ms, with one close a millisecond: what is in use less what is promised is
     * what will be in use, exactly, at every moment; so nothing is paid for twice and nothing is waited for.
     */
    @Property(tries = 200)
    void whatIsOwedIsWhatWillBeInUse(
            @ForAll @Size(min = 1, max = 60) List<@LongRange(min = 1, max = 5000) Long> sizes,
            @ForAll @IntRange(min = 0, max = 90) int delayMillis,
            @ForAll @IntRange(min = 0, max = 20) int tellMillis,
            @ForAll long start) {
        Promises book = new Promises();
        long time = start;
        long used = sizes.stream().mapToLong(Long::longValue).sum();
        long inTheEnd = used;
        // Whoever closes has read before.
        book.apply(new Reading(Signal.CONTAINER, used, 1 << 30), time, time);
        Deque<Long> telling = new ArrayDeque<>();
        List<long[]> returning = new ArrayList<>();
        for (int i = 0; i < sizes.size() + 200; i++) {
            if (i < sizes.size()) {
                book.made(Facts.stalled(i, 0, sizes.get(i)), time);
                telling.add((long) i);
                returning.add(new long[] {i + tellMillis + delayMillis, sizes.get(i)});
                inTheEnd -= sizes.get(i);
            }
            if (i >= tellMillis && !telling.isEmpty()) {
                book.kept(telling.remove(), time);
            }
            for (long[] each : returning) {
                used -= each[0] == i ? each[1] : 0;
            }
            Reading reading = book.apply(new Reading(Signal.CONTAINER, used, 1 << 30), time, time);
            assertThat(reading.used() - reading.promised()).isEqualTo(inTheEnd);
            time += MILLI;
        }
        assertThat(used).isZero();
    }

    /** Whatever readings do, no promise outlives its time by more than an eighth. */
    @Property(tries = 200)
    void nothingIsWaitedForForEver(
            @ForAll @Size(min = 1, max = 40) List<@IntRange(min = 0, max = 200) Integer> pauses,
            @ForAll @Size(value = 40) List<@LongRange(min = 0, max = 100_000) Long> levels,
            @ForAll long start) {
        for (Signal signal : Signal.values()) {
            Promises book = new Promises();
            long time = start;
            for (int i = 0; i < pauses.size(); i++) {
                time += pauses.get(i) * MILLI;
                book.made(Facts.stalled(i, 100, 200), time);
                book.kept(i, time);
                long promised = book.apply(new Reading(signal, levels.get(i), 1000), start, time)
                        .promised();
                assertThat(promised).isBetween(0L, 10_000L * (i + 1));
            }
            time += Promises.settleNanos(signal) + Promises.settleNanos(signal) / 8;
            assertThat(book.apply(new Reading(signal, 100_000, 1000), start, time)
                            .promised())
                    .isZero();
        }
    }
}
