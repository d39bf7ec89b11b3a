package dev.spillway.server.events;

import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Writes events as log lines on a thread of its own, since a log that goes to a full pipe blocks whoever writes to it.
 *
 * <p>Of epochs there is one line a second at most: the latest, with the count of those it stands for. Epochs that still
 * wait when their episode ends get no line: the line of the end has their number.
 */
final class LogLines implements AutoCloseable {
    /** Lines that may wait. An episode has a handful besides its epochs, so this is minutes of the worst case. */
    private static final int CAPACITY = 1024;

    private static final long EPOCH_LINE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long CLOSE_MILLIS = 3_000;

    /** Stands for no event; {@link #close} wakes the writer with it. */
    private static final LoggedEvent WAKE =
            new LoggedEvent(0, Instant.EPOCH, new Event(EventId.PROXY_STOPPED, "", Map.of()));

    private static final Logger logger = LoggerFactory.getLogger(EventLog.class);

    private final BlockingQueue<LoggedEvent> waiting = new ArrayBlockingQueue<>(CAPACITY);
    private final AtomicLong dropped = new AtomicLong();
    private final LongSupplier nanos;
    private final Thread writer;
    private volatile boolean closing;

    // Owned by the writer.
    private @Nullable LoggedEvent latestEpoch;
    private int epochsFolded;
    private long lastEpochLine;
    private boolean epochLineWritten;
    private long droppedTold;

    private LogLines(LongSupplier nanos) {
        this.nanos = nanos;
        this.writer = new Thread(this::write, "spillway-events");
        this.writer.setDaemon(true);
    }

    static LogLines start(LongSupplier nanos) {
        LogLines lines = new LogLines(nanos);
        lines.writer.start();
        return lines;
    }

    /** Takes an event without waiting; where there is no room its line is dropped and counted. */
    void offer(LoggedEvent event) {
        if (closing || !waiting.offer(event)) {
            dropped.incrementAndGet();
        }
    }

    long dropped() {
        return dropped.get();
    }

    @Override
    public void close() {
        closing = true;
        // Wakes a writer that waits; a full queue has lines that wake it.
        waiting.offer(WAKE);
        try {
            writer.join(CLOSE_MILLIS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void write() {
        try {
            while (!closing) {
                LoggedEvent next = waiting.poll(untilEpochLine(), TimeUnit.NANOSECONDS);
                if (next != null) {
                    take(next);
                }
                writeEpochsIfDue();
            }
            for (LoggedEvent next = waiting.poll(); next != null; next = waiting.poll()) {
                take(next);
            }
            writeEpochs();
        } catch (InterruptedException nobodyInterruptsIt) {
            throw new AssertionError("spillway-events is nobody else's thread", nobodyInterruptsIt);
        }
    }

    private long untilEpochLine() {
        return latestEpoch == null ? Long.MAX_VALUE : Math.max(0, lastEpochLine + EPOCH_LINE_NANOS - nanos.getAsLong());
    }

    private void take(LoggedEvent event) {
        if (event == WAKE) {
            return;
        }
        switch (event.event().id()) {
            case EPOCH_STARTED -> {
                latestEpoch = event;
                epochsFolded++;
                writeEpochsIfDue();
            }
            case EPISODE_ENDED -> {
                latestEpoch = null;
                epochsFolded = 0;
                line(event, 1);
            }
            default -> line(event, 1);
        }
    }

    private void writeEpochsIfDue() {
        if (latestEpoch != null && (!epochLineWritten || nanos.getAsLong() - lastEpochLine >= EPOCH_LINE_NANOS)) {
            writeEpochs();
        }
    }

    private void writeEpochs() {
        LoggedEvent epoch = latestEpoch;
        if (epoch != null) {
            line(epoch, epochsFolded);
            latestEpoch = null;
            epochsFolded = 0;
            lastEpochLine = nanos.getAsLong();
            epochLineWritten = true;
        }
    }

    /** Writes a line; one that can't be written counts as dropped, and does not keep the next ones from the log. */
    private void line(LoggedEvent logged, int count) {
        try {
            write(logged, count);
        } catch (RuntimeException unwritable) {
            dropped.incrementAndGet();
        }
    }

    private void write(LoggedEvent logged, int count) {
        Event event = logged.event();
        LoggingEventBuilder line = logger.atLevel(event.severity())
                .addKeyValue("event", event.id().number())
                .addKeyValue("name", event.id().label())
                .addKeyValue("sequence", logged.sequence());
        if (event.id() == EventId.EPOCH_STARTED) {
            line = line.addKeyValue("count", count);
        }
        long droppedNow = dropped.get();
        if (droppedNow != droppedTold) {
            line = line.addKeyValue("droppedLines", droppedNow - droppedTold);
            droppedTold = droppedNow;
        }
        for (var field : event.fields().entrySet()) {
            line = line.addKeyValue(field.getKey(), field.getValue());
        }
        line.log(event.message());
    }
}
