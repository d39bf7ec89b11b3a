package dev.spillway.signal;

import dev.spillway.flood.KernelCounters;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The kernel's counters of incoming connections, for all who want them: owns the one {@link CounterFile} of the process. One
 * that fails is closed and opened again, some seconds later at the earliest. Any thread; a reading takes some tens of
 * microseconds, so none on an event loop.
 */
public final class CounterSource implements AutoCloseable {
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final Logger log = LoggerFactory.getLogger(CounterSource.class);

    private final SystemFiles files;
    private final LongSupplier clock;
    private @Nullable CounterFile file;
    private Optional<String> unavailable = Optional.empty();
    private KernelCounters last = KernelCounters.NONE;
    private long failedAt;
    private boolean closed;

    /** Opens the file, so that a process has the descriptors it needs from the beginning. */
    public CounterSource() {
        this(SystemFiles.HERE, System::nanoTime);
    }

    CounterSource(SystemFiles files, LongSupplier clock) {
        this.files = files;
        this.clock = clock;
        open();
    }

    private void open() {
        try {
            file = CounterFile.open(files);
            unavailable = Optional.empty();
        } catch (IOException | RuntimeException failed) {
            failed(failed);
        }
    }

    private void failed(Exception why) {
        failedAt = clock.getAsLong();
        String reason = String.valueOf(why.getMessage());
        if (!unavailable.equals(Optional.of(reason))) {
            log.info("the kernel's counters of SYNs are not to be had here, so no flood is told of: {}", reason);
        }
        unavailable = Optional.of(reason);
    }

    /** The counters as they are now; empty if they can't be read, or this is closed. */
    public synchronized Optional<KernelCounters> read() {
        if (file == null && !closed && clock.getAsLong() - failedAt >= RETRY_NANOS) {
            open();
        }
        CounterFile open = file;
        if (open == null) {
            return Optional.empty();
        }
        try {
            last = open.read();
            return Optional.of(last);
        } catch (IOException | RuntimeException failed) {
            closeFile();
            failed(failed);
            return Optional.empty();
        }
    }

    /** The counters as they are now; those read last if they can't be read. */
    public synchronized KernelCounters latest() {
        return read().orElse(last);
    }

    /** Why they can't be read, if they can't. */
    public synchronized Optional<String> unavailable() {
        return unavailable;
    }

    private void closeFile() {
        CounterFile open = file;
        file = null;
        if (open != null) {
            open.close();
        }
    }

    /** Closes the file for good. */
    @Override
    public synchronized void close() {
        closed = true;
        closeFile();
    }
}
