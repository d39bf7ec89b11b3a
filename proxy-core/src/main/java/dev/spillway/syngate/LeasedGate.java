package dev.spillway.syngate;

import dev.spillway.limit.LogPace;
import dev.spillway.syn.SynOrder;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A gate that is never left shut: it stays so only while the controller says so again and again. A thread of its own, which
 * looks four times a second while the gate is shut, opens it when nothing was heard for eight looks, which is 2 s, or for twice the pause that the settings
 * allow between two turns, if that is longer.
 *
 * <p>Starved of CPU, or while the process is stopped, the controller is late without being dead, and so is this thread: a look
 * that comes late itself says nothing of the controller and does not count. So the gate opens after 2 s of its silence on a
 * machine that runs, and later on one that hardly does. If the controller comes back, the gate shuts again.
 */
public final class LeasedGate implements SynGate {
    /** How often is looked, and after how many looks without a word the gate opens. */
    static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    static final int MOST_SILENT = 8;

    private static final Logger log = LoggerFactory.getLogger(LeasedGate.class);

    private final SynGate gate;
    private final LongSupplier pauses;
    private final LongSupplier clock;
    private final AtomicLong words = new AtomicLong();
    private final AtomicLong openings = new AtomicLong();
    private final LogPace faultPace = new LogPace(TimeUnit.SECONDS.toNanos(10));
    private final Thread watchdog = new Thread(this::watch, "spillway-syn-gate");

    /** Whether anybody is to be kept out, and whether that is watched: for one look longer, which counts what came last. */
    private volatile boolean shut;

    private volatile boolean watched;
    private volatile boolean closed;
    private long heard;
    private long lastLook;
    private int silent;

    /**
     * Takes {@code gate} over, and closes it. To be started before it is shut.
     *
     * @param pauses how long the controller may rest between two turns in an episode, in nanoseconds, by the settings in force
     */
    public LeasedGate(SynGate gate, LongSupplier pauses) {
        this(gate, pauses, System::nanoTime);
    }

    LeasedGate(SynGate gate, LongSupplier pauses, LongSupplier clock) {
        this.gate = gate;
        this.pauses = pauses;
        this.clock = clock;
        this.lastLook = clock.getAsLong();
        watchdog.setDaemon(true);
    }

    /** Starts the thread that watches; it ends when the gate is closed. */
    public void start() {
        watchdog.start();
    }

    @Override
    public String kind() {
        return gate.kind();
    }

    @Override
    public void apply(SynOrder order) {
        words.incrementAndGet();
        if (closed) {
            return;
        }
        if (order.open()) {
            // In this order: an opening that failed is tried again by the watchdog.
            gate.apply(order);
            shut = false;
            return;
        }
        shut = true;
        if (!watched) {
            watched = true;
            LockSupport.unpark(watchdog);
        }
        gate.apply(order);
    }

    private void watch() {
        while (!closed) {
            if (!watched) {
                LockSupport.park(this);
                continue;
            }
            long due = clock.getAsLong() + LOOK_NANOS;
            for (long left = LOOK_NANOS; left > 0 && !closed; left = due - clock.getAsLong()) {
                LockSupport.parkNanos(this, left);
            }
            try {
                look();
            } catch (RuntimeException | Error fault) {
                long times = faultPace.occasion(clock.getAsLong());
                if (times > 0) {
                    log.error("a look at the SYN gate failed ({} times since the last line)", times, fault);
                }
            }
        }
    }

    /** One look. */
    void look() {
        long now = clock.getAsLong();
        boolean onTime = now - lastLook < 2 * LOOK_NANOS;
        lastLook = now;
        long words = this.words.get();
        silent = words != heard ? 0 : onTime ? silent + 1 : silent;
        heard = words;
        if (shut && silent >= mostSilent()) {
            silent = 0;
            open();
        }
        gate.count();
        if (!shut) {
            watched = false;
            if (shut) {
                // Again, in between.
                watched = true;
            }
        }
    }

    private long mostSilent() {
        return Math.max(MOST_SILENT, 2 * pauses.getAsLong() / LOOK_NANOS);
    }

    private void open() {
        // First, and before anything that may block or fail; until it has been done it is tried again.
        gate.apply(SynOrder.NONE);
        shut = false;
        openings.incrementAndGet();
        log.error(
                "SYN gate: opened, for nothing was heard from the controller for {} s; it is not shut again before the controller is",
                mostSilent() * LOOK_NANOS / TimeUnit.SECONDS.toNanos(1));
    }

    @Override
    public boolean refresh() {
        return gate.refresh();
    }

    @Override
    public void count() {
        gate.count();
    }

    @Override
    public SynGateView view() {
        return gate.view().openings(openings.get());
    }

    @Override
    public void close() {
        closed = true;
        gate.close();
        LockSupport.unpark(watchdog);
    }
}
