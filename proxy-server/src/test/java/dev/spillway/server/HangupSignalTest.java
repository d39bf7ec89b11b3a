package dev.spillway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.spillway.server.admin.Reload;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class HangupSignalTest {
    /** The first reload is held up while a crowd of signals comes; it is followed by one that saw the last of them. */
    @Test
    void aCrowdOfSignalsIsOneMoreReload() throws Exception {
        AtomicInteger began = new AtomicInteger();
        CountDownLatch go = new CountDownLatch(1);
        Reload reload = who -> {
            assertThat(who).isEqualTo("SIGHUP");
            began.incrementAndGet();
            try {
                go.await();
            } catch (InterruptedException interrupted) {
                throw new AssertionError(interrupted);
            }
            return new Reload.Result.Refused(List.of("by the test"));
        };
        HangupSignal hangup = new HangupSignal();
        hangup.started(reload);
        Thread first = new Thread(hangup::received);
        first.start();
        await().until(() -> began.get() == 1);
        List<Thread> crowd = java.util.stream.IntStream.range(0, 50)
                .mapToObj(i -> new Thread(hangup::received))
                .toList();
        crowd.forEach(Thread::start);
        await().until(() -> crowd.stream().filter(Thread::isAlive).count() == 1);
        go.countDown();
        first.join();
        for (Thread each : crowd) {
            each.join();
        }
        assertThat(began).hasValue(2);
    }

    @Test
    void aReloadThatFailsLeavesTheNextOnePossible() {
        AtomicInteger runs = new AtomicInteger();
        HangupSignal hangup = new HangupSignal();
        hangup.started(who -> {
            runs.incrementAndGet();
            throw new IllegalStateException("by the test");
        });
        hangup.received();
        hangup.received();
        assertThat(runs).hasValue(2);
    }

    @Test
    void signalsBeforeTheStartIsOverAreOneReloadAfterIt() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        HangupSignal hangup = new HangupSignal();
        Thread early = new Thread(hangup::received);
        early.start();
        await().until(() -> early.getState() == Thread.State.WAITING);
        hangup.received();
        hangup.started(who -> {
            runs.incrementAndGet();
            return new Reload.Result.Refused(List.of("by the test"));
        });
        early.join();
        assertThat(runs).hasValue(1);
    }
}
