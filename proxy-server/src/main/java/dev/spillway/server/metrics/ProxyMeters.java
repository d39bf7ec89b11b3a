package dev.spillway.server.metrics;

import static dev.spillway.server.metrics.MeterSource.flag;
import static dev.spillway.server.metrics.MeterSource.perListener;
import static dev.spillway.server.metrics.MeterSource.perUpstream;
import static dev.spillway.server.metrics.SpillwayMeter.counter;
import static dev.spillway.server.metrics.SpillwayMeter.gauge;

import dev.spillway.ProxyView.State;
import dev.spillway.listener.ListenerView;
import dev.spillway.upstream.UpstreamView;
import java.util.List;

/** Meters of the proxy as a whole: its state, its security settings, its connections, listeners and pools. */
final class ProxyMeters {
    private ProxyMeters() {}

    /** In the order of the documentation. */
    static final List<SpillwayMeter> ALL = List.of(
            gauge(
                    "spillway.state",
                    "1 or 0",
                    "1 for the state the proxy is in.",
                    List.of("state"),
                    MeterSource::states),
            gauge(
                    "spillway.ready",
                    "1 or 0",
                    "1 while the proxy takes connections, as /health/ready.",
                    s -> flag(s.state() == State.RUNNING)),
            gauge(
                    "spillway.transport",
                    "1",
                    "Always 1; the transport in use and why.",
                    List.of("transport", "reason"),
                    (s, out) ->
                            out.row(1, s.proxy().transport().label(), s.proxy().transportReason())),
            gauge(
                    "spillway.security.mpp",
                    "1 or 0",
                    "1 while MPP is on for new connections.",
                    s -> flag(s.security().mppOn())),
            gauge(
                    "spillway.security.mpp.dry.run",
                    "1 or 0",
                    "1 while MPP only records whom it would close or refuse.",
                    s -> flag(s.security().mppOn() && s.security().dryRun())),
            gauge(
                    "spillway.security.profiles",
                    "1 or 0",
                    "1 while Profiles is on for new connections.",
                    s -> flag(s.security().profilesOn())),
            gauge(
                    "spillway.security.exempt.ports",
                    "ports",
                    "Ports that are exempt from MPP for new connections.",
                    MeterSource::exemptPorts),
            gauge(
                    "spillway.security.generation",
                    "generation",
                    "Number of the security settings in force; 1 at the start.",
                    s -> s.security().generation()),
            gauge(
                    "spillway.connections.active",
                    "connections",
                    "Connections open now.",
                    s -> s.relays().active()),
            gauge(
                    "spillway.connections.eligible",
                    "connections",
                    "Connections open now that MPP may close.",
                    s -> s.relays().activeEligible()),
            gauge(
                    "spillway.connections.lingering",
                    "connections",
                    "Connections whose both directions have ended, while the kernel holds much that a peer has not taken.",
                    s -> s.relays().lingering()),
            gauge(
                    "spillway.connections.limit",
                    "connections",
                    "Most connections there may be.",
                    s -> s.proxy().maxConnections()),
            gauge(
                    "spillway.connections.half.open",
                    "connections",
                    "Connections open now that MPP may close and whose client has said nothing yet.",
                    s -> s.relays().room().halfOpen()),
            gauge(
                    "spillway.connections.half.open.limit",
                    "connections",
                    "Most of those there may be; beyond it the oldest makes room.",
                    s -> s.relays().room().mostHalfOpen()),
            counter(
                    "spillway.connections.made.room",
                    "connections",
                    "Silent connections closed so that newcomers found room, by what there was too little of.",
                    List.of("shortage"),
                    MeterSource::madeRoom),
            counter(
                    "spillway.connections.closed",
                    "connections",
                    "Connections that ended, by reason.",
                    List.of("reason"),
                    MeterSource::closedByReason),
            gauge(
                    "spillway.connections.stale",
                    "connections",
                    "Connections whose cost and progress were not looked at for two seconds though they may have changed.",
                    s -> s.sampling().stale()),
            gauge(
                    "spillway.connections.held.back",
                    "connections",
                    "Connections that are not read now because they take most while pressure grows.",
                    s -> s.pressure().heldBack()),
            gauge(
                    "spillway.connections.timeout.scale",
                    "ratio",
                    "What idle and first-byte timeouts of eligible connections are multiplied by now; below 1 while pressure grows.",
                    s -> s.relays().timeoutScale()),
            counter(
                    "spillway.listener.accepted",
                    "connections",
                    "Connections taken by a listener.",
                    List.of("listener"),
                    perListener(ListenerView::accepted)),
            gauge(
                    "spillway.listener.active",
                    "connections",
                    "Connections of a listener that are open now.",
                    List.of("listener"),
                    perListener(ListenerView::active)),
            gauge(
                    "spillway.listener.accepting",
                    "1 or 0",
                    "1 while a listener takes connections; 0 while the SYN gate is shut, it is full, or the proxy drains.",
                    List.of("listener"),
                    perListener(listener -> flag(listener.accepting()))),
            gauge(
                    "spillway.listener.eligible",
                    "1 or 0",
                    "1 if MPP may act on new connections of a listener; standing says why not.",
                    List.of("listener", "standing"),
                    MeterSource::eligibleListeners),
            counter(
                    "spillway.listener.refused",
                    "connections",
                    "New connections that a listener turned away, by reason.",
                    List.of("listener", "reason"),
                    MeterSource::refusedByReason),
            counter(
                    "spillway.upstream.connected",
                    "connections",
                    "Connections made to an upstream.",
                    List.of("upstream"),
                    perUpstream(UpstreamView::connected)),
            counter(
                    "spillway.upstream.failed",
                    "attempts",
                    "Attempts to connect to an upstream that failed.",
                    List.of("upstream"),
                    perUpstream(UpstreamView::failed)),
            gauge(
                    "spillway.upstream.server.up",
                    "1 or 0",
                    "0 while a server is passed over because it could not be connected.",
                    List.of("upstream", "server", "address"),
                    MeterSource::serversUp));
}
