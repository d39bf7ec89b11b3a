package dev.spillway.control;

import dev.spillway.connection.ConnectionFacts;
import dev.spillway.limit.LogPace;
import dev.spillway.limit.RateLimitEvent;
import dev.spillway.pressure.Demand;
import dev.spillway.pressure.EpisodeController;
import dev.spillway.pressure.Evaluation;
import dev.spillway.pressure.PressureEvent;
import dev.spillway.pressure.PressureSettings;
import dev.spillway.pressure.Rates;
import dev.spillway.pressure.Reading;
import dev.spillway.pressure.Signal;
import dev.spillway.pressure.Step;
import dev.spillway.pressure.Watermarks;
import dev.spillway.prune.PrunePlan;
import dev.spillway.prune.Pruner;
import dev.spillway.prune.Victim;
import dev.spillway.relay.Relays;
import dev.spillway.signal.SignalSources;
import dev.spillway.syngate.SynGate;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The control loop: reads the signals, lets the episode controller decide, plans, and applies the plan on the event loops
 * that own the connections. It runs on a thread of its own, which it owns, once an interval, once an epoch while there is
 * an episode, and at once when the ledger rises to its high mark.
 *
 * <p>A turn that fails is logged and counted, and the next one is tried: the loop does not end before it is closed. When
 * it is closed the gate is opened.
 */
public final class Controller implements AutoCloseable {
    /** No turn comes sooner after the last, however often the loop is woken. */
    private static final long LEAST_TURN_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    /** How long event loops are waited for to look at their connections' progress; else what was known is used. */
    private static final long OBSERVE_MILLIS = 20;

    /** What looking at connections may take of each event loop in an epoch. */
    private static final long SAMPLING_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private static final Logger log = LoggerFactory.getLogger(Controller.class);

    private final SignalSources sources;
    private final Relays relays;
    private final SynGate gate;
    private final LongSupplier refusals;
    private final LongFunction<List<RateLimitEvent>> rateLimits;
    private final Consumer<ControlEvent> events;
    private final EpisodeController episodes;
    private final Promises promises = new Promises();
    private final AtomicLong closed = new AtomicLong();
    private final AtomicLong freedBytes = new AtomicLong();
    private final LogPace failurePace = new LogPace(TimeUnit.SECONDS.toNanos(10));
    private final LogPace slowPace = new LogPace(TimeUnit.SECONDS.toNanos(10));
    private final Thread thread = new Thread(this::run, "spillway-controller");
    private final AtomicReference<@Nullable Course> next = new AtomicReference<>();
    private Course course;
    private long ledgerMark = Long.MAX_VALUE;
    private volatile boolean woken;
    private volatile boolean ending;
    private volatile PressureView view;
    private volatile long failures;
    private volatile long cpuNanos;
    private long epochs;
    private long closedBefore;
    private long freedBefore;
    private long refusedBefore;
    private long toldEpisode;
    private boolean gateTold;

    /**
     * A loop that does not run yet.
     *
     * @param refusals how many newcomers the gate has kept out so far
     * @param rateLimits what there is to tell of rate limits at a nanosecond time, since it was last asked
     * @param events told of everything that happens, on the controller's thread; must not block; what it throws is logged
     *     and counted as a failure
     */
    public Controller(
            PressureSettings settings,
            SignalSources sources,
            Relays relays,
            SynGate gate,
            Pruner pruner,
            LongSupplier refusals,
            LongFunction<List<RateLimitEvent>> rateLimits,
            Consumer<ControlEvent> events) {
        this.course = new Course(settings, pruner);
        this.sources = sources;
        this.relays = relays;
        this.gate = gate;
        this.refusals = refusals;
        this.rateLimits = rateLimits;
        this.events = events;
        this.episodes = new EpisodeController(settings);
        this.view = new PressureView(Optional.empty(), sources.unavailable(), Rates.NONE, 0, 0, 0, 0, 0, 0);
        thread.setDaemon(true);
    }

    /** What the loop goes by; swapped as a whole. */
    private record Course(PressureSettings settings, Pruner pruner) {}

