package dev.spillway.relay;

import dev.spillway.connection.CloseReason;
import dev.spillway.limit.LogPace;
import dev.spillway.transport.Pipes;
import dev.spillway.transport.SocketGauge;
import dev.spillway.transport.Transport;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.channel.SingleThreadEventLoop;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The live relays of one event loop, and what they counted. Changed by that event loop alone; read by any thread. Bounded
 * by the limit of connections, which admission keeps.
 */
final class RelayShard {
    /** How often timeouts are looked at: they are as exact as this. */
    static final long SWEEP_MILLIS = 1_000;

    private static final Logger log = LoggerFactory.getLogger(RelayShard.class);
    private static final VarHandle RECEIVED;
    private static final VarHandle SENT;
    private static final VarHandle SPLICED;

    static {
        try {
            RECEIVED = MethodHandles.lookup().findVarHandle(RelayShard.class, "received", long.class);
            SPLICED = MethodHandles.lookup().findVarHandle(RelayShard.class, "spliced", long.class);
            SENT = MethodHandles.lookup().findVarHandle(RelayShard.class, "sent", long.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private final Relays relays;
    private final EventLoop loop;
    private final ByteBufAllocator allocator;
    private final IdTable<Relay> live = new IdTable<>(Relay::id);
    private final AtomicLongArray closed = new AtomicLongArray(CloseReason.values().length);
    private final HeldBack heldBack = new HeldBack(this);
    private final CostTotals totals = new CostTotals();
    private final @Nullable SocketGauge gauge;
    private final Sampler sampler;
    private final SharedPass pass;
    private final SilentShard silent;
    private final SharedBuffer buffer;
    private final Timeouts timeouts = new Timeouts(this);
    private final Pipes pipes;
    private final LostEvents lostEvents;
    private final ArrayDeque<BareHalf> waiting = new ArrayDeque<>();
    private final Runnable turns = this::takeTurns;
    private final Runnable afterEvents;
    private final LogPace faults = new LogPace(TimeUnit.SECONDS.toNanos(10));
    private boolean turnsAsked;
    private long received;
    private long sent;
    private long spliced;
    private volatile int lingering;

    RelayShard(Relays relays, EventLoop loop, ByteBufAllocator allocator) {
        this.relays = relays;
        this.loop = loop;
        this.allocator = allocator;
        Transport transport = relays.transport();
        this.gauge = transport.tellsKernelMemory() ? transport.newGauge() : null;
        this.sampler = new Sampler(gauge != null, transport.loops().size(), System::nanoTime, cpuClock());
        this.afterEvents = () -> ((SingleThreadEventLoop) loop).executeAfterEventLoopIteration(turns);
        this.buffer = new SharedBuffer(allocator);
        this.pipes = transport.pipes(loop);
        this.lostEvents = new LostEvents(loop, gauge);
        this.silent = relays.room().line(this);
        this.pass = new SharedPass(loop, budget -> guarded("sampling", () -> sampler.pass(budget)));
    }

    /** CPU time of the thread that asks; time itself where that is not told. */
    private static LongSupplier cpuClock() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        return threads.isCurrentThreadCpuTimeSupported() ? threads::getCurrentThreadCpuTime : System::nanoTime;
    }

    /** Begins to look for timeouts and to sample. */
    void start() {
        loop.scheduleWithFixedDelay(this::sweep, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
        loop.scheduleWithFixedDelay(this::tick, Sampler.TICK_MILLIS, Sampler.TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void tick() {
        guarded("sampling", sampler::tick);
    }

    /** Has the relays looked at for as long as {@code budget} nanoseconds, suspects first. Any thread. */
    CountDownLatch sample(long budget) {
        return pass.ask(budget);
    }

    /** A task of the loop's timer: what it throws, an error of memory too, would end the timer for good and in silence. */
    private void guarded(String what, Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error fault) {
            faulty(what, fault);
        }
    }

    Sampler sampler() {
        return sampler;
    }

    /** What the kernel is asked with; null where it tells nothing. */
    @Nullable
    SocketGauge gauge() {
        return gauge;
    }

    SilentShard silent() {
        return silent;
    }

    CostTotals totals() {
        return totals;
    }

    private void sweep() {
        guarded("a sweep", () -> {
            relays.settleLimits();
            relays.room().trim();
            pipes.sweep();
            long now = System.nanoTime();
            each(relay -> {
                relay.observe(now);
                relay.path().sweep();
                timeouts.look(relay, now);
            });
        });
    }

    /** The half has had its turn, and goes on when the others have had theirs. On the event loop. */
    void later(BareHalf half) {
        waiting.addLast(half);
        if (!turnsAsked) {
            loop.execute(afterEvents);
            turnsAsked = true;
        }
    }

    /**
     * One turn each. Event loops run tasks until none is left, without a look at their sockets: a task that gives itself out again would keep
     * them from it. So turns are taken at the end of a round of the loop, and the next ones at the end of the next. They are asked for once a
     * round: asked for twice, each would ask twice again, and one that carries bulk would have twice as many turns in every round.
     */
    private void takeTurns() {
        turnsAsked = false;
        for (int left = waiting.size(); left > 0; left--) {
            BareHalf next = waiting.removeFirst();
            guarded(next.relay(), relay -> next.turn());
        }
    }

    /** Does {@code task} for every live relay; one that fails does not keep the others, or the next time, from it. */
    void each(Consumer<Relay> task) {
        live.forEach(relay -> guarded(relay, task));
    }

    void guarded(Relay relay, Consumer<Relay> task) {
        try {
            task.accept(relay);
        } catch (RuntimeException | Error fault) {
            faulty("a task for a connection", fault);
        }
    }

    /** Tells of a fault of our own, not more often than is good for the log. */
    void faulty(String what, Throwable fault) {
        long times = faults.occasion(System.nanoTime());
        if (times > 0) {
            log.error("{} failed inside the proxy ({} times since the last line)", what, times, fault);
        }
    }

    ByteBufAllocator allocator() {
        return allocator;
    }

    SharedBuffer buffer() {
        return buffer;
    }

    Pipes pipes() {
        return pipes;
    }

    LostEvents lostEvents() {
        return lostEvents;
    }

    EventLoop loop() {
        return loop;
    }

    Transport transport() {
        return relays.transport();
    }

    RelaySettings settings() {
        return relays.settings();
    }

    double timeoutScale() {
        return relays.timeoutScale();
    }

    HeldBack heldBack() {
        return heldBack;
    }

    MemoryBudget budget() {
        return relays.budget();
    }

    /** What may fail for want of memory comes first: a relay is known in all places, or in none. */
    void add(Relay relay) {
        live.add(relay);
        try {
            totals.add(relay.observation());
        } catch (RuntimeException | Error fault) {
            live.remove(relay.id());
            throw fault;
        }
        sampler.add(relay.observation());
    }

    void remove(Relay relay, CloseReason reason) {
        live.remove(relay.id());
        heldBack.forget(relay.id());
        sampler.remove(relay.observation());
        totals.remove(relay.observation());
        closed.incrementAndGet(reason.ordinal());
        relays.headcount().gone(relay);
    }

    /** So many more of its relays linger, or fewer. */
    void lingers(int change) {
        lingering += change;
    }

    int lingering() {
        return lingering;
    }

    @Nullable
    Relay find(long id) {
        return live.find(id);
    }

    IdTable<Relay> live() {
        return live;
    }

    void received(int bytes) {
        RECEIVED.setOpaque(this, received + bytes);
    }

    void sent(int bytes) {
        SENT.setOpaque(this, sent + bytes);
    }

    void spliced(int bytes) {
        SPLICED.setOpaque(this, spliced + bytes);
    }

    long splicedBytes() {
        return (long) SPLICED.getOpaque(this);
    }

    long receivedBytes() {
        return (long) RECEIVED.getOpaque(this);
    }

    long sentBytes() {
        return (long) SENT.getOpaque(this);
    }

    long closed(CloseReason reason) {
        return closed.get(reason.ordinal());
    }
}
