package dev.spillway.listener;

import dev.spillway.syn.Steering;
import dev.spillway.syn.SynProgram;
import dev.spillway.transport.FilterRefused;
import dev.spillway.transport.Sinkhole;
import dev.spillway.transport.Transport;
import io.netty.channel.ChannelException;
import io.netty.channel.EventLoop;
import io.netty.channel.ServerChannel;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The {@link Sinkhole} of the sockets that listen at one address: there while newcomers are to be kept out by it, and only
 * then. What is wanted may be said by any thread, and is done on the event loop of one of the sockets; of several wishes the
 * last counts. Where it is in force the accept gate has nothing to do.
 *
 * <p><b>When a socket closes.</b> The sinkhole would get its index, and with it honest clients. So whoever closes one on purpose
 * has it {@linkplain #end ended} before; if one closes by itself the sinkhole goes at once, and comes back with the next
 * wish, which is made for as many sockets as there are then.
 *
 * <p><b>When it can't be.</b> It is tried again after some seconds, for descriptors or an address may be free by then.
 */
final class SynSink {
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** Which members clients come to is nobody's business. */
    private static final int KEY = new SecureRandom().nextInt();

    /** How long is waited for an event loop, before sockets are closed. */
    private static final long END_MILLIS = 1_000;

    private static final Logger log = LoggerFactory.getLogger(SynSink.class);

    private final Transport transport;
    private final Supplier<List<ServerChannel>> members;
    private final Supplier<InetSocketAddress> address;
    private final LongConsumer dropped;
    private CompletableFuture<@Nullable Void> settled = CompletableFuture.completedFuture(null);
    private CompletableFuture<@Nullable Void> gone = CompletableFuture.completedFuture(null);
    private volatile @Nullable Site site;
    private volatile @Nullable Wish wanted;
    private volatile boolean refused;
    private long retryAt;
    private boolean over;

    /** A program, and for how many sockets it was made. */
    private record Wish(Steering steering, SynProgram program, Consumer<FilterRefused> refusal) {
        boolean isFor(Steering other, SynProgram next) {
            return program == next && steering.equals(other);
        }
    }

    /** One sinkhole and the socket whose event loop it belongs to; done with when it is closed. */
    private static final class Site {
        private final ServerChannel member;
        private final Steering steering;
        private final Sinkhole sinkhole;
        private final CompletableFuture<@Nullable Void> closed = new CompletableFuture<>();
        private volatile boolean full;
        private volatile @Nullable SynProgram attached;

        Site(Transport transport, ServerChannel member, InetSocketAddress address, Steering steering) {
            this.member = member;
            this.steering = steering;
            this.sinkhole = new Sinkhole(transport, member, address, steering);
        }
    }

    /**
     * None yet.
     *
     * @param members the sockets that accept, in the order in which they began to
     * @param address where
     * @param dropped told how many SYNs more were dropped, on an event loop
     */
    SynSink(
            Transport transport,
            Supplier<List<ServerChannel>> members,
            Supplier<InetSocketAddress> address,
            LongConsumer dropped) {
        this.transport = transport;
        this.members = members;
        this.address = address;
        this.dropped = dropped;
    }

    /** Whether newcomers are kept out here, or will be at once. Any thread. */
    boolean inForce() {
        return attached() != null || wanted != null && !refused;
    }

    /** Whether what is wanted could not be done. Any thread. */
    boolean refused() {
        return refused;
    }

    /** The program there is now, if any. Any thread. */
    @Nullable
    SynProgram attached() {
        Site now = site;
        return now == null ? null : now.attached;
    }

    /** How programs are to be made now; empty if no socket is open. Any thread. */
    Optional<Steering> steering() {
        int count = listening().size();
        return count == 0 ? Optional.empty() : Optional.of(new Steering(count, KEY));
    }

    private List<ServerChannel> listening() {
        return members.get().stream().filter(ServerChannel::isOpen).toList();
    }

    /** Whether a connection from there is one of our own, which should have gone to the sinkhole. Any thread. */
    boolean isOwn(InetSocketAddress client) {
        Site now = site;
        return now != null && now.sinkhole.isOwn(client);
    }

    /** The descriptor of its socket, or -1. Any thread. */
    int descriptor() {
        Site now = site;
        return now == null ? -1 : now.sinkhole.descriptor();
    }

    /**
     * Has newcomers go by a program.
     *
     * @param steering what it was made for; if sockets have come or gone since, nothing happens, and the next wish counts
     * @param refusal told, on an event loop, if it can't be done; newcomers come in then
     * @return done when it has happened, or can't
     */
    synchronized CompletableFuture<@Nullable Void> apply(
            Steering steering, SynProgram program, Consumer<FilterRefused> refusal) {
        Wish before = wanted;
        boolean same = before != null && before.isFor(steering, program);
        boolean failed = refused && site == null;
        boolean soon = failed && System.nanoTime() - retryAt < 0;
        List<ServerChannel> listening = listening();
        if (over || same && !failed || listening.size() != steering.members()) {
            return settled;
        }
        wanted = new Wish(steering, program, refusal);
        if (soon) {
            return settled;
        }
        Site now = site;
        if (now != null && !now.steering.equals(steering)) {
            remove(now);
            now = null;
        }
        settled = now == null ? begin(listening.get(0), steering) : conformSoon(now);
        return settled;
    }

    private CompletableFuture<@Nullable Void> conformSoon(Site now) {
        CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
        submit(now, () -> {
            conform(now);
            done.complete(null);
        });
        now.closed.thenRun(() -> done.complete(null));
        return done;
    }

    /** After the one before is gone: it has the index that this one is to have. */
    private CompletableFuture<@Nullable Void> begin(ServerChannel member, Steering steering) {
        CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
        Site next;
        try {
            next = new Site(transport, member, address.get(), steering);
        } catch (ChannelException noSocket) {
            refuse(FilterRefused.because(noSocket));
            done.complete(null);
            return done;
        }
        site = next;
        gone.thenRun(() -> submit(next, () -> open(next, done)));
        next.closed.thenRun(() -> done.complete(null));
        return done;
    }

    /** On the event loop of the site. */
    private void open(Site next, CompletableFuture<@Nullable Void> done) {
        if (next != site) {
            close(next);
            return;
        }
        next.sinkhole.open().whenComplete((nothing, why) -> {
            if (why == null) {
                next.full = true;
                conform(next);
            } else if (next == site) {
                drop(next, FilterRefused.because(why));
            }
            done.complete(null);
        });
    }

    /** A site whose loop has ended is closed: so are the sockets, and the process is about to end. */
    private static void submit(Site where, Runnable step) {
        EventLoop loop = where.member.eventLoop();
        if (loop.inEventLoop()) {
            step.run();
            return;
        }
        try {
            loop.execute(step);
        } catch (RejectedExecutionException ended) {
            where.sinkhole.close();
            where.closed.complete(null);
        }
    }

    /** Does what is wanted, if the site is open and the sockets are still those it was made for. On its event loop. */
    private void conform(Site where) {
        Wish wish = wanted;
        if (where != site || wish == null || !where.full || wish.program() == where.attached) {
            return;
        }
        if (!wish.steering().equals(where.steering) || listening().size() != where.steering.members()) {
            socketClosed();
            return;
        }
        try {
            where.sinkhole.program(wish.program());
            where.attached = wish.program();
            refused = false;
        } catch (FilterRefused why) {
            drop(where, why);
        }
    }

    /** It can't be done: newcomers come in, and who wished it is told before who waits for it. On its event loop. */
    private void drop(Site where, FilterRefused why) {
        synchronized (this) {
            if (site == where) {
                site = null;
                gone = where.closed;
            }
        }
        refuse(why);
        close(where);
    }

    private void refuse(FilterRefused why) {
        Wish wish;
        synchronized (this) {
            wish = wanted;
            refused = wish != null;
            // A shorter program may fit at once; all else takes time to change.
            retryAt = System.nanoTime() + (why.why() == FilterRefused.Cause.MEMORY ? 0 : RETRY_NANOS);
        }
        if (wish != null) {
            wish.refusal().accept(why);
        }
    }

    /**
     * Lets newcomers in.
     *
     * @return done when they come in
     */
    synchronized CompletableFuture<@Nullable Void> open() {
        wanted = null;
        refused = false;
        Site now = site;
        if (now != null) {
            remove(now);
        }
        settled = gone;
        return gone;
    }

    /**
     * Lets newcomers in for good, for the sockets are about to be closed. Any thread but an event loop.
     */
    void end() {
        synchronized (this) {
            over = true;
        }
        open().copy().completeOnTimeout(null, END_MILLIS, TimeUnit.MILLISECONDS).join();
    }

    /** A socket has closed by itself: the sinkhole may have its index. Any thread. */
    synchronized void socketClosed() {
        Site now = site;
        if (now != null) {
            wanted = null;
            remove(now);
        }
    }

    private void remove(Site now) {
        site = null;
        gone = now.closed;
        submit(now, () -> close(now));
    }

    /** On the event loop of the site. */
    private void close(Site where) {
        if (where.full) {
            count(where);
        }
        where.sinkhole.close();
        where.closed.complete(null);
    }

    /** Counts what was dropped since the last time. Any thread. */
    void count() {
        Site now = site;
        if (now != null && now.full) {
            submit(now, () -> look(now));
        }
    }

    private void look(Site where) {
        if (where != site) {
            return;
        }
        count(where);
        if (!where.sinkhole.full()) {
            log.error("the sinkhole at {} is not full any more; it is made anew", address.get());
            socketClosed();
        }
    }

    private void count(Site where) {
        long more = where.sinkhole.dropped();
        if (more > 0) {
            dropped.accept(more);
        }
    }
}