    /** Starts the loop. */
    public void start() {
        watchLedger();
        thread.start();
    }

    /**
     * Goes by other settings from the next turn on, which begins at once. What runs goes on: an episode is neither ended nor
     * begun by it, and signals that stay watched keep what is known of them. Any thread; if it comes twice before a turn,
     * the last one counts.
     */
    public void follow(PressureSettings settings, Pruner pruner) {
        next.set(new Course(settings, pruner));
        wake();
    }

    /** Between two turns, on the loop's thread. */
    private void takeNext() {
        Course taken = next.get();
        if (taken != null) {
            for (Signal signal : taken.settings().watermarks().keySet()) {
                if (!course.settings().watermarks().containsKey(signal)) {
                    promises.forget(signal);
                }
            }
            sources.watch(taken.settings());
            episodes.follow(taken.settings());
            course = taken;
            next.compareAndSet(taken, null);
        }
    }

    /** Has the loop woken at the ledger's high mark. Moves with the mark and with the room there is. */
    private void watchLedger() {
        Watermarks ledger = course.settings().watermarks().get(Signal.LEDGER);
        long mark = ledger == null
                ? Long.MAX_VALUE
                : (long) Math.ceil(ledger.high() * relays.budget().ordinaryBytes());
        if (mark != ledgerMark) {
            ledgerMark = mark;
            relays.budget().whenAbove(mark, this::wake);
        }
    }

    /** Has the next turn begin at once. Any thread. */
    public void wake() {
        woken = true;
        LockSupport.unpark(thread);
    }

    private void run() {
        try {
            turnUntilClosed();
        } finally {
            gate.close();
        }
    }

