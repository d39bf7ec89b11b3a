package dev.spillway.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import io.netty.channel.unix.UnixChannelOption;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The transport in use: its event loops, its channels, and the socket options that only some transports have, behind
 * named methods. Owns the event loops; {@link #close()} ends them. Methods may be called on any thread unless they say
 * otherwise.
 */
public final class Transport implements AutoCloseable {
    /** What a kernel without IPv6, or IPv4, says of it, in what is thrown by {@link #newSocket}. */
    public static final String NO_FAMILY = "Address family not supported";

    private static final int SOL_SOCKET = 1;
    private static final int SO_BINDTOIFINDEX = 62;
    private static final int PROBE_BYTES = 65536;
    private static final int NO_INTERFACE = Integer.MAX_VALUE;
    private static final int IPPROTO_TCP = 6;
    private static final int TCP_DEFER_ACCEPT = 9;
    private static final ChannelOption<Integer> DEFER_ACCEPT =
            new IntegerUnixChannelOption("TCP_DEFER_ACCEPT", IPPROTO_TCP, TCP_DEFER_ACCEPT);

    private static final ChannelOption<Integer> INTERFACE =
            new IntegerUnixChannelOption("SO_BINDTOIFINDEX", SOL_SOCKET, SO_BINDTOIFINDEX);

    private static final Logger log = LoggerFactory.getLogger(Transport.class);

    private final TransportKind kind;
    private final String reason;
    private final MultiThreadIoEventLoopGroup group;
    private final List<EventLoop> loops;
    private final boolean tellsKernelMemory;
    private final boolean liftsReceiveBuffer;
    private final List<Pipes> pipes;
    private final DescriptorReserve reserve = new DescriptorReserve();
    private final LoopbackPace pace;

    private Transport(
            TransportKind kind, String reason, int threads, boolean unpacedLoopback, IoHandlerFactory factory) {
        this.kind = kind;
        this.reason = reason;
        this.pace = unpacedLoopback && kind == TransportKind.EPOLL ? probePace() : LoopbackPace.leftAlone();
        this.group = new MultiThreadIoEventLoopGroup(threads, new DefaultThreadFactory("spillway-relay"), factory);
        List<EventLoop> members = new ArrayList<>(threads);
        for (EventExecutor member : group) {
            members.add((EventLoop) member);
        }
        this.loops = List.copyOf(members);
        this.pipes = loops.stream().map(loop -> new Pipes(reserve)).toList();
        this.tellsKernelMemory = kind != TransportKind.NIO && probeKernelMemory();
        this.liftsReceiveBuffer = kind != TransportKind.NIO && probeReceiveBuffer();
        if (!tellsKernelMemory) {
            log.info(
                    "what the kernel holds for a connection is not told here ({}): costs and progress are what user space sees",
                    kind == TransportKind.NIO ? "transport.kind is nio" : "the kernel refuses SO_MEMINFO or TCP_INFO");
        }
    }

    private static LoopbackPace probePace() {
        BareSocket socket = BareSocket.open(InetAddress.getLoopbackAddress(), LoopbackPace.leftAlone());
        try {
            return LoopbackPace.liftedWhere(socket.descriptor());
        } finally {
            socket.close();
        }
    }

    /** On a socket that is never registered: a sandbox's kernel may know neither option. */
    private boolean probeKernelMemory() {
        TcpSocket socket = newSocket(InetAddress.getLoopbackAddress());
        try {
            SocketGauge gauge = new SocketGauge();
            return gauge.readMemory(socket) && gauge.readProgress(socket);
        } finally {
            socket.close();
        }
    }

    /**
     * Starts the event loops of the transport that {@code settings} choose.
     *
     * @throws TransportUnavailable if the one asked for does not work on this machine
     */
    public static Transport open(TransportSettings settings) throws TransportUnavailable {
        int threads = settings.threads() > 0
                ? settings.threads()
                : Runtime.getRuntime().availableProcessors();
        TransportKind kind = settings.kind().orElse(Epoll.isAvailable() ? TransportKind.EPOLL : TransportKind.NIO);
        String reason = settings.kind().isPresent()
                ? "asked for by transport.kind"
                : kind == TransportKind.EPOLL
                        ? "taken by transport.kind = auto"
                        : "transport.kind = auto, and epoll is not available: " + why(Epoll.unavailabilityCause());
        boolean unpaced = settings.unpacedLoopback();
        return switch (kind) {
            case EPOLL -> {
                available(kind, Epoll.isAvailable(), Epoll.unavailabilityCause());
                yield new Transport(kind, reason, threads, unpaced, ParkingEpoll.newFactory());
            }
            case IO_URING -> {
                available(kind, IoUring.isAvailable(), IoUring.unavailabilityCause());
                yield new Transport(kind, reason, threads, unpaced, RefusingUring.newFactory());
            }
            case NIO -> new Transport(kind, reason, threads, unpaced, NioIoHandler.newFactory());
        };
    }

    private static void available(TransportKind kind, boolean works, @Nullable Throwable cause)
            throws TransportUnavailable {
        if (!works) {
            throw new TransportUnavailable("transport.kind: " + kind.label()
                    + " (expected: one that works here; this one does not: " + why(cause) + ")");
        }
    }

    private static String why(@Nullable Throwable cause) {
        Throwable deepest = cause;
        while (deepest != null && deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        return deepest == null ? "no reason given" : String.valueOf(deepest.getMessage());
    }

    /** Which transport it is. */
    public TransportKind kind() {
        return kind;
    }

    /** Why it was taken. */
    public String reason() {
        return reason;
    }

    /** The event loops, in a fixed order. */
    public List<EventLoop> loops() {
        return loops;
    }

    /** Whether several sockets may share one address, one for each event loop, and the kernel spreads connections. */
    public boolean sharesPorts() {
        return kind != TransportKind.NIO;
    }

    private boolean probeReceiveBuffer() {
        TcpSocket socket = newSocket(InetAddress.getLoopbackAddress());
        try {
            return socket.boundReceiveBuffer(PROBE_BYTES) && socket.lockBuffers(false, false);
        } finally {
            socket.close();
        }
    }

    /** Whether {@link #lockBuffers} works here: on Linux 5.14 and later, and not on NIO. */
    public boolean liftsReceiveBuffer() {
        return liftsReceiveBuffer;
    }

    /** Whether a {@link SocketGauge} tells anything here. */
    public boolean tellsKernelMemory() {
        return tellsKernelMemory;
    }

    /** A gauge for the sockets of one event loop. */
    public SocketGauge newGauge() {
        return new SocketGauge();
    }

    /** The descriptors that connections do not use up. */
    public DescriptorReserve reserve() {
        return reserve;
    }

    /**
     * A socket to connect {@code address} with, not registered yet.
     *
     * @throws ChannelException if there is no descriptor left, or none of that family to be had
     */
    public TcpSocket newSocket(InetAddress address) {
        return switch (kind) {
            case EPOLL -> BareSocket.open(address, pace);
            case IO_URING -> new ChannelSocket(uringChannel(address));
            case NIO -> new ChannelSocket(new NioSocketChannel());
        };
    }

    /**
     * Where IPv6 sockets can't be made, Netty makes IPv4 ones, and connects those to the last four bytes of an IPv6 address: to whoever has
     * that as an IPv4 address, at least up to 4.2.18.
     */
    private static SocketChannel uringChannel(InetAddress address) {
        if (address instanceof Inet6Address && !Socket.isIPv6Preferred()) {
            throw new ChannelException(NO_FAMILY + " by protocol: IPv6, of " + address.getHostAddress()
                    + " (the kernel has none, or the JVM was told so by java.net.preferIPv4Stack)");
        }
        return new IoUringSocketChannel();
    }

    /** The pipes of {@code loop}; closed with the transport. */
    public Pipes pipes(EventLoop loop) {
        return pipes.get(loops.indexOf(loop));
    }

    /** A socket to listen with, not registered yet; it may share its address where {@link #sharesPorts()}. */
    public ServerChannel newServerSocket() {
        return sharing(
                switch (kind) {
                    case EPOLL -> new EpollServerSocketChannel();
                    case IO_URING -> new IoUringServerSocketChannel();
                    case NIO -> new NioServerSocketChannel();
                });
    }

    /**
     * The same for those who take callers: on epoll its pipeline is told of a {@link Caller} for each connection, elsewhere of a
     * channel, which {@link Caller#of} takes. What else it is told of is to be passed over. All that share an address have to be made so,
     * for they are of that address's family.
     *
     * @param address where it is to listen
     */
    public ServerChannel newServerSocket(InetSocketAddress address) {
        return kind == TransportKind.EPOLL
                ? sharing(BareServerChannel.of(address.getAddress(), pace))
                : newServerSocket();
    }

    private ServerChannel sharing(ServerChannel channel) {
        if (sharesPorts()) {
            channel.config().setOption(UnixChannelOption.SO_REUSEPORT, true);
        }
        return channel;
    }

    /**
     * Has a listening socket hear no more SYNs, while handshakes under way are finished and what is in its accept queue can
     * still be accepted: it is bound to an interface that does not exist, and the kernel looks at that only to find a
     * listener for a SYN. This cannot be taken back. Linux 5.7 and later need no privilege for it. On the channel's event
     * loop.
     *
     * @return false where it can't be done: on NIO, or if the kernel refuses
     */
    public boolean deafen(ServerChannel channel) {
        if (kind == TransportKind.NIO || !channel.isOpen()) {
            return false;
        }
        try {
            return channel.config().setOption(INTERFACE, NO_INTERFACE);
        } catch (ChannelException refused) {
            log.debug("{} can't be deafened", channel, refused);
            return false;
        }
    }

    /** Whether what is flushed is handed to the kernel only when the event loop has come to it, and not within the call. */
    public boolean writesLater() {
        return kind == TransportKind.IO_URING;
    }

    /** Whether {@link #deferAccept} works here. */
    public boolean defersAccept() {
        return kind != TransportKind.NIO;
    }

    /**
     * Has the kernel keep a connection to itself until its client has sent something, for so long: {@code TCP_DEFER_ACCEPT}
     * (tcp(7)). The kernel counts by its retransmissions of the SYN-ACK, so that the time is rounded up to 1, 3, 7, 15 … seconds;
     * after it a client that is still silent is handed over. On a listening socket, for connections that come from then on.
     *
     * @param seconds 0 hands over at once
     * @throws ChannelException if the kernel refuses
     */
    public void deferAccept(ServerChannel channel, int seconds) {
        if (defersAccept() && channel.isOpen()) {
            channel.config().setOption(DEFER_ACCEPT, seconds);
        }
    }

    /** Whether {@link #relisten} works here. */
    public boolean relistens() {
        return kind != TransportKind.NIO;
    }

    /**
     * Changes how many connections the kernel keeps for a socket that listens already: {@code listen(2)} once more, which
     * Linux takes as a change of the backlog alone. Does nothing on NIO. On the channel's event loop.
     *
     * @throws IOException if the kernel refuses
     */
    public void relisten(ServerChannel channel, int backlog) throws IOException {
        if (channel.isOpen() && channel instanceof UnixChannel unix && unix.fd() instanceof Socket socket) {
            socket.listen(backlog);
            channel.config().setOption(ChannelOption.SO_BACKLOG, backlog);
        }
    }

    /**
     * Has {@code action} run when a channel's socket has really been closed, on its event loop: at once with the channel as a
     * rule. NIO closes it when the selector looks again, which it has done before a timer of the loop runs.
     */
    public void whenReleased(Channel channel, Runnable action) {
        boolean atOnce = kind != TransportKind.NIO || !channel.isRegistered();
        channel.closeFuture().addListener(closed -> {
            if (atOnce) {
                action.run();
            } else {
                channel.eventLoop().schedule(action, 1, TimeUnit.MILLISECONDS);
            }
        });
    }

    /** The descriptor of a channel, or -1 where it is not told, as on NIO. */
    public static int descriptor(Channel channel) {
        return channel instanceof UnixChannel unix ? unix.fd().intValue() : -1;
    }

    /** Ends the event loops and waits until they have ended; every channel on them must have been closed. */
    @Override
    public void close() {
        if (group.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly(10, TimeUnit.SECONDS)) {
            // Their threads have ended: nobody else uses them any more.
            pipes.forEach(Pipes::close);
        }
    }
}
