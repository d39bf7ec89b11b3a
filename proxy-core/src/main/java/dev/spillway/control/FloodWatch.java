package dev.spillway.control;

import dev.spillway.flood.FloodDetector;
import dev.spillway.flood.FloodEvent;
import dev.spillway.flood.FloodReading;
import dev.spillway.flood.KernelCounters;
import dev.spillway.flood.KernelSetup;
import dev.spillway.listener.AcceptQueue;
import dev.spillway.listener.Listeners;
import dev.spillway.signal.CounterSource;
import dev.spillway.signal.KernelSetupFiles;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Watches for floods of SYNs: reads the kernel's counters, has the listeners' queues looked at, and asks the detector. It
 * changes nothing.
 *
 * <p>For one thread, but {@link #view}, which any may ask. A look takes some tens of microseconds, and comes no sooner than
 * {@value #LOOK_MILLIS} ms after the last. The queues are looked at on their event loops, so the figures of one view are
 * those of the look before.
 */
public final class FloodWatch {
    private static final long LOOK_MILLIS = 250;
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS);
    /** The settings of the kernel are looked at as seldom as that. */
    private static final long SELDOM_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Listeners listeners;
    private final CounterSource source;
    private final FloodDetector detector = new FloodDetector(FloodDetector.Thresholds.DEFAULTS);
    private KernelSetup setup = KernelSetup.UNKNOWN;
    private boolean any;
    private long lookedAt;
    private long seldomAt;
    private volatile FloodView view = FloodView.NOTHING_YET;

    /** Has not looked yet. */
    public FloodWatch(Listeners listeners, CounterSource source) {
        this.listeners = listeners;
        this.source = source;
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
        }
        any = true;
        lookedAt = now;
        Map<String, AcceptQueue> queues = listeners.queues();
        listeners.look();
        Optional<KernelCounters> counters = source.read();
        Optional<FloodEvent> event = counters.isPresent()
                ? detector.take(
                        now, new FloodReading(counters.get(), dropped(queues), listeners.sunk(), listeners.keepOut()))
                : detector.lost();
        view = new FloodView(
                counters, source.unavailable(), setup, setup.warnings(listeners.backlogs()), queues, detector.flood());
        return event.stream().toList();
    }

    private static Map<String, Long> dropped(Map<String, AcceptQueue> queues) {
        Map<String, Long> dropped = new HashMap<>();
        queues.forEach((listener, queue) -> dropped.put(listener, queue.dropped()));
        return dropped;
    }

    /** What the last look said. */
    public FloodView view() {
        return view;
    }
}