    private void turnUntilClosed() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        while (!ending) {
            long began = System.nanoTime();
            woken = false;
            try {
                turn(began);
            } catch (InterruptedException interrupted) {
                if (!ending) {
                    // Not by close(), which alone may end the loop.
                    failed(interrupted);
                }
            } catch (RuntimeException | Error fault) {
                failed(fault);
            }
            if (threads.isCurrentThreadCpuTimeSupported()) {
                cpuNanos = threads.getCurrentThreadCpuTime();
            }
            pause(began);
        }
    }

    private void failed(Throwable fault) {
        failures++;
        long times = failurePace.occasion(System.nanoTime());
        if (times > 0) {
            log.error("a turn of the controller failed ({} times since the last line)", times, fault);
        }
    }

    private void pause(long began) {
        PressureSettings settings = course.settings();
        long rest = (episodes.episode() > 0 ? settings.epoch() : settings.interval()).toNanos();
        // A consumer that left the thread interrupted would have it spin here; close() is seen by its own flag.
        Thread.interrupted();
        long least = LEAST_TURN_NANOS - (System.nanoTime() - began);
        if (least > 0) {
            LockSupport.parkNanos(least);
        }
        long left = rest - (System.nanoTime() - began);
        while (!woken && !ending && left > 0) {
            LockSupport.parkNanos(left);
            left = rest - (System.nanoTime() - began);
        }
    }

    private void turn(long now) throws InterruptedException {
        try {
            act(now);
        } finally {
            rateLimits.apply(now).forEach(each -> tell(new ControlEvent.RateLimit(each)));
        }
    }

    private void act(long now) throws InterruptedException {
        takeNext();
        watchLedger();
        List<Reading> readings = sources.read().stream()
                .map(reading ->
                        promises.apply(reading, sources.of(reading.signal()).foundOutAt()))
                .toList();
        if (readings.isEmpty()) {
            endUnread(now);
            return;
        }
        count();
        Step step = episodes.advance(now, readings);
        gate.apply(step.rates().synDrop());
        tell(step.events());
        boolean refuses = step.rates().synDrop() > 0 || gateTold && episodes.episode() > 0;
        tellOfGate(refuses, step.evaluation()::describe);
        if (!step.demands().isEmpty()) {
            prune(step.demands(), step.evaluation());
        } else if (episodes.episode() > 0
                && promises.unseen(step.evaluation().worst().signal())) {
            sources.of(step.evaluation().worst().signal()).settle();
        }
        show(Optional.of(step.evaluation()), step.rates());
    }

    /** Nothing that is watched can be read here: without a look at it nobody may be kept out. */
    private void endUnread(long now) {
        count();
        Optional<PressureEvent> ended = episodes.abandon(now);
        if (ended.isPresent()) {
            gate.apply(0);
            tell(List.of(ended.get()));
        }
        tellOfGate(false, () -> "nothing that is watched can be read");
        show(Optional.empty(), Rates.NONE);
    }

    private void count() {
        long refused = refusals.getAsLong();
        long done = closed.get();
        long freed = freedBytes.get();
        episodes.count(done - closedBefore, freed - freedBefore, refused - refusedBefore);
        closedBefore = done;
        freedBefore = freed;
        refusedBefore = refused;
    }

    /** Once when it shuts and once when the episode is over: in between the rate may come and go with each epoch. */
    private void tellOfGate(boolean refuses, Supplier<String> reason) {
        if (refuses != gateTold) {
            gateTold = refuses;
            tell(new ControlEvent.Gate(refuses, reason.get()));
        }
    }

    private void tell(List<PressureEvent> happened) {
        for (PressureEvent event : happened) {
            if (event instanceof PressureEvent.EpochStarted) {
                epochs++;
            }
            tell(new ControlEvent.Pressure(event));
        }
    }

    /** A consumer that fails must not keep the loop from acting: what is to be told comes after, or beside, the deed. */
    private void tell(ControlEvent event) {
        try {
            events.accept(event);
        } catch (RuntimeException | Error fault) {
            failed(fault);
        }
    }

    private void prune(List<Demand> demands, Evaluation evaluation) throws InterruptedException {
        if (!relays.sample(SAMPLING_NANOS, OBSERVE_MILLIS)) {
            long times = slowPace.occasion(System.nanoTime());
            if (times > 0) {
                log.warn(
                        "an event loop did not answer within {} ms ({} times since the last line)",
                        OBSERVE_MILLIS,
                        times);
            }
        }
        List<ConnectionFacts> connections = relays.facts(System.nanoTime());
        for (Demand demand : demands) {
            PrunePlan plan = course.pruner().plan(demand, connections);
            if (!plan.victims().isEmpty()) {
                close(plan, evaluation);
                return;
            }
        }
    }

    private void close(PrunePlan plan, Evaluation evaluation) {
        Map<Long, ConnectionFacts> victims = new LinkedHashMap<>();
        long bytes = 0;
        for (Victim victim : plan.victims()) {
            ConnectionFacts connection = victim.connection();
            victims.put(connection.id(), connection);
            promises.made(connection);
            bytes += connection.costBytes();
        }
        relays.prune(victims.keySet(), (id, byUs) -> {
            ConnectionFacts connection = victims.get(id);
            if (connection != null) {
                promises.kept(connection, System.nanoTime());
                if (byUs) {
                    closed.incrementAndGet();
                    freedBytes.addAndGet(connection.costBytes());
                }
            }
        });
        if (toldEpisode != episodes.episode()) {
            toldEpisode = episodes.episode();
            tell(new ControlEvent.ConnectionsTerminated(toldEpisode, victims.size(), bytes, evaluation));
        }
    }

    private void show(Optional<Evaluation> evaluation, Rates rates) {
        view = new PressureView(
                evaluation,
                sources.unavailable(),
                rates,
                episodes.episode(),
                episodes.epoch(),
                episodes.episodes(),
                epochs,
                closed.get(),
                freedBytes.get());
    }

    /** The pressure as the last turn saw it. */
    public PressureView view() {
        return view;
    }

    /** CPU time of the controller's thread, in nanoseconds. */
    public long cpuNanos() {
        return cpuNanos;
    }

    /** Turns that failed so far. */
    public long failures() {
        return failures;
    }

    /** Ends the loop, opens the gate, and waits for both. */
    @Override
    public void close() {
        ending = true;
        relays.budget().whenAbove(Long.MAX_VALUE, () -> {});
        thread.interrupt();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException again) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        sources.close();
    }
}
