package dev.spillway;

import dev.spillway.connection.RefusalReason;
import dev.spillway.control.ControlEvent;
import dev.spillway.control.Controller;
import dev.spillway.control.PressureView;
import dev.spillway.listener.AdmissionPolicy;
import dev.spillway.listener.Listener;
import dev.spillway.listener.ListenerSettings;
import dev.spillway.listener.ListenerView;
import dev.spillway.pressure.Signal;
import dev.spillway.pressure.Watermarks;
import dev.spillway.prune.Pruner;
import dev.spillway.relay.ConnectionView;
import dev.spillway.relay.RelayCounts;
import dev.spillway.relay.Relays;
import dev.spillway.security.NetworkMap;
import dev.spillway.security.SecuritySettings;
import dev.spillway.security.Surroundings;
import dev.spillway.signal.SignalSources;
import dev.spillway.syngate.AcceptGate;
import dev.spillway.syngate.SynGate;
import dev.spillway.syngate.SynGateSettings.Refusal;
import dev.spillway.transport.Transport;
import dev.spillway.transport.TransportKind;
import dev.spillway.transport.TransportUnavailable;
import dev.spillway.upstream.Resolver;
import dev.spillway.upstream.Upstream;
import dev.spillway.upstream.UpstreamView;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.SingleThreadEventExecutor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running proxy: the composition of all rooms, and the owner of their threads and sockets. Methods may be called on any
 * thread but an event loop of its own.
 */
public final class Proxy implements ProxyView, AutoCloseable {
    private static final long CLOSE_MILLIS = 5_000;
    private static final Logger log = LoggerFactory.getLogger(Proxy.class);

    private final ProxySettings settings;
    private final Transport transport;
    private final Relays relays;
    private final List<Upstream> upstreams;
    private final Resolver resolver;
    private final List<Listener> listeners;
    private final SynGate gate;
    private final Controller controller;
    private final Surroundings surroundings = Surroundings.fixed(NetworkMap.EMPTY);
    private volatile SecuritySettings security;
    private volatile State state = State.STARTING;

    private Proxy(ProxySettings settings, Transport transport, Consumer<ControlEvent> events) throws BindFailure {
        this.settings = settings;
        this.security = settings.security();
        this.transport = transport;
        if (!transport.canRefuseReads()) {
            log.warn(
                    "transport {}: what a peer sent before it ended its direction is read whether there is room or not,"
                            + " so the memory budget can be exceeded by a receive buffer a connection",
                    transport.kind().label());
        }
        int most = settings.limits().maxConnections();
        this.relays = new Relays(settings.relay(), most, transport);
        this.upstreams = settings.upstreams().stream()
                .map(pool -> new Upstream(pool, transport))
                .toList();
        this.resolver = new Resolver(upstreams);
        this.listeners = bindAll();
        this.gate = new AcceptGate(settings.synGate(), listeners);
        this.controller = new Controller(
                settings.pressure(),
                SignalSources.of(settings.pressure(), relays, settings.limits().maxForEligible()),
                relays,
                gate,
                new Pruner(settings.prune()),
                this::refusedByGate,
                events);
    }

    /**
     * Binds every listener and begins to take connections. The settings are in force before the first of them binds (S12).
     *
     * @param events told what the control loop does, on its thread; must not block
     * @throws BindFailure if a listener can't be bound; nothing is left open
     * @throws TransportUnavailable if the transport asked for does not work here; nothing is left open
     */
    public static Proxy start(ProxySettings settings, Consumer<ControlEvent> events)
            throws BindFailure, TransportUnavailable {
        Transport transport = Transport.open(settings.transport());
        Proxy proxy = null;
        try {
            proxy = new Proxy(settings, transport, events);
            proxy.controller.start();
            proxy.listeners.forEach(Listener::open);
            proxy.state = State.RUNNING;
            return proxy;
        } finally {
            if (proxy == null) {
                transport.close();
            } else if (proxy.state != State.RUNNING) {
                proxy.close();
            }
        }
    }

    private List<Listener> bindAll() throws BindFailure {
        AdmissionPolicy policy = new AdmissionPolicy(
                settings.limits(),
                settings.synGate().refusal() == Refusal.PAUSE,
                settings.prune().sourcePrefixV4(),
                settings.prune().sourcePrefixV6());
        Listener.Shared shared = new Listener.Shared(transport, relays, policy, () -> security, surroundings);
        List<Listener> bound = new ArrayList<>();
        for (ListenerSettings listener : settings.listeners()) {
            Upstream upstream = upstreams.stream()
                    .filter(pool -> pool.name().equals(listener.upstream()))
                    .findFirst()
                    .orElseThrow();
            try {
                bound.add(Listener.bind(listener, shared, upstream));
            } catch (IOException | RuntimeException failure) {
                bound.forEach(Listener::close);
                resolver.close();
                throw new BindFailure(
                        "listeners." + listener.name() + ".bind: " + listener.bind() + " can't be bound: "
                                + failure.getMessage(),
                        failure);
            }
        }
        return List.copyOf(bound);
    }

