package dev.spillway.server.events;

import dev.spillway.control.ControlEvent;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Remembers what happened, has it logged and, if asked to, kept on disk.
 *
 * <p>What is kept is bounded twice: epochs, of which a long episode has thousands, have a ring of their own, so that they
 * can't push out how the episode began or that it closed connections. Log lines and file have a bounded queue and a thread
 * each ({@link EventWriter}), so that neither holds up the other. Any thread may call any method; none but {@link #close}
 * waits for a disk or a pipe, so that the controller may call them too.
 */
public final class EventLog implements Consumer<ControlEvent>, AutoCloseable {
    /** Most epochs that are kept; the latest are the ones that matter. */
    private static final int MAX_EPOCHS = 256;

    private final Clock clock;
    private final int history;
    private final int epochHistory;
    private final EventWriter lines;
    private final Optional<EventFile> file;
    private final Optional<EventWriter> fileLines;

    // Guarded by this.
    private final Deque<LoggedEvent> events = new ArrayDeque<>();
    private final Deque<LoggedEvent> epochs = new ArrayDeque<>();
    private final Map<EventId, Long> counts = new EnumMap<>(EventId.class);
    private long sequence;

    /** Starts the threads that write; {@link #close} ends them. A file that can't be opened is tried again by its own. */
    public EventLog(EventSettings settings) {
        this(settings, Clock.systemUTC(), System::nanoTime);
    }

    EventLog(EventSettings settings, Clock clock, LongSupplier nanos) {
        this(settings, clock, nanos, settings.file().map(where -> new EventFile(where, run(clock), nanos)));
    }

    EventLog(EventSettings settings, Clock clock, LongSupplier nanos, Optional<EventFile> file) {
        this.clock = clock;
        this.history = settings.history();
        this.epochHistory = Math.min(settings.history(), MAX_EPOCHS);
        for (EventId id : EventId.values()) {
            counts.put(id, 0L);
        }
        this.lines = EventWriter.start("spillway-events", new LogLines(), nanos);
        this.file = file;
        this.fileLines = file.map(outlet -> EventWriter.start("spillway-event-file", outlet, nanos));
    }

    /** Tells processes apart that write to one file one after the other: when it started, and its number. */
    private static String run(Clock clock) {
        return clock.instant() + "/" + ProcessHandle.current().pid();
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
            // Inside the lock, so that lines are in the order of their numbers; it never waits for whoever writes.
            lines.offer(logged);
            if (fileLines.isPresent()) {
                fileLines.get().offer(logged);
            }
        }
    }

    /**
     * The newest events, oldest first.
     *
     * @param limit how many at most; positive
     */
    public EventPage latest(int limit) {
        return latest(limit, every -> true);
    }

    /**
     * The newest of the events that {@code wanted} takes, oldest first.
     *
     * @param limit how many at most; positive
     */
    public synchronized EventPage latest(int limit, Predicate<Event> wanted) {
        List<LoggedEvent> kept =
                kept(0).filter(logged -> wanted.test(logged.event())).toList();
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
    public EventPage since(long since, int limit) {
        return since(since, limit, every -> true);
    }

    /**
     * Those of them that {@code wanted} takes. How many are missed counts all, since nobody knows what those were.
     *
     * @param since the last number already seen, or 0
     * @param limit how many at most; positive
     */
    public synchronized EventPage since(long since, int limit, Predicate<Event> wanted) {
        long after = since > sequence ? 0 : since;
        List<LoggedEvent> kept = kept(after).toList();
        long missed = sequence - after - kept.size();
        return new EventPage(
                kept.stream()
                        .filter(logged -> wanted.test(logged.event()))
                        .limit(limit)
                        .toList(),
                sequence,
                missed);
    }

    /** How many there have been of each kind; every kind is there. */
    public synchronized Map<EventId, Long> counts() {
        return new EnumMap<>(counts);
    }

    /** Log lines that were dropped because whoever takes them could not follow. The events are kept all the same. */
    public long droppedLines() {
        return lines.dropped();
    }

    /** Attempts to open, write or rotate the event file that failed; 0 if there is none. */
    public long fileFailures() {
        return file.map(EventFile::failures).orElse(0L);
    }

    /** Lines the event file does not have, because it could not follow or could not be written; 0 if there is none. */
    public long droppedFileLines() {
        return fileLines.map(EventWriter::dropped).orElse(0L);
    }

    /** Writes the lines that wait, for a few seconds at most, and ends the threads. Idempotent. */
    @Override
    public void close() {
        // Both come to their end at the same time.
        lines.finish();
        fileLines.ifPresent(EventWriter::finish);
        lines.close();
        fileLines.ifPresent(EventWriter::close);
    }

    private Stream<LoggedEvent> kept(long after) {
        return Stream.concat(events.stream(), epochs.stream())
                .filter(logged -> logged.sequence() > after)
                .sorted(Comparator.comparingLong(LoggedEvent::sequence));
    }
}
