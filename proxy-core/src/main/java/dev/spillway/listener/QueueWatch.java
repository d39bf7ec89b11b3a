package dev.spillway.listener;

import dev.spillway.transport.SocketGauge;
import io.netty.channel.ServerChannel;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongConsumer;

/**
 * Looks at what the kernel says of one listening socket: two system calls on its event loop, a few microseconds, when it is
 * told to. An event loop that is behind has one look waiting at most; until it comes the last one stands.
 */
final class QueueWatch {
    private final ServerChannel channel;
    private final SocketGauge gauge;
    private final AtomicBoolean asked = new AtomicBoolean();
    private volatile boolean known;
    private volatile int length;
    private volatile int limit;
    /** The event loop's alone. */
    private long drops;

    private boolean crowded;

    QueueWatch(ServerChannel channel, SocketGauge gauge) {
        this.channel = channel;
        this.gauge = gauge;
    }

    /**
     * Has the event loop look. Any thread.
     *
     * @param dropped told on the event loop how many segments were dropped since the last look, if any were
     */
    void look(LongConsumer dropped) {
        if (channel.isOpen() && asked.compareAndSet(false, true)) {
            try {
                channel.eventLoop().execute(() -> {
                    asked.set(false);
                    lookNow(dropped);
                });
            } catch (RejectedExecutionException closed) {
                // The event loop has ended, and the socket with it: the last look stands.
                known = false;
            }
        }
    }

    private void lookNow(LongConsumer dropped) {
        lookAtQueue();
        if (gauge.readMemory(channel) && gauge.droppedSegments() != SocketGauge.UNKNOWN) {
            long now = gauge.droppedSegments();
            // The kernel's number has 32 bits and wraps around.
            long since = Integer.toUnsignedLong((int) (now - drops));
            drops = now;
            if (since > 0) {
                dropped.accept(since);
            }
        }
    }

    private void lookAtQueue() {
        if (gauge.readProgress(channel)) {
            length = gauge.acceptQueueLength();
            limit = gauge.acceptQueueLimit();
            known = true;
            crowded |= 2L * length >= limit;
        } else {
            crowded = true;
        }
    }

    /**
     * Looks, and says whether the accept queue was half full or more at that look or another since this was asked last, or can't
     * be looked at. A queue that runs over does so because the event loop is behind; the loop takes no more than some
     * newcomers of it before it comes to a look. On the event loop.
     */
    boolean crowdedSince() {
        lookAtQueue();
        boolean was = crowded;
        crowded = false;
        return was;
    }

    /** Whether there was a look that was answered, and the socket is still there. */
    boolean known() {
        return known && channel.isOpen();
    }

    int length() {
        return length;
    }

    int limit() {
        return limit;
    }
}
