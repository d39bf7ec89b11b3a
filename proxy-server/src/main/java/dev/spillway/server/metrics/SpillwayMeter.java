package dev.spillway.server.metrics;

import static dev.spillway.server.metrics.MeterSource.flag;
import static dev.spillway.server.metrics.MeterSource.perListener;
import static dev.spillway.server.metrics.MeterSource.perReading;
import static dev.spillway.server.metrics.MeterSource.perUpstream;
import static dev.spillway.server.metrics.SpillwayMeter.Type.COUNTER;
import static dev.spillway.server.metrics.SpillwayMeter.Type.GAUGE;

import dev.spillway.ProxyView.State;
import dev.spillway.listener.ListenerView;
import dev.spillway.pressure.Reading;
import dev.spillway.signal.DirectMemory;
import dev.spillway.upstream.UpstreamView;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/**
 * Every meter of Spillway's own: name, type, unit, tags, meaning, and how it is read. There is no other list; what is
 * scraped and {@code docs/metrics.md} are both compared with this one by a test.
 */
enum SpillwayMeter {
    STATE("spillway.state", GAUGE, "1 or 0", "1 for the state the proxy is in.", List.of("state"), MeterSource::states),
    READY(
            "spillway.ready",
            GAUGE,
            "1 or 0",
            "1 while the proxy takes connections, as /health/ready.",
            s -> flag(s.state() == State.RUNNING)),
    TRANSPORT(
            "spillway.transport",
            GAUGE,
            "1",
            "Always 1; the transport in use and why.",
            List.of("transport", "reason"),
            (s, out) -> out.row(1, s.proxy().transport().label(), s.proxy().transportReason())),
    SYN_GATE(
            "spillway.syn.gate",
            GAUGE,
            "1",
            "Always 1; the kind of SYN gate in use.",
            List.of("gate"),
            (s, out) -> out.row(1, s.proxy().synGate())),
    SECURITY_MPP(
            "spillway.security.mpp",
            GAUGE,
            "1 or 0",
            "1 while MPP is on for new connections.",
            s -> flag(s.security().mppOn())),
    SECURITY_PROFILES(
            "spillway.security.profiles",
            GAUGE,
            "1 or 0",
            "1 while Profiles is on for new connections.",
            s -> flag(s.security().profilesOn())),
    SECURITY_EXEMPT_PORTS(
            "spillway.security.exempt.ports",
            GAUGE,
            "ports",
            "Ports that are exempt from MPP for new connections.",
            MeterSource::exemptPorts),
    SECURITY_GENERATION(
            "spillway.security.generation",
            GAUGE,
            "generation",
            "Number of the security settings in force; 1 at the start.",
            s -> s.security().generation()),
    CONNECTIONS_ACTIVE(
            "spillway.connections.active",
            GAUGE,
            "connections",
            "Connections open now.",
            s -> s.relays().active()),
    CONNECTIONS_ELIGIBLE(
            "spillway.connections.eligible",
            GAUGE,
            "connections",
            "Connections open now that MPP may close.",
            s -> s.relays().activeEligible()),
    CONNECTIONS_LIMIT(
            "spillway.connections.limit",
            GAUGE,
            "connections",
            "Most connections there may be.",
            s -> s.proxy().maxConnections()),
    CONNECTIONS_CLOSED(
            "spillway.connections.closed",
            COUNTER,
            "connections",
            "Connections that ended, by reason.",
            List.of("reason"),
            MeterSource::closedByReason),
    LISTENER_ACCEPTED(
            "spillway.listener.accepted",
            COUNTER,
            "connections",
            "Connections taken by a listener.",
            List.of("listener"),
            perListener(ListenerView::accepted)),
    LISTENER_ACTIVE(
            "spillway.listener.active",
            GAUGE,
            "connections",
            "Connections of a listener that are open now.",
            List.of("listener"),
            perListener(ListenerView::active)),
    LISTENER_ACCEPTING(
            "spillway.listener.accepting",
            GAUGE,
            "1 or 0",
            "1 while a listener takes connections; 0 while the SYN gate is shut, it is full, or the proxy drains.",
            List.of("listener"),
            perListener(listener -> flag(listener.accepting()))),
    LISTENER_ELIGIBLE(
            "spillway.listener.eligible",
            GAUGE,
            "1 or 0",
            "1 if MPP may act on new connections of a listener; standing says why not.",
            List.of("listener", "standing"),
            MeterSource::eligibleListeners),
    LISTENER_REFUSED(
            "spillway.listener.refused",
            COUNTER,
            "connections",
            "New connections that a listener turned away, by reason.",
            List.of("listener", "reason"),
            MeterSource::refusedByReason),
    RELAY_HELD(
            "spillway.relay.held",
            GAUGE,
            "bytes",
            "What the buffers of all connections take now.",
            s -> s.relays().heldBytes()),
    RELAY_BUDGET(
            "spillway.relay.budget",
            GAUGE,
            "bytes",
            "What they may take at most.",
            s -> s.relays().budgetBytes()),
    RELAY_POOL(
            "spillway.relay.pool",
            GAUGE,
            "bytes",
            "Direct memory that the buffers' pool took from the system, in use or kept for reuse.",
            s -> s.proxy().poolBytes()),
    RELAY_SHORT_READS(
            "spillway.relay.short.reads",
            COUNTER,
            "reads",
            "Reads that had to do with a smaller buffer because the budget was spent.",
            s -> s.relays().shortReads()),
    RELAY_RECEIVED(
            "spillway.relay.received",
            COUNTER,
            "bytes",
            "Bytes read from clients.",
            s -> s.relays().receivedBytes()),
    RELAY_SENT(
            "spillway.relay.sent",
            COUNTER,
            "bytes",
            "Bytes written to clients.",
            s -> s.relays().sentBytes()),
    UPSTREAM_CONNECTED(
            "spillway.upstream.connected",
            COUNTER,
            "connections",
            "Connections made to an upstream.",
            List.of("upstream"),
            perUpstream(UpstreamView::connected)),
    UPSTREAM_FAILED(
            "spillway.upstream.failed",
            COUNTER,
            "attempts",
            "Attempts to connect to an upstream that failed.",
            List.of("upstream"),
            perUpstream(UpstreamView::failed)),
    UPSTREAM_SERVER_UP(
            "spillway.upstream.server.up",
            GAUGE,
            "1 or 0",
            "0 while a server is passed over because it could not be connected.",
            List.of("upstream", "server", "address"),
            MeterSource::serversUp),
    PRESSURE_LEVEL(
            "spillway.pressure.level",
            GAUGE,
            "ratio",
            "Share of a signal's limit in use, 0 upward.",
            List.of("signal"),
            perReading(Reading::level)),
    PRESSURE_USED(
            "spillway.pressure.used",
            GAUGE,
            "the signal's",
            "How much of a signal is in use.",
            List.of("signal"),
            perReading(Reading::used)),
    PRESSURE_LIMIT(
            "spillway.pressure.limit",
            GAUGE,
            "the signal's",
            "How much of a signal there is.",
            List.of("signal"),
            perReading(Reading::limit)),
    PRESSURE_WATERMARK(
            "spillway.pressure.watermark",
            GAUGE,
            "ratio",
            "The marks a signal's level is held against: low, reentry, high.",
            List.of("signal", "mark"),
            MeterSource::watermarks),
    PRESSURE_AVAILABLE(
            "spillway.pressure.available",
            GAUGE,
            "1 or 0",
            "1 if a signal is watched and was read; 0 if it is switched off or can't be read here.",
            List.of("signal"),
            MeterSource::availableSignals),
    PRESSURE_POSITION(
            "spillway.pressure.position",
            GAUGE,
            "ratio",
            "Where the worst signal stands: 0 at its low mark, 1 at its high one.",
            List.of("signal"),
            MeterSource::position),
    SYN_DROP_RATE(
            "spillway.syn.drop.rate",
            GAUGE,
            "ratio",
            "SynDropRate: chance of a new connection to an eligible listener to be refused.",
            s -> s.pressure().rates().synDrop()),
    KILL_RATE(
            "spillway.kill.rate",
            GAUGE,
            "ratio",
            "TcbKillRate: share of the excess that this epoch is to free.",
            s -> s.pressure().rates().kill()),
    EPISODE(
            "spillway.episode",
            GAUGE,
            "number",
            "Number of the running episode; 0 in calm.",
            s -> s.pressure().episode()),
    EPOCH(
            "spillway.epoch",
            GAUGE,
            "number",
            "Number of the running epoch in its episode; 0 in calm.",
            s -> s.pressure().epoch()),
    EPISODES(
            "spillway.episodes",
            COUNTER,
            "episodes",
            "Episodes so far.",
            s -> s.pressure().episodes()),
    EPOCHS(
            "spillway.epochs",
            COUNTER,
            "epochs",
            "Epochs so far.",
            s -> s.pressure().epochs()),
    PRUNED(
            "spillway.pruned",
            COUNTER,
            "connections",
            "Connections that MPP closed.",
            s -> s.pressure().closed()),
    PRUNED_BYTES(
            "spillway.pruned.cost",
            COUNTER,
            "bytes",
            "What those connections had cost in user space.",
            s -> s.pressure().freedBytes()),
    EVENT_LOOP_PENDING(
            "spillway.event.loop.pending",
            GAUGE,
            "tasks",
            "Tasks that wait for an event loop; a loop that is behind shows here.",
            List.of("loop"),
            MeterSource::pendingTasks),
    CONTROLLER_CPU(
            "spillway.controller.cpu",
            COUNTER,
            "seconds",
            "CPU time the controller used.",
            s -> (double) s.proxy().controllerCpuNanos() / TimeUnit.SECONDS.toNanos(1)),
    CONTROLLER_FAILURES(
            "spillway.controller.failures",
            COUNTER,
            "turns",
            "Turns of the controller that failed; the log has why.",
            s -> s.proxy().controllerFailures()),
    DIRECT_TAKEN(
            "spillway.direct.taken",
            GAUGE,
            "bytes",
            "Direct memory taken from the system, in use or kept for reuse.",
            s -> MeterSource.directTaken()),
    DIRECT_LIMIT("spillway.direct.limit", GAUGE, "bytes", "Direct memory there may be.", s -> DirectMemory.limit()),
    EVENTS(
            "spillway.events",
            COUNTER,
            "events",
            "Events of the event log, by id.",
            List.of("event", "name"),
            MeterSource::eventsById),
    EVENT_LINES_DROPPED(
            "spillway.event.lines.dropped",
            COUNTER,
            "lines",
            "Log lines of events that were dropped because the log could not follow.",
            Snapshot::droppedLines),
    EVENT_FILE_FAILURES(
            "spillway.event.file.failures",
            COUNTER,
            "attempts",
            "Attempts to open, write or rotate the event file that failed.",
            Snapshot::eventFileFailures),
    EVENT_FILE_LINES_DROPPED(
            "spillway.event.file.lines.dropped",
            COUNTER,
            "lines",
            "Lines that the event file does not have because it could not be written or could not follow.",
            Snapshot::droppedFileLines),
    ADMIN_CONNECTIONS(
            "spillway.admin.connections",
            GAUGE,
            "connections",
            "Connections to the admin plane that are open now.",
            s -> s.admin().open()),
    ADMIN_BODIES(
            "spillway.admin.bodies",
            GAUGE,
            "bytes",
            "Heap that bodies of requests to the admin plane take now.",
            s -> s.admin().bodyBytes()),
    ADMIN_ANSWERS(
            "spillway.admin.answers",
            COUNTER,
            "answers",
            "Answers of the admin plane, by class of status.",
            List.of("status"),
            MeterSource::adminAnswers),
    ADMIN_REFUSED(
            "spillway.admin.refused",
            COUNTER,
            "times",
            "Connections and requests that the admin plane turned away, by reason.",
            List.of("reason"),
            MeterSource::adminRefusals);

