package dev.spillway.server.metrics;

import static dev.spillway.server.metrics.SpillwayMeter.counter;
import static dev.spillway.server.metrics.SpillwayMeter.gauge;

import dev.spillway.signal.DirectMemory;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Meters of threads, direct memory, events and the admin plane. */
final class PlaneMeters {
    private PlaneMeters() {}

    /** In the order of the documentation. */
    static final List<SpillwayMeter> ALL = List.of(
            gauge(
                    "spillway.event.loop.pending",
                    "tasks",
                    "Tasks that wait for an event loop; a loop that is behind shows here.",
                    List.of("loop"),
                    MeterSource::pendingTasks),
            counter(
                    "spillway.controller.cpu",
                    "seconds",
                    "CPU time the controller used.",
                    s -> (double) s.proxy().controllerCpuNanos() / TimeUnit.SECONDS.toNanos(1)),
            counter(
                    "spillway.controller.failures",
                    "turns",
                    "Turns of the controller that failed; the log has why.",
                    s -> s.proxy().controllerFailures()),
            gauge(
                    "spillway.direct.taken",
                    "bytes",
                    "Direct memory taken from the system, in use or kept for reuse.",
                    s -> MeterSource.directTaken()),
            gauge("spillway.direct.limit", "bytes", "Direct memory there may be.", s -> DirectMemory.limit()),
            counter(
                    "spillway.events",
                    "events",
                    "Events of the event log, by id.",
                    List.of("event", "name"),
                    MeterSource::eventsById),
            counter(
                    "spillway.event.lines.dropped",
                    "lines",
                    "Log lines of events that were dropped because the log could not follow.",
                    Snapshot::droppedLines),
            counter(
                    "spillway.event.file.failures",
                    "attempts",
                    "Attempts to open, write or rotate the event file that failed.",
                    Snapshot::eventFileFailures),
            counter(
                    "spillway.event.file.lines.dropped",
                    "lines",
                    "Lines that the event file does not have because it could not be written or could not follow.",
                    Snapshot::droppedFileLines),
            gauge(
                    "spillway.admin.connections",
                    "connections",
                    "Connections to the admin plane that are open now.",
                    s -> s.admin().open()),
            gauge(
                    "spillway.admin.bodies",
                    "bytes",
                    "Heap that bodies of requests to the admin plane take now.",
                    s -> s.admin().bodyBytes()),
            counter(
                    "spillway.admin.answers",
                    "answers",
                    "Answers of the admin plane, by class of status.",
                    List.of("status"),
                    MeterSource::adminAnswers),
            counter(
                    "spillway.admin.refused",
                    "times",
                    "Connections and requests that the admin plane turned away, by reason.",
                    List.of("reason"),
                    MeterSource::adminRefusals));
}
