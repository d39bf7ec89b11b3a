package dev.spillway;

import dev.spillway.control.ControlEvent;
import dev.spillway.control.Controller;
import dev.spillway.control.FloodWatch;
import dev.spillway.listener.AdmissionPolicy;
import dev.spillway.listener.Arrangement;
import dev.spillway.listener.Listener;
import dev.spillway.listener.Listeners;
import dev.spillway.network.DomainSettings;
import dev.spillway.network.NetworkWatch;
import dev.spillway.relay.Relays;
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
import dev.spillway.transport.Transport;
import dev.spillway.transport.TransportUnavailable;
import dev.spillway.upstream.Upstreams;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All rooms of one proxy, composed: made in their order, bound, started, told of other settings, and closed in theirs. Whoever uses it
 * keeps calls that change something apart; what it has is asked by any thread.
 */
final class Rooms implements AutoCloseable {
    private static final long CLOSE_MILLIS = 5_000;
    private static final Logger log = LoggerFactory.getLogger(Rooms.class);

    private final Transport transport;
    private final Relays relays;
    private final Upstreams upstreams;
    private final Listeners listeners;
    private final LeasedGate gate;
    private final Controller controller;
    private final FloodWatch floods;
    private final CounterSource counters;
    private final NetworkWatch network;
    private final SecurityInForce security;
    private final Injection injection = new Injection();
    private final DescriptorSource descriptors = new DescriptorSource();
    private final LongAdder refusedByGate = new LongAdder();
    private final LongAdder synsDropped = new LongAdder();
    private volatile ProxySettings settings;
    private volatile AdmissionPolicy policy;

    private Rooms(
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

    /**
     * Makes them, with every listener bound.
     *
     * @param sources makes the sources of signals, of what would make those of this machine
     * @param opened is given what has to be closed if this, or what follows, fails
     */
    static Rooms make(
            ProxySettings settings, Consumer<ControlEvent> events, UnaryOperator<SourceMaker> sources, Opened opened)
            throws BindFailure, TransportUnavailable {
        SecurityInForce security = new SecurityInForce(settings.security());
        NetworkWatch network = opened.keep(NetworkWatch.open(
                settings.domain(),
                change -> security.judged(change).map(ControlEvent.Network::new).ifPresent(events)));
        Transport transport = opened.keep(Transport.open(settings.transport()));
        GateChoice choice = GateChoice.probe(settings.synGate().kind(), transport);
        awaitFirstProbes(network, settings.domain());
        return new Rooms(settings, security, transport, choice, network, opened, sources, events);
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
            places.settle();
        } catch (IOException failure) {
            throw new BindFailure(String.valueOf(failure.getMessage()), failure);
        }
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

    /** Begins to watch, and to take connections. */
    void start() {
        gate.start();
        controller.start();
        listeners.open();
    }

    /** Goes by other settings from now on. Nothing here can fail any more. */
    void follow(ProxySettings live, Upstreams.Arrangement pools, Arrangement places) {
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

    /** Closes them: connections that are left are reset. Blocks until everything is released. */
    @Override
    public void close() {
        listeners.close();
        network.close();
        upstreams.close();
        controller.close();
        counters.close();
        resetAll();
        transport.close();
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

    Transport transport() {
        return transport;
    }

    Relays relays() {
        return relays;
    }

    Upstreams upstreams() {
        return upstreams;
    }

    Listeners listeners() {
        return listeners;
    }

    LeasedGate gate() {
        return gate;
    }

    Controller controller() {
        return controller;
    }

    FloodWatch floods() {
        return floods;
    }

    NetworkWatch network() {
        return network;
    }

    SecurityInForce security() {
        return security;
    }

    Injection injection() {
        return injection;
    }

    /** Those in force, but for security. */
    ProxySettings settings() {
        return settings;
    }
}
