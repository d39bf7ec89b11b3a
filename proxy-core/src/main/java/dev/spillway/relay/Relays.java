package dev.spillway.relay;

import dev.spillway.connection.CloseReason;
import dev.spillway.connection.ConnectionFacts;
import dev.spillway.transport.TcpSocket;
import dev.spillway.transport.Transport;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * All live relays, one shard for each event loop, and what they share: the memory budget and the buffer pool. Methods may
 * be called on any thread unless they say otherwise.
 */
public final class Relays {
    private final Transport transport;
    private final MemoryBudget budget;
    private final Headcount headcount;
    private final BufferPool pool = new BufferPool();
    private final Map<EventLoop, RelayShard> byLoop = new IdentityHashMap<>();
    private final List<RelayShard> shards = new ArrayList<>();
    private final AtomicLong lastId = new AtomicLong();
    private final MakingRoom room = new MakingRoom();
    private volatile RelaySettings settings;
    private volatile double timeoutScale = 1;
    private boolean holdingBack;

    /** The registry for {@code transport}'s event loops, and at most {@code maxConnections} at a time. */
    public Relays(RelaySettings settings, int maxConnections, Transport transport) {
        this.settings = settings;
        this.transport = transport;
        this.budget = new MemoryBudget(settings.budgetBytes(), maxConnections);
        this.headcount = new Headcount(budget);
        for (EventLoop loop : transport.loops()) {
            RelayShard shard = new RelayShard(this, loop, pool.allocator());
            byLoop.put(loop, shard);
            shards.add(shard);
        }
        shards.forEach(RelayShard::start);
    }

    /** Event loops that connections are spread over. */
    public int loops() {
        return shards.size();
    }

    /**
     * Makes room for one more connection, which {@link #open} has to follow.
     *
     * @param most how many there may be with it
     * @return false if there are that many already
     */
    public boolean tryAdmit(int most) {
        return headcount.tryEnter(most);
    }

    /**
     * Takes an accepted connection, registered with no event loop, and joins it to a server of its pool. On {@code loop}.
     *
     * @param milestones told on {@code loop} of the connection's turns
     */
    public void open(EventLoop loop, TcpSocket client, Origin origin, Milestones milestones) {
        RelayShard shard = shard(loop);
        Relay relay;
        try {
            relay = new Relay(lastId.incrementAndGet(), origin, shard, client, System.nanoTime(), milestones);
            shard.add(relay);
        } catch (RuntimeException | Error fault) {
            abandon(client, milestones);
            shard.faulty("a newcomer", fault);
            return;
        }
        headcount.judged(relay);
        relay.start();
    }

    /** Gives back what a relay would have given back at its end, had there been memory to make one. */
    private void abandon(TcpSocket client, Milestones milestones) {
        try {
            client.resetOnClose();
            client.close();
        } finally {
            headcount.left();
            milestones.ended();
        }
    }

    /** Who goes so that newcomers find room. */
    public MakingRoom room() {
        return room;
    }

    private RelayShard shard(EventLoop loop) {
        RelayShard shard = byLoop.get(loop);
        if (shard == null) {
            throw new IllegalArgumentException("event loop " + loop + " (expected: one of the transport's)");
        }
        return shard;
    }

    Headcount headcount() {
        return headcount;
    }

    /**
     * Has connections that begin from now on go by {@code next}; those there are go on as they began.
     *
     * @throws IllegalArgumentException if the budget is another one: that can't be changed
     */
    public void settings(RelaySettings next) {
        if (next.budgetBytes() != budget.bytes()) {
            throw new IllegalArgumentException(
                    "budget: " + next.budgetBytes() + " (expected: " + budget.bytes() + ", as it was at the start)");
        }
        settings = next;
    }

    /** How many connections there may be now; a higher number that was asked for may not hold yet. */
    public int mostConnections() {
        return budget.connections();
    }

    /** How connections that begin now pass bytes on. */
    public RelaySettings settings() {
        return settings;
    }

    /**
     * Changes how many connections there may be. A lower number holds at once for newcomers, and nobody is closed for it. A
     * higher one holds when memory has room for their spares: at once as a rule, and when held bytes have come down if
     * memory is short. Waits for the event loops, so not on one of them.
     *
     * @throws IllegalArgumentException if the budget is too small for so many; nothing has changed
     */
    public void maxConnections(int most) {
        headcount.allow(most, shards);
    }

    /** Looks whether what was short when a limit was changed is there now. */
    void settleLimits() {
        headcount.settle();
    }

    Transport transport() {
        return transport;
    }

    /** What the buffers of all connections together may hold, and do. */
    public MemoryBudget budget() {
        return budget;
    }

    /**
     * Grows with every byte that is read or written and every connection that is taken: what is the same at two moments says
     * that nothing moved between them.
     */
    public long activity() {
        long sum = lastId.get();
        for (RelayShard shard : shards) {
            sum += shard.receivedBytes() + shard.sentBytes();
        }
        return sum;
    }

    /** Connections now. */
    public int active() {
        return headcount.all();
    }

    /** Where their buffers come from. */
    public BufferPool pool() {
        return pool;
    }

