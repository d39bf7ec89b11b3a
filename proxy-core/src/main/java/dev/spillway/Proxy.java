package dev.spillway;

import dev.spillway.control.ControlEvent;
import dev.spillway.listener.Arrangement;
import dev.spillway.pressure.Signal;
import dev.spillway.relay.ClosedConnections;
import dev.spillway.relay.Relays;
import dev.spillway.security.SecuritySettings;
import dev.spillway.signal.SignalSources.SourceMaker;
import dev.spillway.transport.Transport;
import dev.spillway.transport.TransportUnavailable;
import dev.spillway.upstream.Upstreams;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running proxy: its states, and what moves it from one to the next. {@link Rooms} has its parts. Methods may be called on any
 * thread but an event loop of its own.
 */
public final class Proxy extends Readings implements ProxyControl, AutoCloseable {
    private static final long CLOSE_MILLIS = 5_000;
    private static final Logger log = LoggerFactory.getLogger(Proxy.class);

    private final ReentrantLock reconfiguring = new ReentrantLock();
    private volatile State state = State.STARTING;

    private Proxy(Rooms rooms) {
        super(rooms);
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
        Opened opened = new Opened();
        Proxy proxy = null;
        try {
            proxy = new Proxy(Rooms.make(settings, events, sources, opened));
            proxy.rooms.start();
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
        if (rooms.transport().loops().stream().anyMatch(EventLoop::inEventLoop)) {
            throw new IllegalStateException("reconfigure on an event loop (expected: a thread that may wait)");
        }
        reconfiguring.lock();
        try {
            requireRunning();
            ProxySettings live =
                    LiveSettings.of(settings(), next, rooms.transport().relistens());
            Upstreams.Arrangement pools = rooms.upstreams().arrange(live.upstreams());
            Arrangement places = Arrangement.of(rooms.listeners(), live.listeners(), pools::named);
            Reconfiguration done = new Reconfiguration(
                    SettingsComparison.between(settings(), live), SettingsComparison.between(live, next));
            synchronized (this) {
                requireRunning();
                places.bind();
                beforeOpening.run();
                rooms.follow(live, pools, places);
            }
            // Not while others wait to close it.
            places.settle();
            return done;
        } catch (IOException failure) {
            throw new BindFailure(String.valueOf(failure.getMessage()), failure);
        } finally {
            reconfiguring.unlock();
        }
    }

    @Override
    public ClosedConnections closeConnections(Collection<Long> ids) {
        if (rooms.transport().loops().stream().anyMatch(EventLoop::inEventLoop)) {
            throw new IllegalStateException("closeConnections on an event loop (expected: a thread that may wait)");
        }
        try {
            return ClosedConnections.of(rooms.relays(), ids, CLOSE_MILLIS);
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
        rooms.listeners().close();
        Duration deadline = settings().drainDeadline();
        log.info("draining: {} connections, up to {}", rooms.relays().active(), deadline);
        try {
            rooms.relays().awaitEmpty(deadline.toNanos());
        } catch (InterruptedException ended) {
            log.info("the drain was cut short");
        }
        int left = rooms.relays().active();
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
        if (state != State.CLOSED) {
            rooms.close();
            state = State.CLOSED;
        }
    }

    /** For tests, which hold its event loops up and look at what it has left open. */
    Transport transportInUse() {
        return rooms.transport();
    }

    /** For tests. */
    Relays relaysInUse() {
        return rooms.relays();
    }

    @Override
    public State state() {
        return state;
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
        rooms.security().replace(next);
        return rooms.gate().refresh();
    }

    @Override
    public void inject(double level, Duration time) {
        if (!watermarks().containsKey(Signal.INJECTED)) {
            throw new IllegalStateException(
                    "pressure.signals.injected.enabled: false (expected: true, to have a level injected)");
        }
        rooms.injection().set(level, time);
        rooms.controller().wake();
    }

    @Override
    public void endInjection() {
        rooms.injection().clear();
        rooms.controller().wake();
    }
}
