package dev.spillway;

import dev.spillway.control.ControlEvent;
import dev.spillway.control.Controller;
import dev.spillway.control.FloodView;
import dev.spillway.control.FloodWatch;
import dev.spillway.control.PressureView;
import dev.spillway.listener.AdmissionPolicy;
import dev.spillway.listener.Arrangement;
import dev.spillway.listener.Listener;
import dev.spillway.listener.ListenerView;
import dev.spillway.listener.Listeners;
import dev.spillway.network.DomainSettings;
import dev.spillway.network.NetworkWatch;
import dev.spillway.pressure.Signal;
import dev.spillway.pressure.Watermarks;
import dev.spillway.prune.Forecast;
import dev.spillway.prune.Guilt;
import dev.spillway.prune.KillRecord;
import dev.spillway.relay.ClosedConnections;
import dev.spillway.relay.ConnectionOrder;
import dev.spillway.relay.ConnectionView;
import dev.spillway.relay.RelayCounts;
import dev.spillway.relay.Relays;
import dev.spillway.relay.SamplingView;
import dev.spillway.security.NetworkMap;
import dev.spillway.security.SecuritySettings;
import dev.spillway.signal.CounterSource;
import dev.spillway.signal.DescriptorSource;
import dev.spillway.signal.Injection;
import dev.spillway.signal.SignalSources;
import dev.spillway.signal.SignalSources.SourceMaker;
import dev.spillway.syngate.AcceptGate;
import dev.spillway.syngate.GateChoice;
import dev.spillway.syngate.GateKind;
import dev.spillway.syngate.LeasedGate;
import dev.spillway.syngate.ProgramGate;
import dev.spillway.syngate.SynGate;
import dev.spillway.syngate.SynGateSettings.Refusal;
import dev.spillway.syngate.SynGateView;
import dev.spillway.transport.Transport;
import dev.spillway.transport.TransportKind;
import dev.spillway.transport.TransportUnavailable;
import dev.spillway.upstream.Upstream;
import dev.spillway.upstream.UpstreamView;
import dev.spillway.upstream.Upstreams;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.SingleThreadEventExecutor;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running proxy: the composition of all rooms, and the owner of their threads and sockets. Methods may be called on any
 * thread but an event loop of its own.
 */
public final class Proxy implements ProxyView, ProxyControl, AutoCloseable {
    private static final long CLOSE_MILLIS = 5_000;
    private static final Logger log = LoggerFactory.getLogger(Proxy.class);

    private final Transport transport;
    private final Relays relays;
    private final Upstreams upstreams;
    private final Listeners listeners;
    private final LeasedGate gate;
    private final Controller controller;
    private final FloodWatch floods;
    private final CounterSource counters;
    private final NetworkWatch network;
    private final Injection injection = new Injection();
    private final DescriptorSource descriptors = new DescriptorSource();
    private final LongAdder refusedByGate = new LongAdder();
    private final LongAdder synsDropped = new LongAdder();
    private final ReentrantLock reconfiguring = new ReentrantLock();
    private volatile ProxySettings settings;
    private volatile AdmissionPolicy policy;
    private final SecurityInForce security;
    private volatile State state = State.STARTING;

