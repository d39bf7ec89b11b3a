package dev.spillway.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spillway.fixture.TestServer;
import dev.spillway.transport.TransportKind;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.SingleThreadEventExecutor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SharedPassTest {
    private final Queue<Runnable> loop = new ArrayDeque<>();
    private final List<Long> made = new ArrayList<>();
    private final SharedPass pass = new SharedPass(loop::add, made::add);

    @Test
    void whoAsksWhileAPassWaitsSharesIt() {
        CountDownLatch first = pass.ask(5);
        CountDownLatch second = pass.ask(7);
        assertThat(loop).hasSize(1);
        assertThat(first.getCount()).isEqualTo(1);
        loop.remove().run();
        assertThat(first.getCount()).isZero();
        assertThat(second.getCount()).isZero();
        assertThat(made).containsExactly(5L);
    }

    @Test
    void whoAsksWhileAPassIsMadeSharesIt() {
        List<CountDownLatch> within = new ArrayList<>();
        SharedPass[] self = new SharedPass[1];
        self[0] = new SharedPass(loop::add, budget -> within.add(self[0].ask(budget)));
        CountDownLatch own = self[0].ask(5);
        loop.remove().run();
        assertThat(within).containsExactly(own);
        assertThat(own.getCount()).isZero();
        assertThat(loop).isEmpty();
    }

    @Test
    void whoAsksAfterwardsGetsAPassOfItsOwn() {
        pass.ask(5);
        loop.remove().run();
        CountDownLatch later = pass.ask(7);
        assertThat(later.getCount()).isEqualTo(1);
        loop.remove().run();
        assertThat(later.getCount()).isZero();
        assertThat(made).containsExactly(5L, 7L);
    }

    @Test
    void onePassThatFailsIsDoneAndTheNextIsMade() {
        SharedPass failing = new SharedPass(loop::add, budget -> {
            throw new IllegalStateException("a fault");
        });
        CountDownLatch first = failing.ask(5);
        assertThatThrownBy(() -> loop.remove().run()).hasMessage("a fault");
        assertThat(first.getCount()).isZero();
        failing.ask(5);
        assertThat(loop).hasSize(1);
    }

    @Test
    void aLoopThatHasEndedLeavesNobodyWaiting() {
        SharedPass ended = new SharedPass(
                task -> {
                    throw new RejectedExecutionException("ended");
                },
                made::add);
        assertThatThrownBy(() -> ended.ask(5)).isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> ended.ask(5)).isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void whatIsAskedOfALoopThatIsBehindDoesNotPileUpAndEndsWithItsPass() throws Exception {
        try (TestServer server = TestServer.echo();
                Junction junction = new Junction(TransportKind.NIO, Junction.SETTINGS, server)) {
            EventLoop busy = junction.transport().loops().get(0);
            CountDownLatch free = new CountDownLatch(1);
            CountDownLatch stuck = new CountDownLatch(1);
            busy.execute(() -> {
                stuck.countDown();
                try {
                    free.await();
                } catch (InterruptedException hurried) {
                    Thread.currentThread().interrupt();
                }
            });
            stuck.await();
            for (int i = 0; i < 100; i++) {
                assertThat(junction.relays().sample(1_000_000, 0)).isFalse();
            }
            assertThat(((SingleThreadEventExecutor) busy).pendingTasks()).isLessThan(10);
            CompletableFuture<Boolean> last = CompletableFuture.supplyAsync(() -> {
                try {
                    return junction.relays().sample(1_000_000, 20_000);
                } catch (InterruptedException hurried) {
                    throw new AssertionError(hurried);
                }
            });
            free.countDown();
            assertThat(last.get(20, TimeUnit.SECONDS)).isTrue();
        }
    }
}
