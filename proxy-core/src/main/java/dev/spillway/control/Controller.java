package dev.spillway.control;

import dev.spillway.limit.LogPace;
import dev.spillway.limit.Offender;
import dev.spillway.pressure.Cadence;
import dev.spillway.pressure.Evaluation;
import dev.spillway.pressure.PressureSettings;
import dev.spillway.pressure.Signal;
import dev.spillway.pressure.Watermarks;
import dev.spillway.prune.Forecast;
import dev.spillway.prune.Guilt;
import dev.spillway.prune.KillRecord;
import dev.spillway.prune.PruneSettings;
import dev.spillway.relay.MemoryBudget;
import dev.spillway.relay.Relays;
import dev.spillway.signal.SignalSources;
import dev.spillway.syngate.SynGate;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The control loop: reads the signals, lets the episode controller decide, plans, and applies the plan on the event loops
 * that own the connections. It runs on a thread of its own, which it owns. {@link Cadence} says how soon the next turn
 * comes; one comes at once when the ledger rises to its high mark.
 *
 * <p>A turn that fails is logged and counted, and the next one is tried: the loop does not end before it is closed. When
 * it is closed the gate is opened.
 */
public final class Controller implements AutoCloseable {
    /** No turn comes sooner after the last, however often the loop is woken. */
    private static final long LEAST_TURN_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    /** Turns may come every few milliseconds; what there is to tell of limits and floods is told in seconds. */
    private static final long ASIDE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private static final Logger log = LoggerFactory.getLogger(Controller.class);

    private final Surroundings around;
    private final Turn turn;
    private final Forecaster forecaster;
    private final LogPace failurePace = new LogPace(TimeUnit.SECONDS.toNanos(10));
    private final Thread thread = new Thread(this::run, "spillway-controller");
    private final AtomicReference<@Nullable Course> next = new AtomicReference<>();
    private volatile Course course;
    private long ledgerMark = Long.MAX_VALUE;
    private volatile boolean woken;
    private volatile boolean roused;
    private volatile boolean ending;
    private volatile long failures;
    private volatile long cpuNanos;
    private long asideAt = System.nanoTime() - ASIDE_NANOS;

    /**
     * What the loop reads and what it acts on.
     *
     * @param sources of the readings; the controller closes them
     * @param relays whose connections are closed
     * @param gate which keeps newcomers out; the controller closes it
     * @param refusals how many newcomers the gate has kept out so far
     * @param aside what there is to tell beside pressure, of limits and floods, at a nanosecond time, since it was last asked
     * @param offenders whose newcomers limits refuse so often that in an episode the gate keeps them out, at a nanosecond time
     * @param dryRun whether nothing is to be touched; asked in every turn
     * @param events told of everything that happens, on the controller's thread; must not block; what it throws is logged
     *     and counted as a failure
     */
    public record Surroundings(
            SignalSources sources,
            Relays relays,
            SynGate gate,
            LongSupplier refusals,
            LongFunction<List<ControlEvent>> aside,
            LongFunction<List<Offender>> offenders,
            BooleanSupplier dryRun,
            Consumer<ControlEvent> events) {}

    /** A loop that does not run yet. */
    public Controller(PressureSettings pressure, PruneSettings prune, Surroundings around) {
        this.course = Course.of(pressure, prune);
        this.around = around;
        this.turn = new Turn(course, around, this::tell);
        this.forecaster = new Forecaster(around.relays());
        thread.setDaemon(true);
    }

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
    public void follow(PressureSettings pressure, PruneSettings prune) {
        next.set(Course.of(pressure, prune));
        wake();
    }

    /**
     * Between two turns, on the loop's thread. Settings that can't be followed, for a source of theirs can't be opened, are
     * told of once and given up; those before stay in force.
     */
    private void takeNext() {
        Course taken = next.getAndSet(null);
        if (taken == null) {
            return;
        }
        try {
            around.sources().watch(taken.pressure());
        } catch (RuntimeException fault) {
            failures++;
            log.error("pressure: the new settings can't be followed; those before stay in force", fault);
            return;
        }
        turn.follow(course, taken);
        course = taken;
    }