    private Proxy(
            ProxySettings settings,
            SecurityInForce security,
            Transport transport,
            GateChoice choice,
            NetworkWatch network,
            Opened opened,
            UnaryOperator<SourceMaker> sources,
            Consumer<ControlEvent> events)
            throws BindFailure {
        this.settings = settings;
        this.policy = policy(settings);
        this.security = security;
        this.transport = transport;
        this.network = network;
        this.relays = new Relays(settings.relay(), settings.limits().maxConnections(), transport);
        relays.room().restrain(() -> security.get().dryRun());
        relays.room().most(settings.limits().mostHalfOpen());
        this.upstreams = new Upstreams(transport);
        opened.keep(upstreams::close);
        this.listeners = new Listeners(new Listener.Shared(
                transport, relays, () -> policy, security::get, network, refusedByGate, synsDropped));
        opened.keep(listeners::close);
        bindAll();
        this.counters = opened.keep(new CounterSource());
        this.floods = new FloodWatch(listeners, counters);
        this.gate = new LeasedGate(
                gate(choice),
                () -> Math.min(
                        this.settings.pressure().alertInterval().toNanos(),
                        this.settings.pressure().epoch().toNanos()));
        this.controller = new Controller(
                settings.pressure(),
                settings.prune(),
                new Controller.Surroundings(
                        opened.keep(SignalSources.of(
                                settings.pressure(),
                                sources.apply(SignalSources.machine(
                                        relays, () -> this.settings.limits().maxForEligible(), injection)))),
                        relays,
                        gate,
                        () -> refusedByGate.sum() + synsDropped.sum(),
                        this::tellAside,
                        listeners::offenders,
                        () -> security.get().dryRun(),
                        events));
    }

    /** What there is to tell of limits of newcomers and of floods at {@code now}, since it was last asked. */
    private List<ControlEvent> tellAside(long now) {
        List<ControlEvent> events = new ArrayList<>();
        listeners.tellRateLimits(now).forEach(event -> events.add(new ControlEvent.RateLimit(event)));
        descriptors.read().ifPresent(open -> transport.reserve().measured(open.used(), open.limit()));
        relays.room().tell(now).forEach(event -> events.add(new ControlEvent.Room(event)));
        floods.look(now).forEach(event -> events.add(new ControlEvent.SynFlood(event)));
        return events;
    }

    private SynGate gate(GateChoice choice) {
        SynGate made = choice.kind() != GateKind.ACCEPT
                ? new ProgramGate(listeners, choice.kind(), choice.reason(), synsDropped::sum, counters::latest)
                : new AcceptGate(() -> settings.synGate(), listeners::guarded, choice.reason());
        made.refresh();
        return made;
    }

    private static AdmissionPolicy policy(ProxySettings settings) {
        return new AdmissionPolicy(
                settings.limits(),
                settings.synGate().refusal() == Refusal.PAUSE,
                settings.prune().sourcePrefixV4(),
                settings.prune().sourcePrefixV6());
    }

    /**
     * Binds every listener and begins to take connections. The settings are in force before the first of them binds (S12),
     * and every domain controller was asked once, for twice the time they have to answer at most, so that a client of the
     * domain is not judged a stranger for coming early.
     *
     * @param events told what happens, on the threads that {@link ControlEvent} says; must not block
     * @throws BindFailure if a listener can't be bound; nothing is left open
     * @throws TransportUnavailable if the transport or the SYN gate asked for does not work here; nothing is left open
     */
    public static Proxy start(ProxySettings settings, Consumer<ControlEvent> events)
            throws BindFailure, TransportUnavailable {
        return start(settings, events, UnaryOperator.identity());
    }

    /** @param sources makes the sources of signals, of what would make those of this machine */
    static Proxy start(ProxySettings settings, Consumer<ControlEvent> events, UnaryOperator<SourceMaker> sources)
            throws BindFailure, TransportUnavailable {
        SecurityInForce security = new SecurityInForce(settings.security());
        Opened opened = new Opened();
        Proxy proxy = null;
        try {
            NetworkWatch network = opened.keep(NetworkWatch.open(
                    settings.domain(),
                    change -> security.judged(change)
                            .map(ControlEvent.Network::new)
                            .ifPresent(events)));
            Transport transport = opened.keep(Transport.open(settings.transport()));
            GateChoice choice = GateChoice.probe(settings.synGate().kind(), transport);
            awaitFirstProbes(network, settings.domain());
            proxy = new Proxy(settings, security, transport, choice, network, opened, sources, events);
            proxy.gate.start();
            proxy.controller.start();
            proxy.listeners.open();
            proxy.state = State.RUNNING;
            return proxy;
        } finally {
            if (proxy == null) {
                opened.close();
            } else if (proxy.state != State.RUNNING) {
                proxy.close();
            }
        }
    }

