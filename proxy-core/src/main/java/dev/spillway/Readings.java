package dev.spillway;

import dev.spillway.control.FloodView;
import dev.spillway.control.PressureView;
import dev.spillway.listener.Listener;
import dev.spillway.listener.ListenerView;
import dev.spillway.pressure.Signal;
import dev.spillway.pressure.Watermarks;
import dev.spillway.prune.Forecast;
import dev.spillway.prune.Guilt;
import dev.spillway.prune.KillRecord;
import dev.spillway.relay.ConnectionOrder;
import dev.spillway.relay.ConnectionView;
import dev.spillway.relay.RelayCounts;
import dev.spillway.relay.SamplingView;
import dev.spillway.security.NetworkMap;
import dev.spillway.security.SecuritySettings;
import dev.spillway.syngate.SynGateView;
import dev.spillway.transport.TransportKind;
import dev.spillway.upstream.Upstream;
import dev.spillway.upstream.UpstreamView;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.SingleThreadEventExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** What may be read off a running proxy, for whoever watches. Any thread. */
abstract class Readings implements ProxyView {
    final Rooms rooms;

    Readings(Rooms rooms) {
        this.rooms = rooms;
    }

    /** The settings in force, but for security: see {@link #security()}. */
    public ProxySettings settings() {
        return rooms.settings();
    }

    @Override
    public TransportKind transport() {
        return rooms.transport().kind();
    }

    @Override
    public String transportReason() {
        return rooms.transport().reason();
    }

    @Override
    public int threads() {
        return rooms.transport().loops().size();
    }

    @Override
    public SecuritySettings security() {
        return rooms.security().get();
    }

    @Override
    public NetworkMap network() {
        return rooms.network().map();
    }

    @Override
    public PressureView pressure() {
        return rooms.controller().view();
    }

    @Override
    public FloodView flood() {
        return rooms.floods().view();
    }

    @Override
    public Map<Signal, Watermarks> watermarks() {
        return rooms.settings().pressure().watermarks();
    }

    @Override
    public List<ListenerView> listeners() {
        return rooms.listeners().all().stream().map(Listener::view).toList();
    }

    @Override
    public List<UpstreamView> upstreams() {
        return rooms.upstreams().all().stream().map(Upstream::view).toList();
    }

    @Override
    public RelayCounts relays() {
        return rooms.relays().counts();
    }

    @Override
    public List<ConnectionView> connections(int limit) {
        return connections(ConnectionOrder.COST, limit);
    }

    @Override
    public List<ConnectionView> connections(ConnectionOrder by, int limit) {
        return rooms.relays().views(by, limit);
    }

    @Override
    public Forecast forecast(Optional<Signal> signal, OptionalDouble level) {
        return rooms.controller().forecast(signal, level);
    }

    @Override
    public List<KillRecord> kills(int limit) {
        return rooms.controller().kills(limit);
    }

    @Override
    public Map<Guilt, Long> closedByGuilt() {
        return rooms.controller().closedByGuilt();
    }

    @Override
    public SamplingView sampling() {
        return rooms.relays().sampling();
    }

    @Override
    public long kernelBytes() {
        return rooms.relays().kernelBytes();
    }

    @Override
    public String synGate() {
        return rooms.gate().kind();
    }

    @Override
    public SynGateView synGateView() {
        return rooms.gate().view();
    }

    @Override
    public int maxConnections() {
        return rooms.settings().limits().maxConnections();
    }

    @Override
    public List<Integer> pendingTasks() {
        List<Integer> pending = new ArrayList<>();
        for (EventLoop loop : rooms.transport().loops()) {
            pending.add(loop instanceof SingleThreadEventExecutor single ? single.pendingTasks() : 0);
        }
        return pending;
    }

    @Override
    public long controllerCpuNanos() {
        return rooms.controller().cpuNanos();
    }

    @Override
    public long controllerFailures() {
        return rooms.controller().failures();
    }

    @Override
    public long poolBytes() {
        return rooms.relays().pool().takenBytes();
    }

    @Override
    public ByteBufAllocatorMetricProvider bufferPool() {
        return rooms.relays().pool().meters();
    }
}
