package dev.spillway.listener;

import dev.spillway.connection.RefusalReason;
import dev.spillway.connection.SourceGroup;
import dev.spillway.limit.LogPace;
import dev.spillway.limit.Shortage;
import dev.spillway.listener.Pauses.Pause;
import dev.spillway.relay.MakingRoom;
import dev.spillway.security.Verdict;
import dev.spillway.transport.Caller;
import dev.spillway.transport.SocketGauge;
import dev.spillway.transport.TcpSocket;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.SocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides at the parent channel, before anything is spent on a connection, whether it is taken. The order: the SYN gate's
 * rate, for those that are eligible; then the connection rate limit (S16); then the limit of connections; then the verdict is frozen (S11) and the relay begins.
 *
 * <p>Where newcomers are to wait rather than be reset, accepting pauses when the proxy is full. Some are accepted
 * nevertheless: a read of the server channel takes several at a time, and the last slot may go to a connection of another
 * event loop. These are kept, unread and few, until there is room.
 *
 * <p>{@link Placement} finds the room, makes it, or has newcomers wait.
 *
 * <p>A listener that some may reach whom MPP spares does not pause: see {@link Exposure}. Its eligible newcomers are accepted
 * and reset instead.
 *
 * <p>Accepting is paused and goes on by {@link Pauses}; {@link GateWindows} has the gate's. Owned by the server channel's event loop.
 */
final class Admission extends ChannelInboundHandlerAdapter implements Placement.Door {
    private static final long RECHECK_MILLIS = 10;
    private static final long NO_DESCRIPTOR_MILLIS = 100;

    private static final Logger log = LoggerFactory.getLogger(Admission.class);

    private final ServerChannel channel;
    private final List<EventLoop> children;
    private final Pauses pauses;
    private final GateWindows windows;
    private final LogPace pace = new LogPace(TimeUnit.SECONDS.toNanos(10));
    private final LogPace fullPace = new LogPace(TimeUnit.SECONDS.toNanos(10));
    private final LogPace faultPace = new LogPace(TimeUnit.SECONDS.toNanos(10));
    private final FailedAccept failedAccept = new FailedAccept();
    private final QueueWatch queue;
    private final SynFilter filter;
    private final Placement placement;
    private final SynSink sink;
    private int next;
    private @Nullable Retirement retirement;
    private volatile Listener listener;
    private volatile boolean closing;

    Admission(Listener listener, ServerChannel channel, List<EventLoop> children, SynSink sink) {
        this.listener = listener;
        this.sink = sink;
        this.channel = channel;
        this.children = children;
        this.pauses = new Pauses(channel);
        this.windows = new GateWindows(channel, pauses, this::rate, this::faulty);
        // One for both: each asks for the figures of a look right behind it, on the same event loop.
        SocketGauge gauge = listener.shared().transport().newGauge();
        this.queue = new QueueWatch(channel, gauge);
        this.placement = new Placement(channel, () -> this.listener, this);
        this.filter = new SynFilter(
                channel, gauge, queue, more -> this.listener.synGate().dropped(more));
    }

    /** The SYN gate's program on this socket. */
    SynFilter filter() {
        return filter;
    }

    ServerChannel channel() {
        return channel;
    }

    /** What the kernel says of this socket, as far as it was looked at. */
    QueueWatch queue() {
        return queue;
    }

    /** Has the event loop look at what the kernel says of this socket. Any thread. */
    void look() {
        queue.look(dropped -> listener.dropped(dropped));
    }

    /** That many SYNs more were dropped by the sinkhole beside this socket. */
    void sunk(long segments) {
        listener.sunk(segments);
    }

    /** Whether the kernel keeps newcomers out here, so that nobody is to be kept out once more. */
    private boolean keptOutByKernel() {
        return filter.inForce() || sink.inForce();
    }

    /** Has another listener answer for this socket, from the next connection on. Any thread. */
    void belongTo(Listener other) {
        listener = other;
    }

    /** Begins to accept. Any thread. */
    void open() {
        channel.eventLoop().execute(() -> {
            pauses.end(Pause.NOT_OPEN);
            setWindows();
        });
    }

