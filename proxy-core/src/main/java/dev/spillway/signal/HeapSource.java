package dev.spillway.signal;

import com.sun.management.GarbageCollectionNotificationInfo;
import dev.spillway.pressure.Reading;
import dev.spillway.pressure.Signal;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.management.ListenerNotFoundException;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;
import javax.management.openmbean.CompositeData;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Live heap: what was in use after the last collection, as the JVM's own notification tells it, so that a reading is one
 * volatile load.
 *
 * <p>What a young collection leaves is not all alive: garbage that has grown old counts until an old collection. Nobody
 * shall be closed for garbage, so when the reading reaches the high mark after a collection that was not of the whole
 * heap, a whole one is asked for, at most every {@value #CONFIRM_SECONDS} seconds, and what is in use right after it is
 * believed. A JVM that ignores the request ({@code -XX:+DisableExplicitGC}) is believed as it is. For the same reason
 * only a whole collection counts as fresh: another one may not show yet what was given back.
 */
final class HeapSource implements SignalSource {
    private static final long CONFIRM_SECONDS = 5;
    private static final Logger log = LoggerFactory.getLogger(HeapSource.class);

    private final long limit = Runtime.getRuntime().maxMemory();
    private final double high;
    private final NotificationListener listener = (notification, handback) -> collected(notification.getUserData());
    private final List<NotificationEmitter> emitters = new ArrayList<>();
    private final Set<String> heapPools = ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .map(MemoryPoolMXBean::getName)
            .collect(Collectors.toUnmodifiableSet());
    private volatile State state = new State(0, 0, true);
    private long confirmedAt;
    private boolean confirmed;

    private record State(long usedAfter, long wholes, boolean whole) {}

    /** A source that has a reading of {@code high} or more confirmed. */
    HeapSource(double high) {
        this.high = high;
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            if (collector instanceof NotificationEmitter emitter) {
                emitter.addNotificationListener(listener, null, null);
                emitters.add(emitter);
            }
        }
    }

    /** On the JVM's notification thread. */
    private void collected(Object userData) {
        if (!(userData instanceof CompositeData data)) {
            return;
        }
        GarbageCollectionNotificationInfo info = GarbageCollectionNotificationInfo.from(data);
        long used = info.getGcInfo().getMemoryUsageAfterGc().entrySet().stream()
                .filter(pool -> heapPools.contains(pool.getKey()))
                .map(Map.Entry::getValue)
                .mapToLong(usage -> usage.getUsed())
                .sum();
        boolean whole = info.getGcAction().equals("end of major GC");
        state = new State(used, state.wholes + (whole ? 1 : 0), whole);
    }

    @Override
    public Signal signal() {
        return Signal.HEAP;
    }

    @Override
    public Optional<Reading> read() {
        if (emitters.isEmpty()) {
            return Optional.empty();
        }
        State now = state;
        long used = now.usedAfter;
        if (used >= high * limit && !now.whole) {
            used = confirm(now);
        }
        return Optional.of(new Reading(Signal.HEAP, used, limit));
    }

    /** Collects the whole heap if that was not done lately, and says what is in use then. */
    private long confirm(State unconfirmed) {
        long now = System.nanoTime();
        if (confirmed && now - confirmedAt < TimeUnit.SECONDS.toNanos(CONFIRM_SECONDS)) {
            return unconfirmed.usedAfter;
        }
        confirmed = true;
        confirmedAt = now;
        Runtime runtime = Runtime.getRuntime();
        System.gc();
        // The notification comes later, on its own thread; by then this is overwritten with the same.
        long used = runtime.totalMemory() - runtime.freeMemory();
        log.info(
                "heap: {} bytes of {} in use after a partial collection, {} after a whole one",
                unconfirmed.usedAfter,
                limit,
                used);
        state = new State(used, unconfirmed.wholes + 1, true);
        return used;
    }

    @Override
    public void settle() {
        confirm(state);
    }

    @Override
    public Optional<String> unavailable() {
        return emitters.isEmpty() ? Optional.of("this JVM does not tell when it has collected") : Optional.empty();
    }

    @Override
    public long freshness() {
        return state.wholes;
    }

    @Override
    public void close() {
        for (NotificationEmitter emitter : emitters) {
            try {
                emitter.removeNotificationListener(listener);
            } catch (ListenerNotFoundException gone) {
                log.debug("already removed", gone);
            }
        }
    }
}