    /** Has the loop woken at the ledger's high mark. Moves with the mark and with the room there is. */
    private void watchLedger() {
        MemoryBudget budget = around.relays().budget();
        Watermarks ledger = course.pressure().watermarks().get(Signal.LEDGER);
        long mark = ledger == null ? Long.MAX_VALUE : (long) Math.ceil(ledger.high() * budget.ordinaryBytes());
        if (mark != ledgerMark) {
            ledgerMark = mark;
            budget.whenAbove(mark, this::wake);
        }
    }

    /** Has the next turn begin at once. Any thread. */
    public void wake() {
        woken = true;
        LockSupport.unpark(thread);
    }

    private void run() {
        try {
            rehearse();
            turnUntilClosed();
        } finally {
            around.gate().close();
            turn.end();
        }
    }

    /** Whatever goes wrong in it, nothing has happened. */
    private void rehearse() {
        try {
            new Rehearsal(course, around.relays()).run();
        } catch (RuntimeException | Error fault) {
            failures++;
            log.warn("the rehearsal of an episode failed; the first victim may take longer", fault);
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

    /** Until the next turn is due. While the loop rests, what moves first has it read an alert interval later. */
    private void pause(long began) {
        // A consumer that left the thread interrupted would have it spin here; close() is seen by its own flag.
        Thread.interrupted();
        // A turn that failed has said nothing of the next one; it must not come at once.
        long due = began + Math.max(LEAST_TURN_NANOS, turn.pauseNanos());
        boolean rests = turn.rests();
        if (rests) {
            around.relays().budget().rousing().next(this::rouse);
            if (turn.stirred()) {
                roused = true;
            }
        }
        while (!ending) {
            if (roused) {
                roused = false;
                due = Math.min(
                                due - began,
                                System.nanoTime()
                                        - began
                                        + course.pressure().alertInterval().toNanos())
                        + began;
            }
            long left = woken ? began + LEAST_TURN_NANOS - System.nanoTime() : due - System.nanoTime();
            if (left <= 0) {
                break;
            }
            LockSupport.parkNanos(left);
        }
        if (rests) {
            around.relays().budget().rousing().cancel();
        }
    }

    private void rouse() {
        roused = true;
        LockSupport.unpark(thread);
    }

    private void turn(long now) throws InterruptedException {
        try {
            takeNext();
            watchLedger();
            turn.take(now, course);
        } finally {
            lookAside(now);
        }
    }

    /** At what has no part in a turn's decision. */
    private void lookAside(long now) {
        if (now - asideAt >= ASIDE_NANOS) {
            asideAt = now;
            around.aside().apply(now).forEach(this::tell);
        }
    }

    /** A consumer that fails must not keep the loop from acting: what is to be told comes after, or beside, the deed. */
    private void tell(ControlEvent event) {
        try {
            around.events().accept(event);
        } catch (RuntimeException | Error fault) {
            failed(fault);
        }
    }

    /** The pressure as the last turn saw it. */
    public PressureView view() {
        return turn.view();
    }

    /**
     * Who would be closed for a shortage, without closing anybody. Any thread but an event loop.
     *
     * @param signal what is short; empty takes the worst now
     * @param level where it is supposed to stand, 0..1; empty takes it as it is
     * @throws IllegalArgumentException if the signal was not read or the level is out of its range
     * @throws IllegalStateException if nothing has been read yet
     */
    public Forecast forecast(Optional<Signal> signal, OptionalDouble level) {
        Course now = course;
        Evaluation evaluation =
                view().evaluation().orElseThrow(() -> new IllegalStateException("no signal has been read yet"));
        return forecaster.forecast(evaluation, now.pressure().watermarks(), now.prune(), signal, level);
    }

    /** Those that were closed last, or would have been, newest first, at most {@code limit}. Any thread. */
    public List<KillRecord> kills(int limit) {
        return turn.kills().latest(limit);
    }

    /** How many MPP has closed so far of each kind. Any thread. */
    public Map<Guilt, Long> closedByGuilt() {
        return turn.closedByGuilt();
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
        around.relays().budget().whenAbove(Long.MAX_VALUE, () -> {});
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
        around.sources().close();
    }
}