    /** Looks again at what the policy says of waiting, which has changed. Any thread. */
    void conform() {
        channel.eventLoop().execute(() -> {
            if (!pauses.has(Pause.NOT_OPEN)) {
                setWindows();
            }
        });
    }

    private void setWindows() {
        windows.run(listener.shared().policy().pausing() && channel.isOpen());
    }

    /** The share of newcomers that the gate's windows keep out; 0 where those may come whom it spares, or the kernel does it. */
    private double rate() {
        boolean all = listener.exposure().degree() == Exposure.Degree.ALL;
        return all && !keptOutByKernel() ? listener.synDropRate() : 0;
    }

    /** Changes the backlog. Any thread. */
    void backlog(int backlog) {
        channel.eventLoop().execute(() -> {
            try {
                listener.shared().transport().relisten(channel, backlog);
            } catch (IOException refused) {
                log.warn("listener {}: its backlog can't be changed to {}", listener.name(), backlog, refused);
            }
        });
    }

    /** Changes for how long the kernel waits for a client's first bytes. Any thread; done when that is so, or was refused. */
    CompletableFuture<@Nullable Void> deferAccept(Duration time) {
        return CompletableFuture.runAsync(
                () -> {
                    try {
                        listener.shared().transport().deferAccept(channel, (int) time.toSeconds());
                    } catch (ChannelException refused) {
                        log.warn("listener {}: the kernel refuses defer-accept = {}", listener.name(), time, refused);
                    }
                },
                channel.eventLoop());
    }

    /**
     * Gives the socket up: what the kernel has for it is taken as ever, then it closes. Any thread.
     *
     * @return done when no newcomer is answered any more: at once where the socket can be deafened, else when it has closed
     */
    CompletableFuture<@Nullable Void> retire() {
        CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
        listener.shared().transport().whenReleased(channel, () -> done.complete(null));
        channel.eventLoop().execute(() -> {
            closing = true;
            filter.end();
            Retirement begun = new Retirement(channel, listener.shared().transport(), this::nobodyWaits);
            retirement = begun;
            if (begun.deaf()) {
                done.complete(null);
            }
            begun.watch();
        });
        return done;
    }

    private boolean nobodyWaits() {
        return pauses.none() && placement.isEmpty();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        Retirement ending = retirement;
        if (ending != null) {
            ending.readComplete();
        }
    }

    /** Closes the socket; what is in its queue is reset. Any thread. */
    CompletableFuture<@Nullable Void> close() {
        closing = true;
        CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
        listener.shared().transport().whenReleased(channel, () -> done.complete(null));
        channel.close();
        return done;
    }

    boolean accepting() {
        return pauses.accepting();
    }

