package dev.spillway.server.events;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Makes two events of any number of connections that a rate limit turned away: one when a bout begins, and one when it
 * has been over for {@value #QUIET_SECONDS} seconds. Sources have bouts of their own, {@value #MOST_SOURCES} at a time; all
 * others of a listener share one, so that an attack from everywhere is a handful of events too.
 *
 * <p>Any thread, but it takes a lock: whoever counts on event loops brings the sum now and then.
 */
public final class RateLimitBouts implements AutoCloseable {
    /** Most sources that have a bout of their own at a time. */
    public static final int MOST_SOURCES = 16;

    /** Time without a refusal after which a bout is over, in seconds. */
    public static final int QUIET_SECONDS = 10;

    /** The source of the bout of all sources that have none of their own. */
    public static final String OTHER_SOURCES = "other sources";

    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(QUIET_SECONDS);

    private final Consumer<Event> events;
    private final ScheduledExecutorService timer;
    private final LongSupplier nanos;

    // Guarded by this.
    private final Map<Key, Bout> bouts = new LinkedHashMap<>();
    private int sources;
    private boolean scheduled;

    private record Key(LimitKind kind, String listener, String source) {
        boolean namesASource() {
            return !source.isEmpty() && !source.equals(OTHER_SOURCES);
        }
    }

    private static final class Bout {
        private final long began;
        private long last;
        private long refused;

        private Bout(long now) {
            began = now;
        }
    }

    /**
     * @param events takes the events, as {@link EventLog#record}
     * @param timer looks for bouts that are over, once a second while there are any; a task of microseconds
     */
    public RateLimitBouts(Consumer<Event> events, ScheduledExecutorService timer) {
        this(events, timer, System::nanoTime);
    }

    RateLimitBouts(Consumer<Event> events, ScheduledExecutorService timer, LongSupplier nanos) {
        this.events = events;
        this.timer = timer;
        this.nanos = nanos;
    }

    /**
     * A limit turned connections away.
     *
     * @param listener its name
     * @param source the client or prefix; empty for a limit of the whole listener
     * @param count how many since the last call; nothing happens if it is not positive
     */
    public synchronized void refused(LimitKind kind, String listener, String source, long count) {
        if (count <= 0) {
            return;
        }
        long now = nanos.getAsLong();
        Key key = new Key(kind, listener, source);
        if (!bouts.containsKey(key) && key.namesASource() && sources >= MOST_SOURCES) {
            key = new Key(kind, listener, OTHER_SOURCES);
        }
        Bout bout = bouts.get(key);
        if (bout == null) {
            bout = begin(key, now, count);
        }
        bout.refused += count;
        bout.last = now;
        schedule();
    }

    /** Ends every bout, so that what they came to is not lost. */
    @Override
    public synchronized void close() {
        bouts.forEach(this::tellEnd);
        bouts.clear();
        sources = 0;
    }

    private Bout begin(Key key, long now, long count) {
        Bout bout = new Bout(now);
        bouts.put(key, bout);
        sources += key.namesASource() ? 1 : 0;
        events.accept(LimitEvents.hit(key.kind(), key.listener(), key.source(), count));
        return bout;
    }

    private void schedule() {
        if (scheduled) {
            return;
        }
        try {
            timer.schedule(this::sweep, 1, TimeUnit.SECONDS);
            scheduled = true;
        } catch (RejectedExecutionException ending) {
            // The process ends; close tells of the bouts that last.
            scheduled = false;
        }
    }

    private synchronized void sweep() {
        scheduled = false;
        long now = nanos.getAsLong();
        for (Iterator<Map.Entry<Key, Bout>> all = bouts.entrySet().iterator(); all.hasNext(); ) {
            Map.Entry<Key, Bout> each = all.next();
            if (now - each.getValue().last >= QUIET_NANOS) {
                all.remove();
                sources -= each.getKey().namesASource() ? 1 : 0;
                tellEnd(each.getKey(), each.getValue());
            }
        }
        if (!bouts.isEmpty()) {
            schedule();
        }
    }

    private void tellEnd(Key key, Bout bout) {
        events.accept(LimitEvents.ended(
                key.kind(), key.listener(), key.source(), bout.refused, Duration.ofNanos(bout.last - bout.began)));
    }
}
