package dev.spillway.network;

import static dev.spillway.network.Lists.address;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class InterfaceWatchTest {
    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
    private static final LocalInterface ETH0 = Lists.of("eth0", 2, "198.18.0.1/24");
    private static final LocalInterface ETH1 = Lists.of("eth1", 3, "198.18.1.1/24");

    private final Lists list = new Lists(ETH0);
    // Far enough on that the sum with any time overflows: only differences count.
    private final AtomicLong ticks = new AtomicLong(Long.MAX_VALUE - 5 * MILLI);
    private final AtomicLong spent = new AtomicLong();
    private final InterfaceWatch watch = new InterfaceWatch(list, ticks::get, spent::get);

    private void pass(long millis) {
        ticks.addAndGet(millis * MILLI);
    }

    private boolean finds(String address) {
        return watch.find(address(address)) != null;
    }

    @Test
    void anAddressThatHasJustComeUpIsFoundWithoutAPoll() {
        watch.refresh(false);
        list.are(ETH0, ETH1);
        assertThat(watch.find(address("198.18.1.1"))).isEqualTo(ETH1);
        assertThat(list.reads()).isEqualTo(2);
        assertThat(finds("198.18.1.1")).isTrue();
        assertThat(list.reads()).isEqualTo(2);
    }

    @Test
    void anAddressThatIsNowhereIsNotLookedForAgainForASecond() {
        assertThat(finds("198.18.9.9")).isFalse();
        pass(999);
        assertThat(finds("198.18.9.9")).isFalse();
        assertThat(list.reads()).isEqualTo(1);
        pass(1);
        list.are(Lists.of("eth9", 9, "198.18.9.9/24"));
        assertThat(finds("198.18.9.9")).isTrue();
        assertThat(list.reads()).isEqualTo(2);
    }

    @Test
    void anAbsentAddressThatAPollFindsIsThereAtOnce() {
        assertThat(finds("198.18.1.1")).isFalse();
        list.are(ETH1);
        pass(1);
        watch.refresh(false);
        assertThat(finds("198.18.1.1")).isTrue();
    }

    @Test
    void aCrowdOfUnknownAddressesCausesOneLookInTenMilliseconds() {
        for (int i = 0; i < 1000; i++) {
            assertThat(finds("198.18." + (10 + i / 250) + "." + i % 250)).isFalse();
            ticks.addAndGet(MILLI / 10);
        }
        // 100 ms.
        assertThat(list.reads()).isEqualTo(10);
    }

    @Test
    void looksThatAreSlowAreRare() {
        list.whileReading(() -> pass(75));
        for (int i = 0; i < 3000; i++) {
            finds("198.18." + (10 + i / 250) + "." + i % 250);
            pass(1);
        }
        // Each 75 ms and then 1500 ms of rest.
        assertThat(list.reads()).isBetween(2, 3);
    }

    @Test
    void whoIsTurnedAwayBecauseALookIsTooSoonMayAskAgain() {
        assertThat(finds("198.18.9.9")).isFalse();
        list.are(ETH0, ETH1);
        pass(5);
        assertThat(finds("198.18.1.1")).isFalse();
        pass(5);
        assertThat(finds("198.18.1.1")).isTrue();
    }

    @Test
    void aCallerThatWaitedForAnothersLookUsesIt() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        list.whileReading(() -> {
            pass(1);
            reading.countDown();
            try {
                go.await();
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
            }
        });
        Thread first = new Thread(() -> finds("198.18.9.9"));
        first.start();
        reading.await();
        Thread second = new Thread(() -> finds("198.18.9.8"));
        second.start();
        await().until(() -> second.getState() == Thread.State.BLOCKED);
        go.countDown();
        first.join();
        second.join();
        // The second one asked after the look had begun, so that one does not count for it, and it is too soon for
        // another.
        assertThat(list.reads()).isEqualTo(1);
        pass(20);
        finds("198.18.9.8");
        assertThat(list.reads()).isEqualTo(2);
    }

    @Test
    void aFailureKeepsTheLastList() {
        watch.refresh(true);
        Interfaces before = watch.latest();
        list.broken(true);
        pass(1000);
        watch.refresh(true);
        assertThat(watch.latest()).isSameAs(before);
        assertThat(finds("198.18.0.1")).isTrue();
        assertThat(finds("198.18.1.1")).isFalse();
        list.broken(false);
        list.are(ETH1);
        pass(1000);
        watch.refresh(true);
        assertThat(finds("198.18.1.1")).isTrue();
        assertThat(finds("198.18.0.1")).isFalse();
    }

    @Test
    void aListThatIsAsBeforeIsTheSame() {
        watch.refresh(true);
        Interfaces before = watch.latest();
        pass(1000);
        watch.refresh(true);
        assertThat(watch.latest()).isSameAs(before);
    }

    @Test
    void aLookDoesNotForgetWhichInterfaceIsDown() {
        list.are(ETH0.withState(false));
        watch.refresh(true);
        list.are(ETH0.withState(false), ETH1);
        pass(1);
        assertThat(finds("198.18.1.1")).isTrue();
        assertThat(watch.latest().at(2).up()).isFalse();
        assertThat(watch.latest().at(3).up()).isTrue();
    }

    @Test
    void anOlderListDoesNotReplaceANewerOne() {
        list.whileReading(() -> {
            list.whileReading(() -> {});
            list.are(ETH0, ETH1);
            pass(1);
            assertThat(finds("198.18.1.1")).isTrue();
        });
        watch.refresh(false);
        assertThat(finds("198.18.1.1")).isTrue();
        assertThat(watch.latest().all()).containsExactly(ETH0, ETH1);
    }

    @Test
    void aPollTakesAThousandthOfACoreAtMost() {
        list.whileReading(() -> spent.addAndGet(MILLI / 2));
        watch.refresh(true);
        assertThat(watch.rest()).isEqualTo(1000 * MILLI);
        list.whileReading(() -> spent.addAndGet(20 * MILLI));
        watch.refresh(true);
        assertThat(watch.rest()).isEqualTo(20_000 * MILLI);
        list.whileReading(() -> spent.addAndGet(130 * MILLI));
        watch.refresh(true);
        assertThat(watch.rest()).isEqualTo(60_000 * MILLI);
        list.whileReading(() -> {});
        watch.refresh(true);
        assertThat(watch.rest()).isEqualTo(1000 * MILLI);
    }

    @Test
    void whatIsRememberedOfAbsentAddressesIsBounded() {
        for (int i = 0; i < 3 * InterfaceWatch.MOST_ABSENT; i++) {
            finds("198." + (18 + i / 65536) + "." + (i / 250) % 250 + "." + i % 250);
            ticks.addAndGet(20 * MILLI / 100);
        }
        assertThat(watch.remembered()).isLessThanOrEqualTo(InterfaceWatch.MOST_ABSENT);
        list.are(Lists.of("eth9", 9, "198.18.9.9/24"));
        pass(1000);
        assertThat(finds("198.18.9.9")).isTrue();
    }
}
