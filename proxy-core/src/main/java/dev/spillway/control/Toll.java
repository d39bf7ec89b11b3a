package dev.spillway.control;

import dev.spillway.connection.ConnectionFacts;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What one episode costs in connections. It counts a victim when its close is asked for, and no longer when it turns out
 * that it had ended by itself before its event loop came to it; what turns out after the episode changes its summary no more.
 *
 * <p>Not when the close is done: an event loop may be behind, or have closed and not said so yet, when the shortage is over
 * already. The summary of the episode would then know nothing of connections that its event 4229 has told of, and the next
 * episode would be charged with them.
 *
 * <p>Written by the controller and by event loops, read by the controller.
 */
final class Toll {
    private final long episode;
    private final AtomicLong victims = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();

    Toll(long episode) {
        this.episode = episode;
    }

    long episode() {
        return episode;
    }

    void asked(ConnectionFacts connection) {
        victims.incrementAndGet();
        bytes.addAndGet(connection.costBytes());
    }

    void endedItself(ConnectionFacts connection) {
        victims.decrementAndGet();
        bytes.addAndGet(-connection.costBytes());
    }

    long victims() {
        return victims.get();
    }

    /** What they had cost, in bytes. */
    long bytes() {
        return bytes.get();
    }
}
