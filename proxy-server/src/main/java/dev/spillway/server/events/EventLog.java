package dev.spillway.server.events;

import dev.spillway.control.ControlEvent;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * Remembers what happened and has it logged.
 *
 * <p>What is kept is bounded twice: epochs, of which a long episode has thousands, have a ring of their own, so that they
 * can't push out how the episode began or that it closed connections. What is logged is bounded by {@link LogLines}. Any
 * thread may call any method; none of them waits for a disk or a pipe, so that the controller may call them too.
 */
public final class EventLog implements Consumer<ControlEvent>, AutoCloseable {
    /** Most epochs that are kept; the latest are the ones that matter. */
    private static final int MAX_EPOCHS = 256;

    private final Clock clock;
    private final int history;
    private final int epochHistory;
    private final LogLines lines;

    // Guarded by this.
    private final Deque<LoggedEvent> events = new ArrayDeque<>();
    private final Deque<LoggedEvent> epochs = new ArrayDeque<>();
    private final Map<EventId, Long> counts = new EnumMap<>(EventId.class);
    private long sequence;

    /** Starts the thread that writes the log lines; {@link #close} ends it. */
    public EventLog(EventSettings settings) {
        this(settings, Clock.systemUTC(), System::nanoTime);
    }

    EventLog(EventSettings settings, Clock clock, LongSupplier nanos) {
        this.clock = clock;
        this.history = settings.history();
        this.epochHistory = Math.min(settings.history(), MAX_EPOCHS);
        for (EventId id : EventId.values()) {
            counts.put(id, 0L);
        }
        this.lines = LogLines.start(nanos);
    }

    /** Records what the control loop tells. */
    @Override
    public void accept(ControlEvent event) {
        record(PressureEvents.of(event));
    }

    /** Records anything else, as the {@link LifecycleEvents}. */
    public void record(Event event) {
        LoggedEvent logged;
        synchronized (this) {
            logged = new LoggedEvent(++sequence, clock.instant(), event);
            counts.merge(event.id(), 1L, Long::sum);
            boolean epoch = event.id() == EventId.EPOCH_STARTED;
            Deque<LoggedEvent> ring = epoch ? epochs : events;
            if (ring.size() == (epoch ? epochHistory : history)) {
                ring.removeFirst();
            }
            ring.addLast(logged);
            // Inside the lock, so that lines are in the order of their numbers; it never waits.
            lines.offer(logged);
        }
    }

    /**
     * The newest events, oldest first.
     *
     * @param limit how many at most; positive
     */
    public synchronized EventPage latest(int limit) {
        List<LoggedEvent> kept = kept(0).toList();
        List<LoggedEvent> page = kept.subList(Math.max(0, kept.size() - limit), kept.size());
        return new EventPage(List.copyOf(page), sequence, 0);
    }

    /**
     * What came after event number {@code since}, oldest first. A number this process has not come to is from before a
     * restart, and everything that is kept is the answer.
     *
     * @param since the last number already seen, or 0
     * @param limit how many at most; positive
     */
    public synchronized EventPage since(long since, int limit) {
        long after = since > sequence ? 0 : since;
        List<LoggedEvent> kept = kept(after).toList();
        long missed = sequence - after - kept.size();
        return new EventPage(List.copyOf(kept.subList(0, Math.min(limit, kept.size()))), sequence, missed);
    }

    /** How many there have been of each kind; every kind is there. */
    public synchronized Map<EventId, Long> counts() {
        return new EnumMap<>(counts);
    }

    /** Log lines that were dropped because whoever takes them could not follow. The events are kept all the same. */
    public long droppedLines() {
        return lines.dropped();
    }

    /** Writes the lines that wait, for a few seconds at most, and ends the thread. Idempotent. */
    @Override
    public void close() {
        lines.close();
    }

    private Stream<LoggedEvent> kept(long after) {
        return Stream.concat(events.stream(), epochs.stream())
                .filter(logged -> logged.sequence() > after)
                .sorted(Comparator.comparingLong(LoggedEvent::sequence));
    }
}
