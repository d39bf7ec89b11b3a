package dev.spillway.control;

import dev.spillway.connection.ConnectionFacts;
import dev.spillway.pressure.Reading;
import dev.spillway.pressure.Signal;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What closes that were asked for will give back, until it can be seen, so that one shortage is not paid for twice.
 *
 * <p>Held bytes and slots are back, and seen, when the event loop has closed the connection. Heap is seen when the whole
 * heap was collected after that, and descriptors, on kernels that do not tell their number cheaply, when they were counted
 * after that. So of these everything promised stands until no close is outstanding and the reading was found out after
 * the last of them.
 *
 * <p>Promises are made and read by the controller's thread; they are kept by event loops.
 */
final class Promises {
    private final AtomicLong closing = new AtomicLong();
    private final AtomicLong closingBytes = new AtomicLong();
    private volatile long lastKeptAt;
    private long heap;
    private long descriptors;

    /** A close was asked for. */
    void made(ConnectionFacts connection) {
        closing.incrementAndGet();
        closingBytes.addAndGet(connection.heldBytes());
        heap += Signal.HEAP.gain(connection);
        descriptors += Signal.DESCRIPTORS.gain(connection);
    }

    /** The close has been done, at {@code now}. Any thread. */
    void kept(ConnectionFacts connection, long now) {
        closingBytes.addAndGet(-connection.heldBytes());
        lastKeptAt = now;
        closing.decrementAndGet();
    }

    /**
     * The reading, with what is promised of it.
     *
     * @param foundOutAt when it was found out, on the same clock as {@link #kept}
     */
    Reading apply(Reading reading, long foundOutAt) {
        return reading.promising(
                switch (reading.signal()) {
                    case LEDGER, DIRECT -> closingBytes.get();
                    case KERNEL_TCP, CONTAINER_TCP, CONTAINER, STALL, INJECTED -> 0;
                    case CONNECTIONS -> closing.get();
                    case HEAP -> heap = shown(foundOutAt) ? 0 : heap;
                    case DESCRIPTORS -> descriptors = shown(foundOutAt) ? 0 : descriptors;
                });
    }

    private boolean shown(long foundOutAt) {
        return closing.get() == 0 && foundOutAt - lastKeptAt > 0;
    }

    /** Forgets what was promised of a signal while it was not watched: nobody looked whether it came back. */
    void forget(Signal signal) {
        if (signal == Signal.HEAP) {
            heap = 0;
        } else if (signal == Signal.DESCRIPTORS) {
            descriptors = 0;
        }
    }

    /** Whether something of {@code signal} was promised that only {@code settle()} of its source brings to light. */
    boolean unseen(Signal signal) {
        return signal == Signal.HEAP && heap > 0;
    }
}
