package dev.spillway.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class MemoryBudgetTest {
    @ParameterizedTest
    @CsvSource({
        // budget, connections, spare: a power of two, at most 1024, of a quarter of the budget for each direction
        "1048576,100,1024",
        "1048576,200,512",
        "1048576,255,512",
        "128000,1000,16",
        "16777216,10000,128",
        "4096,1,512"
    })
    void sparesComeOutOfAQuarterOfTheBudget(long budget, int connections, int spare) {
        MemoryBudget memory = new MemoryBudget(budget, connections);
        assertThat(memory.spareBytes()).isEqualTo(spare);
        assertThat(2L * connections * memory.spareBytes()).isLessThanOrEqualTo(budget / 4);
        assertThat(memory.bytes()).isEqualTo(budget);
        assertThat(memory.held()).isZero();
    }

    @Test
    void anAlarmThatFailsLeavesNothingTaken() {
        MemoryBudget memory = new MemoryBudget(100 * 1024, 10);
        memory.whenAbove(2000, () -> {
            throw new IllegalStateException("by the test");
        });
        assertThat(memory.take(1500)).isEqualTo(1500);
        assertThatThrownBy(() -> memory.take(1000)).hasMessage("by the test");
        assertThat(memory.held()).isEqualTo(1500);
        HeldBytes ledger = new HeldBytes(memory);
        assertThatThrownBy(() -> ledger.charge(1000)).hasMessage("by the test");
        assertThatThrownBy(ledger::chargeSpare).hasMessage("by the test");
        assertThat(ledger.held()).isZero();
        assertThat(memory.held()).isEqualTo(1500);
        memory.whenAbove(2000, () -> {});
        assertThat(ledger.charge(1000)).isEqualTo(1000);
        assertThat(memory.held()).isEqualTo(2500);
    }

    @Test
    void aBudgetTooSmallForItsConnectionsIsToldWithTheLeast() {
        assertThatThrownBy(() -> new MemoryBudget(127_999, 1000))
                .hasMessage("budget: 127999 bytes for 1000 connections (expected: 128000 bytes or more)");
    }

    @Test
    void aReadWithoutRoomGetsASpareAndASmallOneWhatItWants() {
        MemoryBudget memory = new MemoryBudget(100 * 1024, 10);
        int room = 100 * 1024 - 20 * 1024;
        assertThat(memory.take(room)).isEqualTo(room);
        assertThat(memory.shortReads()).isZero();
        assertThat(memory.take(2048)).isEqualTo(1024);
        assertThat(memory.take(100)).isEqualTo(100);
        assertThat(memory.shortReads()).isEqualTo(2);
        memory.release(room);
        assertThat(memory.take(2048)).isEqualTo(2048);
    }

    @Test
    void theLastByteOfOrdinaryRoomCanBeTaken() {
        MemoryBudget memory = new MemoryBudget(100 * 1024, 10);
        assertThat(memory.take(80 * 1024 - 1)).isEqualTo(80 * 1024 - 1);
        assertThat(memory.take(2)).isEqualTo(2);
        assertThat(memory.shortReads()).as("two bytes are less than a spare").isEqualTo(1);
    }

    @Test
    void everyDirectionOfEveryConnectionAtOnceStaysWithinTheBudget() {
        MemoryBudget memory = new MemoryBudget(64 * 1024, 20);
        long held = 0;
        for (int direction = 0; direction < 40; direction++) {
            int got = memory.take(65536);
            assertThat(got).isPositive();
            held += got;
        }
        assertThat(memory.held()).isEqualTo(held).isLessThanOrEqualTo(memory.bytes());
    }

    @Test
    void moreReleasedThanTakenIsAFaultThatShows() {
        MemoryBudget memory = new MemoryBudget(64 * 1024, 1);
        memory.take(100);
        assertThatThrownBy(() -> memory.release(101)).isInstanceOf(IllegalStateException.class);
    }

    /** Threads as event loops, each with directions that hold one read at most: the rule that the invariant rests on. */
    @ParameterizedTest
    @CsvSource({"65536,64,1", "1048576,64,2", "200000,64,3", "8388608,64,4"})
    void heldBytesNeverExceedTheBudgetAndReturnToZero(long budget, int connections, long seed) throws Exception {
        MemoryBudget memory = new MemoryBudget(budget, connections);
        int threads = 8;
        ExecutorService loops = Executors.newFixedThreadPool(threads + 1);
        AtomicBoolean over = new AtomicBoolean();
        CountDownLatch looked = new CountDownLatch(1);
        Future<Long> sampled = loops.submit(() -> {
            long highest = 0;
            while (!over.get()) {
                highest = Math.max(highest, memory.held());
                if (highest > 0) {
                    looked.countDown();
                }
            }
            return highest;
        });
        List<Future<Long>> highest = new ArrayList<>();
        SplittableRandom seeds = new SplittableRandom(seed);
        for (int i = 0; i < threads; i++) {
            SplittableRandom random = seeds.split();
            highest.add(loops.submit(() -> exercise(memory, 2 * connections / threads, random, looked)));
        }
        for (Future<Long> each : highest) {
            assertThat(each.get(30, TimeUnit.SECONDS)).isLessThanOrEqualTo(budget);
        }
        over.set(true);
        assertThat(sampled.get(5, TimeUnit.SECONDS)).isBetween(1L, budget);
        assertThat(memory.held()).isZero();
        loops.shutdown();
    }

    /** Gives back the last of it only when {@code looked} says that somebody else saw bytes held. */
    private static long exercise(MemoryBudget memory, int directions, SplittableRandom random, CountDownLatch looked)
            throws InterruptedException {
        int[] holding = new int[directions];
        long highest = 0;
        for (int step = 0; step < 100_000; step++) {
            int direction = random.nextInt(directions);
            if (holding[direction] > 0) {
                memory.release(holding[direction]);
                holding[direction] = 0;
            } else {
                int wanted = 512 << random.nextInt(8);
                int got = memory.take(wanted);
                assertThat(got == wanted || got == Math.min(memory.spareBytes(), wanted))
                        .isTrue();
                holding[direction] = got;
            }
            highest = Math.max(highest, memory.held());
        }
        if (holding[0] == 0) {
            holding[0] = memory.take(1);
        }
        assertThat(looked.await(20, TimeUnit.SECONDS)).as("sampled while held").isTrue();
        for (int bytes : holding) {
            memory.release(bytes);
        }
        return highest;
    }

    @Test
    void theAlarmRingsOnEachCrossingUpward() {
        MemoryBudget memory = new MemoryBudget(1 << 20, 10);
        AtomicInteger rings = new AtomicInteger();
        memory.whenAbove(1000, rings::incrementAndGet);
        memory.take(999);
        assertThat(rings).hasValue(0);
        memory.take(1);
        assertThat(rings).hasValue(1);
        memory.take(5000);
        assertThat(rings).as("already above").hasValue(1);
        memory.release(5001);
        memory.take(1);
        assertThat(rings).as("again").hasValue(2);
        memory.release(1000);
        memory.take(100_000);
        assertThat(rings).as("in one leap").hasValue(3);
    }

    @Test
    void theAlarmRingsForASpareToo() {
        MemoryBudget memory = new MemoryBudget(100 * 1024, 10);
        AtomicInteger rings = new AtomicInteger();
        memory.take(80 * 1024);
        memory.whenAbove(80 * 1024 + 1, rings::incrementAndGet);
        assertThat(memory.take(65536)).isEqualTo(1024);
        assertThat(rings).hasValue(1);
    }

    @Test
    void exactlyOneOfManyThreadsRingsTheAlarmOfACrossing() throws Exception {
        int threads = 4;
        int rounds = 2000;
        MemoryBudget memory = new MemoryBudget(1 << 20, 100);
        AtomicInteger rings = new AtomicInteger();
        memory.whenAbove(2048 * threads / 2, rings::incrementAndGet);
        CyclicBarrier together = new CyclicBarrier(threads);
        ExecutorService loops = Executors.newFixedThreadPool(threads);
        List<Future<?>> done = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            done.add(loops.submit(() -> {
                for (int round = 0; round < rounds; round++) {
                    together.await(20, TimeUnit.SECONDS);
                    int got = memory.take(2048);
                    together.await(20, TimeUnit.SECONDS);
                    memory.release(got);
                }
                return null;
            }));
        }
        for (Future<?> each : done) {
            each.get(40, TimeUnit.SECONDS);
        }
        assertThat(rings).hasValue(rounds);
        loops.shutdown();
    }

    @Test
    void moreConnectionsAreHadWhenWhatIsHeldFitsBesideTheirSpares() {
        MemoryBudget memory = new MemoryBudget(100 * 1024, 10);
        int taken = memory.take(80 * 1024);
        MemoryBudget.Layout more = memory.arrange(100);
        memory.settle(more, 10);
        assertThat(memory.connections()).as("until it fits").isEqualTo(10);
        assertThat(memory.spareBytes()).isEqualTo(more.spare()).isLessThan(1024);
        assertThat(memory.ordinaryBytes()).isEqualTo(Math.min(80 * 1024, more.ordinary()));
        memory.release(taken);
        memory.settle(10);
        assertThat(memory.connections()).isEqualTo(100);
        assertThat(memory.ordinaryBytes()).isEqualTo(more.ordinary());
    }

    @Test
    void fewerConnectionsAreHadAtOnceAndTheirSparesGivenUpWhenThereAreNoMore() {
        MemoryBudget memory = new MemoryBudget(1 << 20, 2000);
        long before = memory.ordinaryBytes();
        MemoryBudget.Layout fewer = memory.arrange(10);
        memory.settle(fewer, 50);
        assertThat(memory.connections()).isEqualTo(10);
        assertThat(memory.ordinaryBytes()).isEqualTo(before);
        assertThat(memory.spareBytes()).isEqualTo(64);
        memory.settle(10);
        assertThat(memory.ordinaryBytes()).isEqualTo(fewer.ordinary()).isGreaterThan(before);
        assertThat(memory.spareBytes()).isEqualTo(1024);
    }

    @Test
    void aLaterArrangementReplacesOneThatDidNotFitYet() {
        MemoryBudget memory = new MemoryBudget(1 << 20, 100);
        int taken = memory.take(800_000);
        memory.settle(memory.arrange(4000), 100);
        MemoryBudget.Layout back = memory.arrange(100);
        memory.release(taken);
        memory.settle(100);
        assertThat(memory.connections()).isEqualTo(100);
        assertThat(memory.ordinaryBytes()).as("not every thread has seen it").isLessThan(back.ordinary());
        memory.settle(back, 100);
        assertThat(memory.ordinaryBytes()).isEqualTo(back.ordinary());
    }

    @Test
    void anArrangementForWhichTheBudgetIsTooSmallChangesNothing() {
        MemoryBudget memory = new MemoryBudget(128_000, 1000);
        assertThatThrownBy(() -> memory.arrange(1001)).isInstanceOf(IllegalArgumentException.class);
        assertThat(memory.connections()).isEqualTo(1000);
    }

    /**
     * Event loops, each with its directions, that meet after every few steps, while the number of connections is changed
     * over and over: as many directions are in use as there are connections, and not one more.
     */
    @ParameterizedTest
    @CsvSource({"1048576,1", "262144,2", "65536,3"})
    void heldBytesNeverExceedTheBudgetWhileItIsArrangedAnew(long budget, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int most = (int) MemoryBudget.mostConnections(budget);
        MemoryBudget memory = new MemoryBudget(budget, Math.max(1, most / 4));
        List<int[]> connections = new ArrayList<>();
        for (int step = 0; step < 60_000; step++) {
            if (step % 200 == 0) {
                memory.settle(memory.arrange(1 + random.nextInt(most)), connections.size());
            }
            if (connections.size() < memory.connections() && random.nextInt(3) > 0) {
                connections.add(new int[2]);
            } else if (!connections.isEmpty() && random.nextInt(4) == 0) {
                int[] gone = connections.remove(random.nextInt(connections.size()));
                memory.release(gone[0] + (long) gone[1]);
            }
            if (!connections.isEmpty()) {
                int[] connection = connections.get(random.nextInt(connections.size()));
                int direction = random.nextInt(2);
                memory.release(connection[direction]);
                connection[direction] = memory.take(512 << random.nextInt(8));
            }
            if (random.nextInt(20) == 0) {
                memory.settle(connections.size());
            }
            assertThat(memory.held()).isLessThanOrEqualTo(budget);
        }
        connections.forEach(each -> memory.release(each[0] + (long) each[1]));
        assertThat(memory.held()).isZero();
    }
}
