package dev.spillway.listener;

import dev.spillway.transport.Transport;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.ServerChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The sockets that listen at one address: one for each event loop where the transport lets them share the address, so
 * that a connection stays on the event loop that accepted it; else one socket whose connections are dealt out in turn.
 *
 * <p>They belong to the listener that answers for them, and can be handed on to another one, so that an address changes
 * hands without a moment at which nobody listens. Changed by one thread at a time; asked by any.
 */
final class ListeningSockets {
    private final InetSocketAddress asked;
    private final Listener.Shared shared;
    private final SynSink sink;
    private volatile List<Admission> sockets = List.of();
    private volatile InetSocketAddress bound;
    private int backlog;
    private Duration deferred = Duration.ZERO;

    /** None yet, to be bound at {@code asked}. */
    ListeningSockets(InetSocketAddress asked, Listener.Shared shared) {
        this.asked = asked;
        this.shared = shared;
        this.bound = asked;
        this.sink = new SynSink(
                shared.transport(),
                () -> sockets.stream().map(Admission::channel).toList(),
                this::address,
                more -> sockets.get(0).sunk(more));
    }

    /** What more sockets are to be bound at to share it. */
    private InetSocketAddress address() {
        return new InetSocketAddress(asked.getAddress(), bound.getPort());
    }

    /**
     * Binds them; they don't accept before {@link #open}.
     *
     * @throws IOException if the address can't be bound; nothing is left open
     */
    void bind(Listener owner, int backlog) throws IOException {
        this.backlog = backlog;
        List<EventLoop> loops = shared.transport().loops();
        List<Admission> made = new ArrayList<>();
        try {
            if (shared.transport().sharesPorts()) {
                InetSocketAddress next = asked;
                for (EventLoop loop : loops) {
                    bind(owner, next, backlog, loop, List.of(loop), made);
                    // With port 0 the first socket takes a free one, and the others share it.
                    next = address();
                }
            } else {
                bind(owner, asked, backlog, loops.get(0), loops, made);
            }
            sockets = List.copyOf(made);
        } catch (IOException | RuntimeException failure) {
            close(made);
            throw failure;
        }
    }

    private void bind(
            Listener owner,
            InetSocketAddress address,
            int backlog,
            EventLoop loop,
            List<EventLoop> children,
            List<Admission> made)
            throws IOException {
        ServerChannel channel = shared.transport().newServerSocket(address);
        channel.config().setAutoRead(false);
        channel.config().setOption(ChannelOption.SO_REUSEADDR, true);
        channel.config().setOption(ChannelOption.SO_BACKLOG, backlog);
        Admission admission = new Admission(owner, channel, children, sink);
        made.add(admission);
        channel.pipeline().addLast(admission);
        await(loop.register(channel));
        await(channel.bind(address));
        bound = (InetSocketAddress) channel.localAddress();
    }

    private static void await(ChannelFuture step) throws IOException {
        step.awaitUninterruptibly();
        Throwable cause = step.cause();
        if (cause instanceof IOException failure) {
            throw failure;
        }
        if (cause != null) {
            throw new IOException(cause);
        }
    }

    /** Begins to accept; those that do already are left as they are. */
    void open() {
        sockets.forEach(Admission::open);
    }

    /** Has {@code owner} answer for them, with its backlog, from the next connection on. */
    void belongTo(Listener owner) {
        sockets.forEach(socket -> socket.belongTo(owner));
    }

    /** Changes how many connections the kernel keeps for each, where the transport can. */
    void backlog(int next) {
        if (next != backlog) {
            backlog = next;
            sockets.forEach(socket -> socket.backlog(next));
        }
    }

    /**
     * Changes for how long the kernel waits for a client's first bytes, where it can.
     *
     * @return done when it is in force: whoever connects afterwards meets it
     */
    CompletableFuture<?> deferAccept(Duration time) {
        if (time.equals(deferred) || !shared.transport().defersAccept()) {
            return CompletableFuture.completedFuture(null);
        }
        deferred = time;
        return CompletableFuture.allOf(
                sockets.stream().map(socket -> socket.deferAccept(time)).toArray(CompletableFuture<?>[]::new));
    }

    /** The SYN gate's program on each of them. */
    List<SynFilter> filters() {
        return sockets.stream().map(Admission::filter).toList();
    }

    /** The SYN gate's sinkhole beside them. */
    SynSink sink() {
        return sink;
    }

    /** Looks again at what the policy says, which has changed. */
    void conform() {
        sockets.forEach(Admission::conform);
    }

    /**
     * Gives them up: what the kernel has for them is taken as ever, then they close by themselves.
     *
     * @return one for each, done when it answers no more newcomers
     */
    List<CompletableFuture<@Nullable Void>> retire() {
        sink.end();
        return sockets.stream().map(Admission::retire).toList();
    }

    /** Closes them and waits until they are closed; connections that were admitted go on, those in the queue are reset. */
    void close() {
        sink.end();
        close(sockets);
    }

    private static void close(List<Admission> sockets) {
        List<CompletableFuture<@Nullable Void>> closing =
                sockets.stream().map(Admission::close).toList();
        closing.forEach(CompletableFuture::join);
    }

    /** The address they were to be bound at; its port may be 0. */
    InetSocketAddress asked() {
        return asked;
    }

    /** Where they really listen. */
    InetSocketAddress bound() {
        return bound;
    }

    /** Whether a socket at {@code other} and these would be in each other's way. */
    boolean overlaps(InetSocketAddress other) {
        return overlap(bound, other);
    }

    static boolean overlap(InetSocketAddress one, InetSocketAddress other) {
        return one.getPort() != 0
                && one.getPort() == other.getPort()
                && (one.getAddress().isAnyLocalAddress()
                        || other.getAddress().isAnyLocalAddress()
                        || one.getAddress().equals(other.getAddress()));
    }

    /** Has each of them looked at on its event loop. */
    void look() {
        sockets.forEach(Admission::look);
    }

    /** The accept queues of those that were looked at, together; empty if none was, or the transport does not tell. */
    Optional<AcceptQueue> queue(long dropped) {
        List<QueueWatch> known =
                sockets.stream().map(Admission::queue).filter(QueueWatch::known).toList();
        return known.isEmpty()
                ? Optional.empty()
                : Optional.of(new AcceptQueue(
                        known.stream().mapToLong(QueueWatch::length).sum(),
                        known.stream().mapToLong(QueueWatch::limit).sum(),
                        dropped));
    }

    int size() {
        return sockets.size();
    }

    boolean accepting() {
        return sockets.stream().anyMatch(Admission::accepting);
    }

    boolean closed() {
        return sockets.stream().noneMatch(socket -> socket.channel().isOpen());
    }

    /** Their descriptors, and that of the sinkhole, where the transport tells. */
    Set<Integer> descriptors() {
        return Stream.concat(
                        sockets.stream().map(socket -> Transport.descriptor(socket.channel())),
                        Stream.of(sink.descriptor()))
                .filter(descriptor -> descriptor >= 0)
                .collect(Collectors.toSet());
    }
}
