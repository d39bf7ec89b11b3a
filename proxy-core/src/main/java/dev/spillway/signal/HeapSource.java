package dev.spillway.signal;

import com.sun.management.GarbageCollectionNotificationInfo;
import dev.spillway.pressure.Reading;
import dev.spillway.pressure.Signal;
import dev.spillway.relay.Relay;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;
import javax.management.ListenerNotFoundException;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;
import javax.management.openmbean.CompositeData;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Live heap: what was in use after the last collection, as the JVM's own notification tells it, and what the objects of
 * connections accepted since take; so a reading is two loads.
 *
 * <p>What a young collection leaves is not all alive: garbage that has grown old counts until an old collection. Nobody
 * shall be closed for garbage, so when the reading reaches the high mark after a collection that was not of the whole
 * heap, a whole one is asked for, at most every {@value #CONFIRM_SECONDS} seconds, and what is in use right after it is
 * believed. A JVM that ignores the request ({@code -XX:+DisableExplicitGC}) is believed as it is. For the same reason a
 * reading counts as found out when the whole heap was last collected: a partial collection may not show yet what was given
 * back.
 *
 * <p>Written by the JVM's notification thread and the controller's; read by the controller's.
 */
final class HeapSource implements SignalSource {
    private static final long CONFIRM_SECONDS = 5;
    private static final Logger log = LoggerFactory.getLogger(HeapSource.class);

    private final long limit = Runtime.getRuntime().maxMemory();
    private final NotificationListener listener = (notification, handback) -> collected(notification.getUserData());
    private final List<NotificationEmitter> emitters = new ArrayList<>();
    private final Set<String> heapPools = ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .map(MemoryPoolMXBean::getName)
            .collect(Collectors.toUnmodifiableSet());
    private final IntSupplier connections;
    private volatile State state;
    private double high;
    private long confirmedAt;
    private boolean confirmed;

    /** What was in use after a collection; whether that was of the whole heap, and when the last such was. */
    private record State(long usedAfter, int connections, boolean whole, long wholeAt) {}

    /**
     * A source that has a reading of {@code high} or more confirmed.
     *
     * @param connections how many there are now
     */
    HeapSource(double high, IntSupplier connections) {
        this.high = high;
        this.connections = connections;
        // Switched on in a process that runs already, it must not take the heap for empty until the next collection.
        this.state = new State(afterLastCollections(), connections.getAsInt(), false, System.nanoTime());
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            if (collector instanceof NotificationEmitter emitter) {
                emitter.addNotificationListener(listener, null, null);
                emitters.add(emitter);
            }
        }
    }

    private static long afterLastCollections() {
        long used = 0;
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            MemoryUsage after = pool.getCollectionUsage();
            if (pool.getType() == MemoryType.HEAP && after != null) {
                used += after.getUsed();
            }
        }
        return used;
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
        long endedMillisAgo = ManagementFactory.getRuntimeMXBean().getUptime()
                - info.getGcInfo().getEndTime();
        collected(used, whole, System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(endedMillisAgo));
    }

    private synchronized void collected(long used, boolean whole, long at) {
        if (whole && at - state.wholeAt < 0) {
            // Told late: something newer is known.
            return;
        }
        state = new State(used, connections.getAsInt(), whole, whole ? at : state.wholeAt);
    }

    @Override
    public void highMark(double mark) {
        high = mark;
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
        long used = now.usedAfter + since(now);
        if (used >= high * limit && !now.whole) {
            confirm();
            used = state.usedAfter + since(state);
        }
        return Optional.of(new Reading(Signal.HEAP, used, limit));
    }

    private long since(State then) {
        return Math.max(0L, connections.getAsInt() - then.connections) * Relay.FIXED_COST_BYTES;
    }

    /** Collects the whole heap, if that was not done lately and the JVM does it. */
    private void confirm() {
        long now = System.nanoTime();
        if (confirmed && now - confirmedAt < TimeUnit.SECONDS.toNanos(CONFIRM_SECONDS)) {
            return;
        }
        confirmed = true;
        confirmedAt = now;
        long before = collections();
        System.gc();
        if (collections() == before) {
            log.debug("the JVM did not collect when asked");
            return;
        }
        Runtime runtime = Runtime.getRuntime();
        long used = runtime.totalMemory() - runtime.freeMemory();
        log.info(
                "heap: {} bytes of {} in use after a partial collection, {} after a whole one",
                state.usedAfter,
                limit,
                used);
        collected(used, true, System.nanoTime());
    }

    private static long collections() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionCount)
                .sum();
    }

    @Override
    public void settle() {
        confirm();
    }

    @Override
    public Optional<String> unavailable() {
        return emitters.isEmpty() ? Optional.of("this JVM does not tell when it has collected") : Optional.empty();
    }

    @Override
    public long foundOutAt() {
        return state.wholeAt;
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