    private long refusedByGate() {
        return listeners.stream()
                .mapToLong(listener -> listener.refusals(RefusalReason.SYN_GATE))
                .sum();
    }

    /**
     * Stops accepting, waits for the connections to end by themselves up to the deadline of the settings, and closes.
     *
     * @return completed when everything is closed, with the number of connections that had to be reset
     */
    public CompletionStage<Integer> drain() {
        CompletableFuture<Integer> left = new CompletableFuture<>();
        Thread drainer = new Thread(
                () -> {
                    try {
                        left.complete(drainNow());
                    } catch (RuntimeException | Error fault) {
                        left.completeExceptionally(fault);
                    }
                },
                "spillway-drain");
        drainer.start();
        return left;
    }

    private int drainNow() {
        if (!startDraining()) {
            return 0;
        }
        listeners.forEach(Listener::close);
        log.info("draining: {} connections, up to {}", relays.active(), settings.drainDeadline());
        try {
            relays.awaitEmpty(settings.drainDeadline().toNanos());
        } catch (InterruptedException ended) {
            log.info("the drain was cut short");
        }
        int left = relays.active();
        close();
        return left;
    }

    /** False if it is over already: what was closed does not drain. */
    private synchronized boolean startDraining() {
        if (state == State.CLOSED) {
            return false;
        }
        state = State.DRAINING;
        return true;
    }

    /** Closes at once: connections that are left are reset. Blocks until everything is released; more calls do nothing. */
    @Override
    public synchronized void close() {
        if (state == State.CLOSED) {
            return;
        }
        listeners.forEach(Listener::close);
        resolver.close();
        controller.close();
        resetAll();
        transport.close();
        state = State.CLOSED;
    }

    /** Before the event loops end: they would close what is left in an orderly way, and the kernel would keep it. */
    private void resetAll() {
        try {
            if (!relays.closeAll(CLOSE_MILLIS)) {
                log.warn("closing: {} connections were not reset within {} ms", relays.active(), CLOSE_MILLIS);
            }
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public State state() {
        return state;
    }

    @Override
    public TransportKind transport() {
        return transport.kind();
    }

    @Override
    public String transportReason() {
        return transport.reason();
    }

    @Override
    public int threads() {
        return transport.loops().size();
    }

    @Override
    public SecuritySettings security() {
        return security;
    }

    /**
     * Has connections accepted from now on judged by other settings (S11); those that are there keep their verdict.
     *
     * @throws IllegalArgumentException if the generation is not higher than that in force: two changes crossed
     */
    public synchronized void security(SecuritySettings next) {
        if (next.generation() <= security.generation()) {
            throw new IllegalArgumentException("generation: " + next.generation() + " (expected: more than "
                    + security.generation() + ", which is in force)");
        }
        security = next;
    }

    @Override
    public NetworkMap network() {
        return surroundings.map();
    }

    @Override
    public PressureView pressure() {
        return controller.view();
    }

    @Override
    public Map<Signal, Watermarks> watermarks() {
        return settings.pressure().watermarks();
    }

    @Override
    public List<ListenerView> listeners() {
        return listeners.stream().map(Listener::view).toList();
    }

    @Override
    public List<UpstreamView> upstreams() {
        return upstreams.stream().map(Upstream::view).toList();
    }

    @Override
    public RelayCounts relays() {
        return relays.counts();
    }

    @Override
    public List<ConnectionView> connections(int limit) {
        return relays.costliest(limit);
    }

    @Override
    public String synGate() {
        return gate.kind();
    }

    @Override
    public int maxConnections() {
        return settings.limits().maxConnections();
    }

    @Override
    public List<Integer> pendingTasks() {
        List<Integer> pending = new ArrayList<>();
        for (EventLoop loop : transport.loops()) {
            pending.add(loop instanceof SingleThreadEventExecutor single ? single.pendingTasks() : 0);
        }
        return pending;
    }

    @Override
    public long controllerCpuNanos() {
        return controller.cpuNanos();
    }

    @Override
    public long controllerFailures() {
        return controller.failures();
    }

    @Override
    public long poolBytes() {
        return relays.poolBytes();
    }

    @Override
    public ByteBufAllocatorMetricProvider bufferPool() {
        return relays.pool();
    }
}
