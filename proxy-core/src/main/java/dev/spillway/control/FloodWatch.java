package dev.spillway.control;

import dev.spillway.flood.FloodDetector;
import dev.spillway.flood.FloodEvent;
import dev.spillway.flood.FloodReading;
import dev.spillway.flood.KernelCounters;
import dev.spillway.flood.KernelSetup;
import dev.spillway.listener.AcceptQueue;
import dev.spillway.listener.Listeners;
import dev.spillway.signal.CounterFile;
import dev.spillway.signal.KernelSetupFiles;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches for floods of SYNs: reads the kernel's counters, has the listeners' queues looked at, and asks the detector. It
 * changes nothing. Owns the file of the counters.
 *
 * <p>For one thread, but {@link #view}, which any may ask. A look takes some tens of microseconds, and comes no sooner than
 * {@value #LOOK_MILLIS} ms after the last. The queues are looked at on their event loops, so the figures of one view are
 * those of the look before.
 */
public final class FloodWatch implements AutoCloseable {
    private static final long LOOK_MILLIS = 250;
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS);
    /** The settings of the kernel, and counters that could not be read, are looked at as seldom as that. */
    private static final long SELDOM_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final Logger log = LoggerFactory.getLogger(FloodWatch.class);

    private final Listeners listeners;
    private final FloodDetector detector = new FloodDetector(FloodDetector.Thresholds.DEFAULTS);
    private @Nullable CounterFile file;
    private Optional<String> unavailable = Optional.empty();
    private KernelSetup setup = KernelSetup.UNKNOWN;
    private boolean any;
    private long lookedAt;
    private long seldomAt;
    private volatile FloodView view = FloodView.NOTHING_YET;

    /** Has not looked yet; the file is open, so that a process has the descriptors it needs from the beginning. */
    public FloodWatch(Listeners listeners) {
        this.listeners = listeners;
        open();
    }

    /**
     * Looks, unless it has just done so.
     *
     * @param now a {@code System.nanoTime()}
     * @return what there is to tell, once
     */
    public List<FloodEvent> look(long now) {
        if (any && now - lookedAt < LOOK_NANOS) {
            return List.of();
        }
        if (!any || now - seldomAt >= SELDOM_NANOS) {
            seldomAt = now;
            setup = KernelSetupFiles.read();
            open();
        }
        any = true;
        lookedAt = now;
        Map<String, AcceptQueue> queues = listeners.queues();
        listeners.look();
        Optional<KernelCounters> counters = read();
        Optional<FloodEvent> event = counters.isPresent()
                ? detector.take(
                        now, new FloodReading(counters.get(), dropped(queues), listeners.sunk(), listeners.keepOut()))
                : detector.lost();
        view = new FloodView(
                counters, unavailable, setup, setup.warnings(listeners.backlogs()), queues, detector.flood());
        return event.stream().toList();
    }

    private static Map<String, Long> dropped(Map<String, AcceptQueue> queues) {
        Map<String, Long> dropped = new HashMap<>();
        queues.forEach((listener, queue) -> dropped.put(listener, queue.dropped()));
        return dropped;
    }

    private void open() {
        if (file == null) {
            try {
                file = CounterFile.open();
                unavailable = Optional.empty();
            } catch (IOException | RuntimeException failed) {
                failed(failed);
            }
        }
    }

    private Optional<KernelCounters> read() {
        CounterFile open = file;
        if (open == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(open.read());
        } catch (IOException | RuntimeException failed) {
            close();
            failed(failed);
            return Optional.empty();
        }
    }

    private void failed(Exception why) {
        String reason = String.valueOf(why.getMessage());
        if (!unavailable.equals(Optional.of(reason))) {
            log.info("the kernel's counters of SYNs are not to be had here, so no flood is told of: {}", reason);
        }
        unavailable = Optional.of(reason);
    }

    /** What the last look said. */
    public FloodView view() {
        return view;
    }

    /** Closes the file; a look after that opens it again. */
    @Override
    public void close() {
        CounterFile open = file;
        file = null;
        if (open != null) {
            open.close();
        }
    }
}