    /**
     * Has each event loop look at its connections, suspects first and each once at most, and waits for that, not on an event
     * loop. What was not looked at in time keeps the facts of its last look. A loop that is behind with what was asked for
     * before is not asked again; its pass counts for both.
     *
     * @param budgetNanosPerLoop for how long each loop may look
     * @return whether all had done so within {@code waitMillis}
     */
    public boolean sample(long budgetNanosPerLoop, long waitMillis) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMillis);
        List<CountDownLatch> passes = new ArrayList<>(shards.size());
        for (RelayShard shard : shards) {
            passes.add(shard.sample(budgetNanosPerLoop));
        }
        for (CountDownLatch pass : passes) {
            if (!pass.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                return false;
            }
        }
        return true;
    }

    /** What looking at connections has cost and how far it has come. */
    public SamplingView sampling() {
        return shards.stream()
                .map(shard -> shard.sampler().view())
                .reduce(SamplingView::plus)
                .orElseThrow();
    }

    /** What the kernel holds for all connections, by the last look at each, in bytes; 0 where it does not tell. */
    public long kernelBytes() {
        return shards.stream().mapToLong(shard -> shard.totals().kernelBytes()).sum();
    }

    /** What the connections that MPP may not close take, by the last look at each. */
    public ExemptShare exemptCost() {
        return CostTotals.exempt(shards.stream().map(RelayShard::totals).toList());
    }

    private boolean onEachLoop(long millis, Consumer<RelayShard> task) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(shards.size());
        for (RelayShard shard : shards) {
            shard.loop().execute(() -> {
                try {
                    task.accept(shard);
                } finally {
                    done.countDown();
                }
            });
        }
        return done.await(millis, TimeUnit.MILLISECONDS);
    }

    /** What policy may know of each live connection at {@code now}, a {@code System.nanoTime()}. */
    public List<ConnectionFacts> facts(long now) {
        List<ConnectionFacts> facts = new ArrayList<>(active() + 16);
        for (RelayShard shard : shards) {
            shard.live().forEach(relay -> facts.add(relay.facts(now)));
        }
        return facts;
    }

    /**
     * Resets connections, each on its event loop.
     *
     * @param ids which; those that have ended by themselves are passed over
     * @param each told once of each, when it has ended
     */
    public void prune(Collection<Long> ids, PruneListener each) {
        reset(ids, CloseReason.PRUNED, each);
    }

    /** The same for another reason. */
    void reset(Collection<Long> ids, CloseReason reason, PruneListener each) {
        Resets.ask(ids, reason, each, this::holding);
    }

    /**
     * Has the idle and first-byte timeouts of eligible connections count as if they were {@code scale} times as long, from
     * the next look at them on, until another scale is set. Those of exempt ones stay as they are.
     *
     * @throws IllegalArgumentException if it is not in (0,1]
     */
    public void timeoutScale(double scale) {
        if (!(scale > 0 && scale <= 1)) {
            throw new IllegalArgumentException("timeout scale: " + scale + " (expected: above 0, 1 or less)");
        }
        timeoutScale = scale;
    }

    /** What idle and first-byte timeouts of eligible connections are multiplied by now. */
    public double timeoutScale() {
        return timeoutScale;
    }

    /**
     * Has the connections of {@code ids}, and no others, read from neither side until the next call. Soon, each on its event
     * loop; the later of two calls wins. Those that have ended are passed over.
     */
    public synchronized void holdBack(Collection<Long> ids) {
        if (ids.isEmpty() && !holdingBack) {
            return;
        }
        holdingBack = !ids.isEmpty();
        Set<Long> wanted = Set.copyOf(ids);
        for (RelayShard shard : shards) {
            shard.loop().execute(() -> shard.heldBack().become(wanted));
        }
    }

    /** Connections that do not read now because of {@link #holdBack}. */
    public int heldBack() {
        return shards.stream().mapToInt(shard -> shard.heldBack().size()).sum();
    }

    /** The live relay of that number; null if there is none. */
    @Nullable
    Relay find(long id) {
        RelayShard shard = holding(id);
        return shard == null ? null : shard.find(id);
    }

    private @Nullable RelayShard holding(long id) {
        for (RelayShard shard : shards) {
            if (shard.find(id) != null) {
                return shard;
            }
        }
        return null;
    }

    /**
     * Waits until there is no connection, not on an event loop.
     *
     * @return whether that is so; false if {@code nanos} have passed before
     */
    public boolean awaitEmpty(long nanos) throws InterruptedException {
        return headcount.awaitEmpty(nanos);
    }

    /**
     * Resets every connection that is left, and waits for that, not on an event loop.
     *
     * @return whether all had been reset within {@code millis}
     */
    public boolean closeAll(long millis) throws InterruptedException {
        return onEachLoop(millis, shard -> shard.each(relay -> relay.close(CloseReason.SHUTDOWN, true)));
    }

    /** What the relays did and hold. */
    public RelayCounts counts() {
        Map<CloseReason, Long> closed = new EnumMap<>(CloseReason.class);
        long received = 0;
        long sent = 0;
        for (RelayShard shard : shards) {
            received += shard.receivedBytes();
            sent += shard.sentBytes();
            for (CloseReason reason : CloseReason.values()) {
                closed.merge(reason, shard.closed(reason), Long::sum);
            }
        }
        return new RelayCounts(
                active(),
                headcount.eligible(),
                shards.stream().mapToLong(RelayShard::lingering).sum(),
                timeoutScale,
                budget.held(),
                budget.bytes(),
                budget.shortReads(),
                received,
                sent,
                shards.stream().mapToLong(RelayShard::splicedBytes).sum(),
                shards.stream().mapToLong(shard -> shard.lostEvents().count()).sum(),
                shards.stream().mapToInt(shard -> shard.pipes().open()).sum(),
                Map.copyOf(closed),
                room.view());
    }

    /** Live connections in the given order, at most {@code limit}. */
    public List<ConnectionView> views(ConnectionOrder by, int limit) {
        long now = System.nanoTime();
        List<ConnectionView> all = new ArrayList<>(active() + 16);
        for (RelayShard shard : shards) {
            shard.live().forEach(relay -> all.add(new Glance(relay, now).view()));
        }
        return by.first(all, limit);
    }
}
