package dev.spillway.control;

import dev.spillway.connection.ConnectionFacts;
import dev.spillway.pressure.Reading;
import dev.spillway.pressure.Signal;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What closes that were asked for will give back, until it can be seen, so that one shortage is not paid for twice.
 *
 * <p>Held bytes, slots and descriptors are back when the event loop has closed the connection. Heap is back when it has
 * been collected as a whole after that: what was promised is dropped when a reading is made after all closes of the plan.
 * Promises are made by the controller's thread; they are kept by event loops.
 */
final class Promises {
    private final AtomicLong closing = new AtomicLong();
    private final AtomicLong closingBytes = new AtomicLong();
    private long heap;
    private long heapFreshness;

    /** A close was asked for. */
    void made(ConnectionFacts connection, long heapFreshnessNow) {
        closing.incrementAndGet();
        closingBytes.addAndGet(connection.heldBytes());
        heap += connection.fixedBytes();
        heapFreshness = heapFreshnessNow;
    }

    /** The close has been done. Any thread. */
    void kept(ConnectionFacts connection) {
        closingBytes.addAndGet(-connection.heldBytes());
        closing.decrementAndGet();
    }

    /** The reading, with what is promised of it. */
    Reading apply(Reading reading, long freshness) {
        return reading.promising(
                switch (reading.signal()) {
                    case LEDGER, DIRECT -> closingBytes.get();
                    case CONNECTIONS -> closing.get();
                    case DESCRIPTORS -> 2 * closing.get();
                    case HEAP -> heap(freshness);
                });
    }

    private long heap(long freshness) {
        if (heap > 0 && freshness != heapFreshness && closing.get() == 0) {
            heap = 0;
        }
        return heap;
    }

    /** Whether something of {@code signal} was promised that only {@code settle()} of its source brings to light. */
    boolean unseen(Signal signal) {
        return signal == Signal.HEAP && heap > 0;
    }
}