    /** What kind of figure it is. */
    enum Type {
        COUNTER,
        GAUGE
    }

    private final String id;
    private final Type type;
    private final String unit;
    private final String description;
    private final List<String> tags;
    private final MeterSource source;

    SpillwayMeter(String id, Type type, String unit, String description, ToDoubleFunction<Snapshot> value) {
        this(id, type, unit, description, List.of(), (s, out) -> out.row(value.applyAsDouble(s)));
    }

    SpillwayMeter(String id, Type type, String unit, String description, List<String> tags, MeterSource source) {
        this.id = id;
        this.type = type;
        this.unit = unit;
        this.description = description;
        this.tags = tags;
        this.source = source;
    }

    /** Micrometer's name. */
    String id() {
        return id;
    }

    Type type() {
        return type;
    }

    /** What is counted, for the reader. */
    String unit() {
        return unit;
    }

    /** Whether the unit is one that Prometheus wants in the name. */
    boolean unitInName() {
        return unit.equals("bytes") || unit.equals("seconds");
    }

    /** The name in the scraped text and in queries. */
    String prometheusName() {
        return id.replace('.', '_') + (unitInName() ? "_" + unit : "") + (type == COUNTER ? "_total" : "");
    }

    String description() {
        return description;
    }

    List<String> tags() {
        return tags;
    }

    void read(Snapshot snapshot, MeterSource.Rows rows) {
        source.read(snapshot, rows);
    }
}