    /** What is no caller is the listening channel itself: there was one, and there is nothing left to do for it. */
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof Caller caller) {
            answer(caller);
        } else if (message instanceof SocketChannel child) {
            answer(Caller.of(child));
        }
    }

    private void answer(Caller caller) {
        Retirement ending = retirement;
        if (ending != null) {
            ending.accepted();
        }
        failedAccept.end();
        boolean handedOn = false;
        try {
            handedOn = judge(caller);
        } finally {
            if (!handedOn) {
                // It belongs to no event loop yet: nobody else would close it.
                caller.reset();
            }
        }
        if (listener.shared().transport().reserve().touched()) {
            freeDescriptors();
        }
        placement.lookAhead();
    }

    /** Whether somebody else answers for it now. */
    private boolean judge(Caller caller) {
        InetSocketAddress remote = caller.remote();
        InetSocketAddress local = caller.local();
        if (remote == null || local == null) {
            // Reset by its peer while it waited in the kernel's queue.
            return false;
        }
        if (sink.isOwn(remote)) {
            return false;
        }
        Verdict verdict = listener.judge(remote, local);
        if (verdict.eligible() && dropped()) {
            listener.refused(RefusalReason.SYN_GATE);
            return false;
        }
        SourceGroup source = listener.shared().policy().source(remote.getAddress());
        RateGuard.Answer answer = listener.rateGuard().ask(source, verdict.eligible());
        if (answer instanceof RateGuard.Refused refused) {
            listener.refused(refused.reason());
            return false;
        }
        TcpSocket child = caller.letIn();
        filter.release(child);
        placement.place(new Newcomer(child, remote, local, verdict, source, (RateGuard.Pass) answer));
        return true;
    }

    /** The reserve is touched: no more newcomers are taken before a silent connection has given its descriptors back. */
    private void freeDescriptors() {
        MakingRoom room = listener.shared().relays().room();
        MakingRoom.Need need =
                MakingRoom.Need.of(listener.shared().transport().reserve()::lack, made -> goOnAfterShortage());
        if (room.makeRoom(Shortage.DESCRIPTORS, need) == MakingRoom.Outcome.ASKED) {
            pauseForDescriptors(RECHECK_MILLIS);
        }
    }

    private void pauseForDescriptors(long millis) {
        if (!pauses.has(Pause.NO_DESCRIPTORS)) {
            pauses.begin(Pause.NO_DESCRIPTORS);
            channel.eventLoop().schedule(this::goOnAfterShortage, millis, TimeUnit.MILLISECONDS);
        }
    }

    private void goOnAfterShortage() {
        channel.eventLoop().execute(() -> pauses.end(Pause.NO_DESCRIPTORS));
    }

    private boolean dropped() {
        return !listener.pauses()
                && !keptOutByKernel()
                && ThreadLocalRandom.current().nextDouble() < listener.synDropRate();
    }

    @Override
    public void waitForRoom() {
        if (!pauses.has(Pause.FULL)) {
            pauses.begin(Pause.FULL);
            long times = fullPace.occasion(System.nanoTime());
            if (times > 0) {
                log.warn(
                        "listener {}: full, newcomers wait: {} connections ({} times since the last line)",
                        listener.name(),
                        listener.shared().relays().active(),
                        times);
            }
        }
    }

    @Override
    public void goOn() {
        pauses.end(Pause.FULL);
    }

    @Override
    public void refuse(Newcomer newcomer, RefusalReason reason) {
        newcomer.pass().cancel();
        listener.refused(reason);
        reset(newcomer.child());
    }

    private static void reset(TcpSocket child) {
        child.resetOnClose();
        child.close();
    }

    /** The socket has closed: nobody will look for room any more. */
    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (!closing) {
            sink.socketClosed();
            log.error(
                    "listener {}: one of its sockets has closed by itself; it takes no more connections",
                    listener.name());
        }
        windows.end();
        placement.abandon(newcomer -> {
            newcomer.pass().cancel();
            reset(newcomer.child());
        });
    }

    private void faulty(String what, Throwable fault) {
        long times = faultPace.occasion(System.nanoTime());
        if (times > 0) {
            log.error("listener {}: {} failed ({} times since the last line)", listener.name(), what, times, fault);
        }
    }

    @Override
    public void admit(Newcomer newcomer) {
        Listener owner = listener;
        owner.admitted();
        // From here on the relay has the slot, and gives it back however it ends.
        newcomer.open(owner, children.get(Math.floorMod(next++, children.size())));
        windows.accepted(listener.pauses() && newcomer.verdict().eligible());
    }

    /** The kernel could not hand a connection over, for want of a descriptor as a rule; at once again would be in vain. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!(cause instanceof IOException)) {
            faulty("a newcomer", cause);
            return;
        }
        listener.refused(RefusalReason.NO_DESCRIPTORS);
        if (!pauses.has(Pause.NO_DESCRIPTORS)) {
            long failures = pace.occasion(System.nanoTime());
            if (failures > 0) {
                log.warn(
                        "listener {}: can't accept ({} times since the last line): {}",
                        listener.name(),
                        failures,
                        String.valueOf(cause));
            }
            boolean soon = failedAccept.makeRoom(listener.shared().relays().room());
            pauseForDescriptors(soon ? RECHECK_MILLIS : NO_DESCRIPTOR_MILLIS);
        }
    }
}
