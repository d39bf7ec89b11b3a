package dev.spillway.relay;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;

/**
 * Has one event loop look at its relays when somebody asks for it, and not again as long as a pass that was asked for is not
 * done: whoever asks meanwhile shares that one. So what an epoch asks of a loop that is behind does not pile up in front of
 * the traffic that it is behind with.
 *
 * <p>Any thread may ask.
 */
final class SharedPass {
    private final Executor loop;
    private final LongConsumer pass;
    private final AtomicReference<CountDownLatch> outstanding = new AtomicReference<>();

    /**
     * Nothing asked for yet.
     *
     * @param pass looks for as long as so many nanoseconds; called on {@code loop}
     */
    SharedPass(Executor loop, LongConsumer pass) {
        this.loop = loop;
        this.pass = pass;
    }

    /**
     * Has a pass made that may take {@code budget} nanoseconds, or shares the one that is not done yet, with its own budget.
     *
     * @return comes to zero when it is done
     * @throws java.util.concurrent.RejectedExecutionException if the loop has ended
     */
    CountDownLatch ask(long budget) {
        CountDownLatch own = new CountDownLatch(1);
        CountDownLatch before = outstanding.compareAndExchange(null, own);
        if (before != null) {
            return before;
        }
        try {
            loop.execute(() -> make(budget, own));
        } catch (RuntimeException ended) {
            done(own);
            throw ended;
        }
        return own;
    }

    private void make(long budget, CountDownLatch own) {
        try {
            pass.accept(budget);
        } finally {
            done(own);
        }
    }

    private void done(CountDownLatch own) {
        outstanding.set(null);
        own.countDown();
    }
}
