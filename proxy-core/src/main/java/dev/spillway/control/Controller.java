package dev.spillway.control;

import dev.spillway.connection.ConnectionFacts;
import dev.spillway.limit.LogPace;
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
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
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

    private static final Logger log = LoggerFactory.getLogger(Controller.class);

    private final PressureSettings settings;
    private final SignalSources sources;
    private final Relays relays;
    private final SynGate gate;
    private final Pruner pruner;
    private final LongSupplier refusals;
    private final Consumer<ControlEvent> events;
    private final EpisodeController episodes;
    private final Promises promises = new Promises();
    private final AtomicLong closed = new AtomicLong();
    private final AtomicLong freedBytes = new AtomicLong();
    private final LogPace failurePace = new LogPace(TimeUnit.SECONDS.toNanos(10));
    private final LogPace slowPace = new LogPace(TimeUnit.SECONDS.toNanos(10));
    private final Thread thread = new Thread(this::run, "spillway-controller");
    private volatile boolean woken;
    private volatile boolean ending;
    private volatile PressureView view;
    private volatile long failures;
    private volatile long cpuNanos;
    private long epochs;
    private long refusedBefore;
    private long toldEpisode;

    /**
     * A loop that does not run yet.
     *
     * @param refusals how many newcomers the gate has kept out so far
     * @param events told of everything that happens, on the controller's thread; must not block
     */
    public Controller(
            PressureSettings settings,
            SignalSources sources,
            Relays relays,
            SynGate gate,
            Pruner pruner,
            LongSupplier refusals,
            Consumer<ControlEvent> events) {
        this.settings = settings;
        this.sources = sources;
        this.relays = relays;
        this.gate = gate;
        this.pruner = pruner;
        this.refusals = refusals;
        this.events = events;
        this.episodes = new EpisodeController(settings);
        this.view = new PressureView(Optional.empty(), sources.unavailable(), Rates.NONE, 0, 0, 0, 0, 0, 0);
        thread.setDaemon(true);
    }

    /** Starts the loop. */
    public void start() {
        Watermarks ledger = settings.watermarks().get(Signal.LEDGER);
        if (ledger != null) {
            long mark = (long) (ledger.high() * relays.budget().ordinaryBytes());
            relays.budget().whenAbove(mark, this::wake);
        }
        thread.start();
    }

    /** Has the next turn begin at once. Any thread. */
    public void wake() {
        woken = true;
        LockSupport.unpark(thread);
    }

    private void run() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        while (!ending) {
            long began = System.nanoTime();
            woken = false;
            try {
                turn(began);
            } catch (InterruptedException ended) {
                break;
            } catch (RuntimeException | Error fault) {
                failed(fault);
            }
            if (threads.isCurrentThreadCpuTimeSupported()) {
                cpuNanos = threads.getCurrentThreadCpuTime();
            }
            pause(began);
        }
        gate.close();
    }

    private void failed(Throwable fault) {
        failures++;
        long times = failurePace.occasion(System.nanoTime());
        if (times > 0) {
            log.error("a turn of the controller failed ({} times since the last line)", times, fault);
        }
    }

    private void pause(long began) {
        long rest = (episodes.episode() > 0 ? settings.epoch() : settings.interval()).toNanos();
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
        long freshHeap = freshness();
        List<Reading> readings = sources.read().stream()
                .map(reading -> promises.apply(reading, freshHeap))
                .toList();
        if (readings.isEmpty()) {
            return;
        }
        long refused = refusals.getAsLong();
        episodes.count(0, 0, refused - refusedBefore);
        refusedBefore = refused;
        Step step = episodes.advance(now, readings);
        gate.apply(step.rates().synDrop());
        tell(step.events());
        if (step.demand().isPresent()) {
            prune(step.demand().get(), step.evaluation(), freshHeap);
        } else if (episodes.episode() > 0
                && promises.unseen(step.evaluation().worst().signal())) {
            sources.of(step.evaluation().worst().signal()).settle();
        }
        show(step);
    }

    private long freshness() {
        return settings.watermarks().containsKey(Signal.HEAP)
                ? sources.of(Signal.HEAP).freshness()
                : 0;
    }

    private void tell(List<PressureEvent> happened) {
        for (PressureEvent event : happened) {
            if (event instanceof PressureEvent.EpochStarted) {
                epochs++;
            }
            events.accept(new ControlEvent.Pressure(event));
        }
    }

    private void prune(Demand demand, Evaluation evaluation, long freshHeap) throws InterruptedException {
        if (!relays.observe(OBSERVE_MILLIS)) {
            long times = slowPace.occasion(System.nanoTime());
            if (times > 0) {
                log.warn(
                        "an event loop did not answer within {} ms ({} times since the last line)",
                        OBSERVE_MILLIS,
                        times);
            }
        }
        PrunePlan plan = pruner.plan(demand, relays.facts(System.nanoTime()));
        if (plan.victims().isEmpty()) {
            return;
        }
        Map<Long, ConnectionFacts> victims = new LinkedHashMap<>();
        long bytes = 0;
        for (Victim victim : plan.victims()) {
            ConnectionFacts connection = victim.connection();
            victims.put(connection.id(), connection);
            promises.made(connection, freshHeap);
            bytes += connection.costBytes();
        }
        relays.prune(victims.keySet(), (id, byUs) -> {
            ConnectionFacts connection = victims.get(id);
            if (connection != null) {
                promises.kept(connection);
                if (byUs) {
                    closed.incrementAndGet();
                    freedBytes.addAndGet(connection.costBytes());
                }
            }
        });
        episodes.count(victims.size(), bytes, 0);
        if (toldEpisode != episodes.episode()) {
            toldEpisode = episodes.episode();
            events.accept(new ControlEvent.ConnectionsTerminated(toldEpisode, victims.size(), bytes, evaluation));
        }
    }

    private void show(Step step) {
        view = new PressureView(
                Optional.of(step.evaluation()),
                sources.unavailable(),
                step.rates(),
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
