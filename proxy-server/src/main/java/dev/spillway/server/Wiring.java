package dev.spillway.server;

import dev.spillway.BindFailure;
import dev.spillway.Proxy;
import dev.spillway.control.ControlEvent;
import dev.spillway.server.admin.AdminServer;
import dev.spillway.server.cli.ExitCode;
import dev.spillway.server.config.SpillwaySettings;
import dev.spillway.server.events.EventLog;
import dev.spillway.server.events.LifecycleEvents;
import dev.spillway.server.metrics.Meters;
import dev.spillway.server.store.SettingsStore;
import dev.spillway.transport.TransportUnavailable;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parts of a process and their order: events, proxy, meters, admin plane; they end in reverse. So there is someone to
 * tell events to before there are any, and the admin plane answers until the last connection is gone.
 */
final class Wiring implements AutoCloseable {
    private static final Logger logger = LoggerFactory.getLogger(Wiring.class);

    /** Closing after a drain takes a fraction of a second; a drain that is not back this long after its deadline hangs. */
    private static final Duration CLOSING = Duration.ofSeconds(15);

    private final SpillwaySettings settings;
    private final EventLog events;
    private final Proxy proxy;
    private final Reloader reloader;
    private final Optional<AdminServer> admin;
    private final Deque<AutoCloseable> started;

    private Wiring(
            SpillwaySettings settings,
            EventLog events,
            Proxy proxy,
            Reloader reloader,
            Optional<AdminServer> admin,
            Deque<AutoCloseable> started) {
        this.settings = settings;
        this.events = events;
        this.proxy = proxy;
        this.reloader = reloader;
        this.admin = admin;
        this.started = started;
    }

    /** Runs until a signal asks for the end, drains and closes; the exit code. */
    static int run(SpillwaySettings settings) throws BindFailure, TransportUnavailable {
        Logging.apply(settings.log());
        TerminationSignals signals = TerminationSignals.install();
        HangupSignal hangup = HangupSignal.install();
        StartReport.process(settings);
        try (Wiring wiring = start(settings)) {
            hangup.started(wiring.reloader());
            StartReport.started(wiring.proxy, wiring.admin.map(AdminServer::bound));
            signals.await();
            wiring.drain();
        } catch (InterruptedException nobodyInterruptsIt) {
            throw new IllegalStateException("the main thread is nobody else's", nobodyInterruptsIt);
        } finally {
            Logging.close();
        }
        return ExitCode.OK;
    }

    /** Starts every part; if one fails, those before it are closed. */
    static Wiring start(SpillwaySettings settings) throws BindFailure, TransportUnavailable {
        Deque<AutoCloseable> started = new ArrayDeque<>();
        boolean complete = false;
        try {
            EventLog events = new EventLog(settings.events());
            started.push(events);
            AuditTrail audit = new AuditTrail(events);
            started.push(audit);
            SettingsStore store = SettingsStore.open(settings.store(), settings.security(), audit);
            GateWatch gates = new GateWatch(events);
            Proxy proxy = Proxy.start(settings.proxy().security(store.view().settings()), event -> {
                events.accept(event);
                if (event instanceof ControlEvent.Network) {
                    gates.look("the networks changed");
                }
            });
            started.push(proxy);
            gates.watch(proxy);
            store.connect(settingsInForce -> {
                proxy.security(settingsInForce);
                gates.look("the security settings changed");
            });
            Reloader reloader = new Reloader(settings, proxy, store, events, gates);
            Meters meters = new Meters(proxy, events);
            started.push(meters);
            Optional<AdminServer> admin = Optional.empty();
            if (settings.admin().enabled()) {
                admin = Optional.of(AdminServer.start(settings.admin(), proxy, proxy, meters, events, store, reloader));
                started.push(admin.get());
            }
            events.record(LifecycleEvents.started(proxy));
            complete = true;
            return new Wiring(settings, events, proxy, reloader, admin, started);
        } finally {
            if (!complete) {
                closeAll(started);
            }
        }
    }

    /** What it has to tell. */
    EventLog events() {
        return events;
    }

    /** The proxy this wires. */
    Proxy proxy() {
        return proxy;
    }

    /** The admin plane, if there is one. */
    Optional<AdminServer> admin() {
        return admin;
    }

    /** Reads the configuration again when it is told to. */
    Reloader reloader() {
        return reloader;
    }

    /** Takes no more connections, waits for those there are up to the deadline, and cuts what is left. */
    void drain() throws InterruptedException {
        Duration deadline = proxy.settings().drainDeadline();
        events.record(LifecycleEvents.draining(proxy.relays().active(), deadline));
        try {
            int cut = proxy.drain()
                    .toCompletableFuture()
                    .get(deadline.plus(CLOSING).toMillis(), TimeUnit.MILLISECONDS);
            events.record(LifecycleEvents.stopped(cut));
        } catch (TimeoutException hangs) {
            logger.error("the drain is not over {} after its deadline: ending without it", CLOSING);
            // Whatever hangs would hang an orderly end as well.
            Logging.close();
            Runtime.getRuntime().halt(ExitCode.INTERNAL);
        } catch (ExecutionException failed) {
            logger.error("the drain failed: ending without it", failed.getCause());
        }
    }

    /** Ends every part at once, the last one first. */
    @Override
    public void close() {
        closeAll(started);
    }

    private static void closeAll(Deque<AutoCloseable> started) {
        while (!started.isEmpty()) {
            try {
                started.pop().close();
            } catch (Exception failed) {
                logger.error("a part could not be closed; the others are", failed);
            }
        }
    }
}
