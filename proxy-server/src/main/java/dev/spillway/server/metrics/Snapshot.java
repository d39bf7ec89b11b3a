package dev.spillway.server.metrics;

import dev.spillway.ProxyView;
import dev.spillway.control.FloodView;
import dev.spillway.control.PressureView;
import dev.spillway.listener.ListenerView;
import dev.spillway.pressure.Signal;
import dev.spillway.pressure.Watermarks;
import dev.spillway.relay.RelayCounts;
import dev.spillway.relay.SamplingView;
import dev.spillway.security.SecuritySettings;
import dev.spillway.server.events.EventId;
import dev.spillway.server.events.EventLog;
import dev.spillway.syngate.SynGateView;
import dev.spillway.upstream.UpstreamView;
import java.util.List;
import java.util.Map;

/** What all meters of one scrape are read from: the proxy is asked once, not once a meter. */
record Snapshot(
        ProxyView proxy,
        ProxyView.State state,
        SecuritySettings security,
        PressureView pressure,
        FloodView flood,
        SamplingView sampling,
        Map<Signal, Watermarks> watermarks,
        List<ListenerView> listeners,
        List<UpstreamView> upstreams,
        RelayCounts relays,
        SynGateView synGate,
        List<Integer> pendingTasks,
        Map<EventId, Long> events,
        long droppedLines,
        long eventFileFailures,
        long droppedFileLines,
        AdminTraffic admin) {
    static Snapshot of(ProxyView proxy, EventLog events, AdminTraffic admin) {
        return new Snapshot(
                proxy,
                proxy.state(),
                proxy.security(),
                proxy.pressure(),
                proxy.flood(),
                proxy.sampling(),
                proxy.watermarks(),
                proxy.listeners(),
                proxy.upstreams(),
                proxy.relays(),
                proxy.synGateView(),
                proxy.pendingTasks(),
                events.counts(),
                events.droppedLines(),
                events.fileFailures(),
                events.droppedFileLines(),
                admin);
    }
}
