package dev.spillway.relay;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How many connections there are, and that there are no more than the budget has spares for. Any thread. */
final class Headcount {
    /** How long event loops are waited for when limits change. */
    private static final long ARRANGE_MILLIS = 1_000;

    private static final Logger log = LoggerFactory.getLogger(Headcount.class);

    private final MemoryBudget budget;
    private final AtomicInteger all = new AtomicInteger();
    private final AtomicInteger eligible = new AtomicInteger();
    private final Object empty = new Object();

    /** Nobody is there. */
    Headcount(MemoryBudget budget) {
        this.budget = budget;
    }

    /**
     * Counts one more, who {@link #left} some time later.
     *
     * @param most how many there may be with it
     * @return false if there are that many already
     */
    boolean tryEnter(int most) {
        int now = all.get();
        while (now < Math.min(most, budget.connections())) {
            if (all.compareAndSet(now, now + 1)) {
                return true;
            }
            now = all.get();
        }
        return false;
    }

    /** One that has entered is known as {@code relay} from now on, and {@link #gone} some time later. */
    void judged(Relay relay) {
        if (relay.eligible()) {
            eligible.incrementAndGet();
        }
    }

    /** One that was judged has ended. */
    void gone(Relay relay) {
        left();
        if (relay.eligible()) {
            eligible.decrementAndGet();
        }
    }

    /** One that had entered is no more, and was never judged. */
    void left() {
        if (all.decrementAndGet() == 0) {
            synchronized (empty) {
                empty.notifyAll();
            }
        }
    }

    /** Connections now. */
    int all() {
        return all.get();
    }

    /** Those of them that MPP may close. */
    int eligible() {
        return eligible.get();
    }

    /**
     * Changes how many there may be, as {@link Relays#maxConnections} says, when each of {@code shards} has heard of it. Not on an
     * event loop.
     */
    void allow(int most, List<RelayShard> shards) {
        if (most == budget.arrangedFor()) {
            return;
        }
        MemoryBudget.Layout next = budget.arrange(most);
        AtomicInteger left = new AtomicInteger(shards.size());
        CountDownLatch done = new CountDownLatch(1);
        for (RelayShard shard : shards) {
            shard.loop().execute(() -> {
                if (left.decrementAndGet() == 0) {
                    budget.settle(next, all());
                    done.countDown();
                }
            });
        }
        try {
            if (!done.await(ARRANGE_MILLIS, TimeUnit.MILLISECONDS)) {
                log.warn(
                        "an event loop did not answer within {} ms; the limit of connections follows later",
                        ARRANGE_MILLIS);
            }
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }

    /** Looks whether what was short when a limit was changed is there now. */
    void settle() {
        budget.settle(all());
    }

    /**
     * Waits until there is no connection, not on an event loop.
     *
     * @return whether that is so; false if {@code nanos} have passed before
     */
    boolean awaitEmpty(long nanos) throws InterruptedException {
        long deadline = System.nanoTime() + nanos;
        synchronized (empty) {
            while (all() > 0) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                TimeUnit.NANOSECONDS.timedWait(empty, left);
            }
        }
        return true;
    }
}
