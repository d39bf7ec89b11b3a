package dev.spillway.server.events;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Hands events to one outlet on a thread of its own, since a pipe that is full and a disk that hangs block whoever writes
 * to them. Whoever offers an event never waits: where the outlet can't follow, lines are dropped and counted.
 *
 * <p>Of epochs, which come twenty a second, there is one line a second at most: the latest, with the count of those it
 * stands for; it so comes up to a second late. One at most waits in the queue, so that a long episode in front of an
 * outlet that hangs can't take the room of the events that matter. Epochs that still wait when their episode ends get no
 * line: the line of the end has their number.
 */
final class EventWriter implements AutoCloseable {
    /** Lines that may wait. An episode has a handful besides its epochs, so this is minutes of the worst case. */
    static final int CAPACITY = 1024;

    private static final long EPOCH_LINE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long CLOSE_MILLIS = 3_000;

    private final Outlet outlet;
    private final LongSupplier nanos;
    private final Thread thread;
    private final AtomicLong dropped = new AtomicLong();

    /** Never held while an outlet is written to. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Condition changed = lock.newCondition();

    // Guarded by the lock.
    private final Deque<Line> waiting = new ArrayDeque<>();
    private @Nullable LoggedEvent latestEpoch;
    private int epochsFolded;
    private boolean epochWaits;
    private long lastEpochLine;
    private boolean epochLineTaken;
    private boolean closing;

    // Owned by the thread.
    private long droppedTold;

    /** Where lines go. Called by the writer's thread only, apart from {@link #hurry}. */
    interface Outlet {
        /** The thread begins; may block. */
        default void begin() {}

        /**
         * Writes a line; may block.
         *
         * @param count how many epochs an epoch stands for; 1 for everything else
         * @param dropped lines that were dropped since the last one that was written
         * @return whether it is written; else it counts as dropped
         */
        boolean write(LoggedEvent event, int count, long dropped);

        /** The end is near: whoever waits for better times has to stop. Called by the one who closes. */
        default void hurry() {}

        /** The thread ends. */
        default void end() {}
    }

    private record Line(LoggedEvent event, int count) {}

    private EventWriter(String name, Outlet outlet, LongSupplier nanos) {
        this.outlet = outlet;
        this.nanos = nanos;
        this.thread = new Thread(this::write, name);
        this.thread.setDaemon(true);
    }

    static EventWriter start(String name, Outlet outlet, LongSupplier nanos) {
        EventWriter writer = new EventWriter(name, outlet, nanos);
        writer.thread.start();
        return writer;
    }

    /** Takes an event without waiting; where there is no room its line is dropped and counted. */
    void offer(LoggedEvent event) {
        lock.lock();
        try {
            switch (event.event().id()) {
                case EPOCH_STARTED -> fold(event);
                case EPISODE_ENDED -> {
                    latestEpoch = null;
                    epochsFolded = 0;
                    queue(new Line(event, 1));
                }
                default -> queue(new Line(event, 1));
            }
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Lines that are not written and will not be. Any thread. */
    long dropped() {
        return dropped.get();
    }

    /** Takes no more lines and lets the thread come to its end; does not wait for it. Idempotent. */
    void finish() {
        lock.lock();
        try {
            closing = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
        outlet.hurry();
    }

    /** Writes what waits, for three seconds at most; what hangs longer is left to a thread that ends with the process. */
    @Override
    public void close() {
        finish();
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void fold(LoggedEvent epoch) {
        if (closing) {
            dropped.incrementAndGet();
            return;
        }
        latestEpoch = epoch;
        epochsFolded++;
        if (!epochWaits && waiting.size() < CAPACITY && untilEpochLine() <= 0) {
            waiting.addLast(takeEpoch(epoch));
            epochWaits = true;
        }
    }

    private void queue(Line line) {
        if (closing || waiting.size() >= CAPACITY) {
            dropped.incrementAndGet();
        } else {
            waiting.addLast(line);
        }
    }

    private long untilEpochLine() {
        return epochLineTaken ? lastEpochLine + EPOCH_LINE_NANOS - nanos.getAsLong() : 0;
    }

    private Line takeEpoch(LoggedEvent epoch) {
        Line line = new Line(epoch, epochsFolded);
        latestEpoch = null;
        epochsFolded = 0;
        lastEpochLine = nanos.getAsLong();
        epochLineTaken = true;
        return line;
    }

    private void write() {
        outlet.begin();
        try {
            for (Line next = next(); next != null; next = next()) {
                write(next);
            }
        } catch (InterruptedException nobodyInterruptsIt) {
            throw new AssertionError(thread.getName() + " is nobody else's thread", nobodyInterruptsIt);
        } finally {
            outlet.end();
        }
    }

    /** The next line, as soon as there is one; null at the end. */
    private @Nullable Line next() throws InterruptedException {
        lock.lock();
        try {
            while (true) {
                Line line = waiting.pollFirst();
                if (line != null) {
                    epochWaits &= line.event().event().id() != EventId.EPOCH_STARTED;
                    return line;
                }
                LoggedEvent epoch = latestEpoch;
                long until = epoch == null || closing ? 0 : untilEpochLine();
                if (epoch != null && until <= 0) {
                    return takeEpoch(epoch);
                }
                if (closing) {
                    return null;
                }
                if (epoch == null) {
                    changed.await();
                } else {
                    changed.awaitNanos(until);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Writes a line; one that can't be written counts as dropped, and does not keep the next ones from the outlet. */
    private void write(Line line) {
        long droppedNow = dropped.get();
        boolean written = false;
        try {
            written = outlet.write(line.event(), line.count(), droppedNow - droppedTold);
        } catch (RuntimeException unwritable) {
            // Counted below; an outlet that has more to say says it itself.
        }
        if (written) {
            droppedTold = droppedNow;
        } else {
            dropped.incrementAndGet();
        }
    }
}
