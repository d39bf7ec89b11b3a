package dev.spillway.listener;

import dev.spillway.syn.SynProgram;
import dev.spillway.transport.FilterRefused;
import dev.spillway.transport.SocketFilter;
import dev.spillway.transport.SocketGauge;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.SocketChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The SYN gate's program on one listening socket, and what the kernel counts there while it has one. Where it is in force the
 * accept gate has nothing to do. What is wanted may be said by any thread, and is done on the channel's event loop, so that
 * no other socket can have its descriptor meanwhile; of several wishes the last counts.
 *
 * <p><b>What is counted.</b> The kernel counts what it drops at a socket, whatever the reason: beside what the program
 * dropped also newcomers for whom the accept queue had no room. Those it counts once more, for all listeners of the network
 * namespace together ({@code ListenDrops}). What that has risen by meanwhile is taken off, at each socket in full: the number
 * is exact while no queue runs over, and too small rather than too large while one does. A stray segment that is none of a
 * handshake counts too, if it is one that a listener drops without an answer, as an RST.
 */
final class SynFilter {
    private final ServerChannel channel;
    private final SocketFilter filter;
    private final SocketGauge gauge;
    private final LongConsumer dropped;
    private CompletableFuture<@Nullable Void> settled = CompletableFuture.completedFuture(null);
    private volatile @Nullable SynProgram wanted;
    private volatile @Nullable SynProgram attached;
    private volatile boolean refused;
    private volatile boolean inherited;
    private volatile boolean over;
    private boolean counting;
    private long lastDropped;
    private long droppedHere;
    private long listenDropsBefore;
    private long told;

    /** @param dropped told how many SYNs more were dropped, on the event loop */
    SynFilter(ServerChannel channel, SocketGauge gauge, LongConsumer dropped) {
        this.channel = channel;
        this.filter = new SocketFilter(channel);
        this.gauge = gauge;
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
     * @param listenDrops {@code ListenDrops} at this moment, for what is counted from now on
     * @param refusal told, on the event loop, if the kernel does not take it; the one before is taken away then, since it says
     *     what does not hold any more
     * @return done when it has happened; at once on the event loop
     */
    synchronized CompletableFuture<@Nullable Void> apply(
            @Nullable SynProgram program, long listenDrops, Consumer<FilterRefused> refusal) {
        SynProgram next = over ? null : program;
        if (wanted == next) {
            return settled;
        }
        wanted = next;
        CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
        settled = done;
        if (channel.eventLoop().inEventLoop()) {
            carryOut(listenDrops, refusal);
            done.complete(null);
        } else {
            submit(listenDrops, refusal, done);
        }
        return done;
    }

    private void submit(long listenDrops, Consumer<FilterRefused> refusal, CompletableFuture<@Nullable Void> done) {
        try {
            channel.eventLoop().execute(() -> {
                carryOut(listenDrops, refusal);
                done.complete(null);
            });
        } catch (RejectedExecutionException closed) {
            done.complete(null);
        }
    }

    /** By what is wanted now: of two wishes that wait, the first one does what the second says. */
    private void carryOut(long listenDrops, Consumer<FilterRefused> refusal) {
        SynProgram next = wanted;
        if (next == attached || !channel.isOpen()) {
            return;
        }
        if (next == null) {
            detach();
            refused = false;
            return;
        }
        beginCounting(listenDrops);
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
        apply(null, 0, none -> {});
    }

    /**
     * Takes the program from a connection that was accepted, which has inherited it. It would do no harm, but be run for each
     * segment. On the event loop.
     */
    void release(SocketChannel child) {
        if (inherited) {
            SocketFilter.detach(child);
        }
    }

    private void beginCounting(long listenDrops) {
        if (!counting && gauge.readMemory(channel) && gauge.droppedSegments() != SocketGauge.UNKNOWN) {
            counting = true;
            lastDropped = gauge.droppedSegments();
            listenDropsBefore = listenDrops;
            droppedHere = 0;
            told = 0;
        }
    }

    /**
     * Counts what was dropped since the last time, and once more after the program was taken away. Any thread.
     *
     * @param listenDrops {@code ListenDrops} at this moment
     */
    void count(long listenDrops) {
        try {
            channel.eventLoop().execute(() -> countNow(listenDrops));
        } catch (RejectedExecutionException closed) {
            over = true;
        }
    }

    private void countNow(long listenDrops) {
        if (!counting || !gauge.readMemory(channel)) {
            return;
        }
        long now = gauge.droppedSegments();
        droppedHere += now - lastDropped & 0xffff_ffffL;
        lastDropped = now;
        long more = droppedHere - Math.max(0, listenDrops - listenDropsBefore) - told;
        if (more > 0) {
            told += more;
            dropped.accept(more);
        }
        counting = attached != null;
    }
}
