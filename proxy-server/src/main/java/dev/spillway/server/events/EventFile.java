package dev.spillway.server.events;

import dev.spillway.limit.LogPace;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes events into a file, one line of JSON each. What can't be written now is tried again every second; meanwhile
 * lines wait in the {@link EventWriter}'s queue, so that a disk that is full for a moment costs nothing, and one that is
 * full for long costs lines, which are counted. The proxy goes on in each case.
 *
 * <p>All I/O is on the writer's thread; {@link #failures} may be asked by any.
 */
final class EventFile implements EventWriter.Outlet {
    private static final long RETRY_MILLIS = 1_000;
    private static final long TROUBLE_LINE_NANOS = TimeUnit.SECONDS.toNanos(60);

    /** Not in the events' own logger, whose lines wait for the console: this one's may be dropped, and never wait. */
    private static final Logger logger = LoggerFactory.getLogger("dev.spillway.server.EventFile");

    private final RotatedFile file;
    private final Path path;
    private final String run;
    private final LongSupplier nanos;
    private final LogPace pace = new LogPace(TROUBLE_LINE_NANOS);
    private final AtomicLong failures = new AtomicLong();
    private final CountDownLatch hurried = new CountDownLatch(1);

    // Owned by the writer's thread.
    private boolean troubleTold;

    /** Opens a file for appending. */
    interface Opener {
        FileOutputStream open(Path path) throws IOException;
    }

    /** @param run tells the lines of this process from those of others in the same file */
    EventFile(EventFileSettings settings, String run, LongSupplier nanos) {
        this(settings, run, nanos, path -> new FileOutputStream(path.toFile(), true));
    }

    EventFile(EventFileSettings settings, String run, LongSupplier nanos, Opener opener) {
        this.file = new RotatedFile(settings, opener);
        this.path = settings.path();
        this.run = run;
        this.nanos = nanos;
    }

    /** Attempts to open, write or rotate the file that failed. */
    long failures() {
        return failures.get();
    }

    /** Opens the file before there is anything to write, so that what is wrong with it is told at the start. */
    @Override
    public void begin() {
        try {
            file.open();
            logger.info("events are kept in {}", path.toAbsolutePath());
        } catch (IOException | RuntimeException failure) {
            failed(failure);
        }
    }

    @Override
    public boolean write(LoggedEvent event, int count, long dropped) {
        byte[] line = EventLine.of(run, event, count, dropped);
        boolean written = append(line);
        boolean ends = false;
        while (!written && !ends) {
            ends = endsWithinRetry();
            written = append(line);
        }
        return written;
    }

    private boolean append(byte[] line) {
        try {
            file.append(line);
            wellAgain();
            return true;
        } catch (IOException | RuntimeException failure) {
            failed(failure);
            return false;
        }
    }

    @Override
    public void hurry() {
        hurried.countDown();
    }

    @Override
    public void end() {
        file.close();
    }

    private boolean endsWithinRetry() {
        try {
            return hurried.await(RETRY_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException nobodyInterruptsIt) {
            throw new AssertionError("the writer's thread is nobody else's", nobodyInterruptsIt);
        }
    }

    private void failed(Exception failure) {
        failures.incrementAndGet();
        long times = pace.occasion(nanos.getAsLong());
        if (times > 0) {
            troubleTold = true;
            logger.atError()
                    .addKeyValue("failures", times)
                    .log(
                            "event file {}: {} (expected: a regular file that can be written and rotated); events go on"
                                    + " in memory and in the log, and the file is tried again every second",
                            path.toAbsolutePath(),
                            failure.toString());
        }
    }

    private void wellAgain() {
        if (troubleTold) {
            troubleTold = false;
            logger.info("event file {}: written again", path.toAbsolutePath());
        }
    }
}