    /** Not longer than silent controllers take twice, so that a start is never held up for want of a domain. */
    private static void awaitFirstProbes(NetworkWatch network, DomainSettings domain) {
        long millis = domain.timeout().multipliedBy(2).toMillis();
        try {
            network.probedOnce().toCompletableFuture().get(millis, TimeUnit.MILLISECONDS);
        } catch (TimeoutException silent) {
            log.warn("domain: not every address has its answer after {} ms; until then those are public", millis);
        } catch (ExecutionException | CancellationException failed) {
            log.warn("domain: could not be asked for at start", failed);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }

    private void bindAll() throws BindFailure {
        Upstreams.Arrangement pools = upstreams.arrange(settings.upstreams());
        upstreams.publish(pools);
        try {
            Arrangement places = Arrangement.of(listeners, settings.listeners(), pools::named);
            places.bind();
            places.publish();
        } catch (IOException failure) {
            throw new BindFailure(String.valueOf(failure.getMessage()), failure);
        }
    }

    /**
     * Applies other settings while the proxy runs, all of them or, if it throws, none. No connection is dropped or delayed:
     * those there are go on by the settings of the moment they began, and so does a running episode.
     *
     * <p>What can fail is done first: names are looked up and new addresses bound. A listener whose address stays keeps its
     * sockets, its counts and what waits in its queue; one that is removed answers no more newcomers, but serves what the
     * kernel had accepted for it, and its connections come to their natural end. What can't be saved of a listener that is
     * removed is told at {@link Arrangement#retire}.
     *
     * <p>At restart only: {@code transport}, {@code memory.budget}, {@code syn-gate.kind}, on NIO the backlog of an address that stays, and what
     * does not fit into the budget there is. The security settings of {@code next} are not looked at.
     *
     * <p>Serialised with itself, {@link #drain} and {@link #close}; neither of those waits for names to be looked up. Any
     * thread but an event loop and the one that tells events; takes some milliseconds, and as long as names take.
     *
     * @return what changed, and what will at the next start
     * @throws BindFailure if a listener can't be bound; nothing has changed
     * @throws IllegalArgumentException if a start with these settings would fail; nothing has changed
     * @throws IllegalStateException if the proxy does not run, or this is an event loop; nothing has changed
     */
    public Reconfiguration reconfigure(ProxySettings next) throws BindFailure {
        return reconfigure(next, () -> {});
    }

    /**
     * The same with something that has to hold before a new listener takes its first connection (S12), as {@link #security}.
     *
     * @param beforeOpening called once everything is done that may fail, on this thread; must not fail, nor wait for another
     *     thread that calls this proxy
     */
    public Reconfiguration reconfigure(ProxySettings next, Runnable beforeOpening) throws BindFailure {
        if (transport.loops().stream().anyMatch(EventLoop::inEventLoop)) {
            throw new IllegalStateException("reconfigure on an event loop (expected: a thread that may wait)");
        }
        reconfiguring.lock();
        try {
            requireRunning();
            ProxySettings live = LiveSettings.of(settings, next, transport.relistens());
            Upstreams.Arrangement pools = upstreams.arrange(live.upstreams());
            Arrangement places = Arrangement.of(listeners, live.listeners(), pools::named);
            Reconfiguration done = new Reconfiguration(
                    SettingsComparison.between(settings, live), SettingsComparison.between(live, next));
            synchronized (this) {
                requireRunning();
                places.bind();
                beforeOpening.run();
                apply(live, pools, places);
            }
            return done;
        } catch (IOException failure) {
            throw new BindFailure(String.valueOf(failure.getMessage()), failure);
        } finally {
            reconfiguring.unlock();
        }
    }

    @Override
    public ClosedConnections closeConnections(Collection<Long> ids) {
        if (transport.loops().stream().anyMatch(EventLoop::inEventLoop)) {
            throw new IllegalStateException("closeConnections on an event loop (expected: a thread that may wait)");
        }
        try {
            return ClosedConnections.of(relays, ids, CLOSE_MILLIS);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while connections were being closed", hurried);
        }
    }

    private void requireRunning() {
        if (state != State.RUNNING) {
            throw new IllegalStateException("the proxy is " + state.name().toLowerCase(Locale.ROOT)
                    + " (expected: running, to be reconfigured)");
        }
    }

    /** Nothing here can fail any more. */
    private void apply(ProxySettings live, Upstreams.Arrangement pools, Arrangement places) {
        settings = live;
        relays.settings(live.relay());
        // Before the policy: who waits now for room that there will be is not to be reset for want of it.
        relays.maxConnections(live.limits().maxConnections());
        relays.room().most(live.limits().mostHalfOpen());
        policy = policy(live);
        upstreams.publish(pools);
        places.publish();
        gate.refresh();
        network.settings(live.domain());
        listeners.conform();
        listeners.open();
        places.retire();
        controller.follow(live.pressure(), live.prune());
    }

    /** The settings in force, but for security: see {@link #security()}. */
    public ProxySettings settings() {
        return settings;
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
        listeners.close();
        Duration deadline = settings.drainDeadline();
        log.info("draining: {} connections, up to {}", relays.active(), deadline);
        try {
            relays.awaitEmpty(deadline.toNanos());
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
        listeners.close();
        network.close();
        upstreams.close();
        controller.close();
        counters.close();
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

    /** For tests, which hold its event loops up and look at what it has left open. */
    Transport transportInUse() {
        return transport;
    }

    /** For tests. */
    Relays relaysInUse() {
        return relays;
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
        return security.get();
    }

    /**
     * Has connections accepted from now on judged by other settings (S11); those that are there keep their verdict.
     *
     * @return whether the SYN gate in the kernel has followed, so that no SYN is dropped any more of those who are exempt by them.
     *     False if an event loop has not answered for a second: that is an error in the log which names the listeners, and the
     *     gate follows there as soon as the loop answers
     * @throws IllegalArgumentException if the generation is not higher than that in force: two changes crossed
     */
    public boolean security(SecuritySettings next) {
        security.replace(next);
        return gate.refresh();
    }

    @Override
    public void inject(double level, Duration time) {
        if (!watermarks().containsKey(Signal.INJECTED)) {
            throw new IllegalStateException(
                    "pressure.signals.injected.enabled: false (expected: true, to have a level injected)");
        }
        injection.set(level, time);
        controller.wake();
    }

    @Override
    public void endInjection() {
        injection.clear();
        controller.wake();
    }

    @Override
    public NetworkMap network() {
        return network.map();
    }

    @Override
    public PressureView pressure() {
        return controller.view();
    }

    @Override
    public FloodView flood() {
        return floods.view();
    }

    @Override
    public Map<Signal, Watermarks> watermarks() {
        return settings.pressure().watermarks();
    }

    @Override
    public List<ListenerView> listeners() {
        return listeners.all().stream().map(Listener::view).toList();
    }

    @Override
    public List<UpstreamView> upstreams() {
        return upstreams.all().stream().map(Upstream::view).toList();
    }

    @Override
    public RelayCounts relays() {
        return relays.counts();
    }

    @Override
    public List<ConnectionView> connections(int limit) {
        return connections(ConnectionOrder.COST, limit);
    }

    @Override
    public List<ConnectionView> connections(ConnectionOrder by, int limit) {
        return relays.views(by, limit);
    }

    @Override
    public Forecast forecast(Optional<Signal> signal, OptionalDouble level) {
        return controller.forecast(signal, level);
    }

    @Override
    public List<KillRecord> kills(int limit) {
        return controller.kills(limit);
    }

    @Override
    public Map<Guilt, Long> closedByGuilt() {
        return controller.closedByGuilt();
    }

    @Override
    public SamplingView sampling() {
        return relays.sampling();
    }

    @Override
    public long kernelBytes() {
        return relays.kernelBytes();
    }

    @Override
    public String synGate() {
        return gate.kind();
    }

    @Override
    public SynGateView synGateView() {
        return gate.view();
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
