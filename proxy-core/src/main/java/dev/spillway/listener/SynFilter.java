package dev.spillway.listener;

import dev.spillway.flood.KernelCounter;
import dev.spillway.flood.KernelCounters;
import dev.spillway.syn.SynProgram;
import dev.spillway.transport.FilterRefused;
import dev.spillway.transport.SocketFilter;
import dev.spillway.transport.SocketGauge;
import dev.spillway.transport.TcpSocket;
import io.netty.channel.ServerChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The SYN gate's program on one listening socket, and what the kernel counts there while it has one. Where it is in force the
 * accept gate has nothing to do. What is wanted may be said by any thread, and is done on the channel's event loop, so that
 * no other socket can have its descriptor meanwhile; of several wishes the last counts.
 *
 * <p><b>What is counted.</b> The kernel counts what it drops at a socket, whatever the reason: beside what the program
 * dropped also newcomers for whom a queue had no room. Those it counts once more, for all listeners of the network namespace
 * together, whoever's they are. Only what can have been dropped here is taken off, or the load of others would hide what the
 * program did: {@code ListenDrops} while the accept queue of this socket was half full or more ({@link QueueWatch}), and else
 * {@code TCPReqQFullDrop}, which stands still while SYN cookies are on. So the number is exact while this queue does not run over,
 * and too small rather than too large while it does. What can't be told apart: newcomers dropped for want of memory, and those
 * of a queue that ran over and was emptied to half between two looks, which come four times a second. A stray segment that is none of a handshake counts too, if it is one
 * that a listener drops without an answer, as an RST.
 */
final class SynFilter {
    private final ServerChannel channel;
    private final SocketFilter filter;
    private final SocketGauge gauge;
    private final QueueWatch queue;
    private final LongConsumer dropped;
    private final AtomicBoolean asked = new AtomicBoolean();
    private volatile KernelCounters latest = KernelCounters.NONE;
    private CompletableFuture<@Nullable Void> settled = CompletableFuture.completedFuture(null);
    private volatile @Nullable SynProgram wanted;
    private volatile @Nullable SynProgram attached;
    private volatile boolean refused;
    private volatile boolean inherited;
    private volatile boolean over;
    private boolean counting;
    private long lastDropped;
    private KernelCounters lastCounters = KernelCounters.NONE;
    private boolean crowdedBefore;
    private long takenOffLater;

    /** @param dropped told how many SYNs more were dropped, on the event loop */
    SynFilter(ServerChannel channel, SocketGauge gauge, QueueWatch queue, LongConsumer dropped) {
        this.channel = channel;
        this.filter = new SocketFilter(channel);
        this.gauge = gauge;
        this.queue = queue;
        this.dropped = dropped;
    }

    /** Whether newcomers are kept out here by a program, or will be at once. Any thread. */
    boolean inForce() {
        return attached != null || wanted != null && !refused;
    }

    /** Whether the kernel refused what is wanted. Any thread. */
    boolean refused() {
        return refused;
    }

    /** The program there is now, if any. Any thread. */
    @Nullable
    SynProgram attached() {
        return attached;
    }

    /**
     * Has the socket go by a program, or by none. Any thread.
     *
     * @param counters the kernel's at this moment, for what is counted from now on
     * @param refusal told, on the event loop, if the kernel does not take it; the one before is taken away then, since it says
     *     what does not hold any more
     * @return done when it has happened; at once on the event loop
     */
    synchronized CompletableFuture<@Nullable Void> apply(
            @Nullable SynProgram program, KernelCounters counters, Consumer<FilterRefused> refusal) {
        SynProgram next = over ? null : program;
        if (wanted == next) {
            return settled;
        }
        wanted = next;
        CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
        settled = done;
        if (channel.eventLoop().inEventLoop()) {
            carryOut(counters, refusal);
            done.complete(null);
        } else {
            submit(counters, refusal, done);
        }
        return done;
    }

    private void submit(
            KernelCounters counters, Consumer<FilterRefused> refusal, CompletableFuture<@Nullable Void> done) {
        try {
            channel.eventLoop().execute(() -> {
                carryOut(counters, refusal);
                done.complete(null);
            });
        } catch (RejectedExecutionException closed) {
            done.complete(null);
        }
    }

    /** By what is wanted now: of two wishes that wait, the first one does what the second says. */
    private void carryOut(KernelCounters counters, Consumer<FilterRefused> refusal) {
        SynProgram next = wanted;
        if (next == attached || !channel.isOpen()) {
            return;
        }
        if (next == null) {
            detach();
            refused = false;
            return;
        }
        beginCounting(counters);
        // Before: a handshake that ends right after has the program already.
        inherited = true;
        try {
            filter.attach(next);
            attached = next;
            refused = false;
        } catch (FilterRefused why) {
            refused = true;
            detach();
            refusal.accept(why);
        }
    }

    private void detach() {
        if (attached != null) {
            filter.detach();
            attached = null;
        }
    }

    /** Takes it away for good: the socket is given up. Any thread. */
    void end() {
        over = true;
        apply(null, KernelCounters.NONE, none -> {});
    }

    /**
     * Takes the program from a connection that was accepted, which has inherited it. It would do no harm, but be run for each
     * segment. On the event loop.
     */
    void release(TcpSocket child) {
        if (inherited) {
            SocketFilter.detach(child);
        }
    }

    private void beginCounting(KernelCounters counters) {
        if (!counting && gauge.readMemory(channel) && gauge.droppedSegments() != SocketGauge.UNKNOWN) {
            counting = true;
            lastDropped = gauge.droppedSegments();
            lastCounters = counters;
            crowdedBefore = queue.crowdedSince();
            takenOffLater = 0;
        }
    }

    /**
     * Counts what was dropped since the last time, and once more after the program was taken away. Any thread. An event loop that is
     * behind has one count waiting at most, which goes by what was said last.
     *
     * @param counters the kernel's at this moment
     */
    void count(KernelCounters counters) {
        latest = counters;
        if (asked.compareAndSet(false, true)) {
            try {
                channel.eventLoop().execute(() -> {
                    asked.set(false);
                    countNow(latest);
                });
            } catch (RejectedExecutionException closed) {
                over = true;
            }
        }
    }

    private void countNow(KernelCounters counters) {
        if (!counting || !gauge.readMemory(channel)) {
            return;
        }
        long now = gauge.droppedSegments();
        long here = now - lastDropped & 0xffff_ffffL;
        lastDropped = now;
        long gate = here - takenOff(here, counters);
        if (gate > 0) {
            dropped.accept(gate);
        }
        counting = attached != null;
    }

    /**
     * How many of those that were dropped here the program did not drop, at most. What the kernel says of the namespace and of the
     * socket is read at two moments, so what can't be taken off now may be the next time.
     */
    private long takenOff(long here, KernelCounters counters) {
        boolean crowded = queue.crowdedSince();
        long most = counters.since(
                lastCounters, crowded || crowdedBefore ? KernelCounter.LISTEN_DROPS : KernelCounter.QUEUE_FULL_DROPS);
        lastCounters = counters;
        crowdedBefore = crowded;
        long taken = Math.min(here, takenOffLater + most);
        takenOffLater = Math.min(most, takenOffLater + most - taken);
        return taken;
    }
}
