package dev.spillway.transport;

import dev.spillway.syn.Steering;
import dev.spillway.syn.SynProgram;
import io.netty.channel.ServerChannel;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One more socket beside those that accept at an address, whose queue is full for good: the kernel drops each SYN that a
 * program of the group sends to it, and the client sends it again. Needs no privilege. Used once: opened, told programs, closed.
 *
 * <p><b>Its queue.</b> It has room for one connection and the kernel lets one more in, so two of our own fill it; they are reset
 * at once, and nobody ever accepts them, which leaves their places taken and no descriptor or connection behind. With room for
 * none the kernel would take the queue of SYNs for full, too, and write of a flood into its log and, without SYN cookies, let
 * nothing in that could fill it.
 *
 * <p><b>In this order.</b> First a program that sends all but our own two to the members, only then is the socket there, for
 * without a program it would get its share of clients. It has the index after the members', since it came last; that our two
 * have arrived proves it, and not before does a program send anybody else there. At the end the socket goes first, and then
 * the program. When a member is closed the last socket takes its index: then nothing of this is true any more, and it must be
 * closed at once.
 *
 * <p>Belongs to the event loop of the member that it was made with; all methods are to be called there. Steps take some
 * microseconds, and none waits.
 */
public final class Sinkhole {
    private static final int ROOM = 1;
    private static final int FILLERS = 2;
    private static final long STEP_MILLIS = 1;

    /** On loopback they have arrived when connect returns, unless the machine is very busy. */
    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final byte[] LOOPBACK_V4 = {127, 0, 0, 1};
    private static final Logger log = LoggerFactory.getLogger(Sinkhole.class);

    private final ServerChannel member;
    private final InetSocketAddress address;
    private final Steering steering;
    private final ServerChannel channel;
    private final SocketFilter byMember;
    private final SocketFilter bySinkhole;
    private final SocketGauge gauge;
    private final CompletableFuture<@Nullable Void> opened = new CompletableFuture<>();
    private final List<SocketChannel> fillers = new ArrayList<>();
    private final Iterator<InetAddress> ways;
    private volatile Set<InetSocketAddress> own = Set.of();
    private FilterRefused failure = new FilterRefused(FilterRefused.Cause.OTHER, "closed before its queue was full");
    private boolean closed;
    private int connecting;
    private long latest;
    private long lastDropped;

    /**
     * One that is not there yet.
     *
     * @param member one of the sockets that accept
     * @param address where they listen
     * @param steering says how many they are
     */
    public Sinkhole(Transport transport, ServerChannel member, InetSocketAddress address, Steering steering) {
        this.member = member;
        this.address = address;
        this.steering = steering;
        this.channel = transport.newServerSocket(address);
        this.byMember = SocketFilter.ofGroup(member);
        this.bySinkhole = SocketFilter.ofGroup(channel);
        this.gauge = transport.newGauge();
        this.ways = ways(address.getAddress()).iterator();
    }

    /** At which addresses of its own a process can reach a socket that is bound so. */
    private static List<InetAddress> ways(InetAddress bound) {
        if (!bound.isAnyLocalAddress()) {
            return List.of(bound);
        }
        try {
            InetAddress v4 = InetAddress.getByAddress(LOOPBACK_V4);
            byte[] last = new byte[16];
            last[15] = 1;
            return bound instanceof Inet4Address ? List.of(v4) : List.of(v4, InetAddress.getByAddress(last));
        } catch (UnknownHostException impossible) {
            throw new AssertionError("addresses of 4 and 16 bytes", impossible);
        }
    }

    /**
     * Makes it. Nothing is dropped before {@link #program}.
     *
     * @return done, on the event loop, when its queue is full; or failed with a {@link FilterRefused}: then it is closed
     */
    public CompletableFuture<@Nullable Void> open() {
        latest = System.nanoTime() + MOST_NANOS;
        try {
            approach(ways.next());
            listen();
            connect();
        } catch (IOException | RuntimeException refused) {
            fail(refused);
        }
        return opened;
    }

    /** Two of our own, known by address and port before they connect. */
    private void approach(InetAddress from) throws IOException {
        List<InetSocketAddress> sources = new ArrayList<>();
        for (int i = 0; i < FILLERS; i++) {
            SocketChannel filler = SocketChannel.open();
            fillers.add(filler);
            filler.configureBlocking(false);
            filler.setOption(StandardSocketOptions.SO_LINGER, 0);
            filler.bind(new InetSocketAddress(from, 0));
            sources.add(new InetSocketAddress(from, ((InetSocketAddress) filler.getLocalAddress()).getPort()));
        }
        own = Set.copyOf(sources);
        connecting = 0;
        byMember.attach(steering.filling(sources));
    }

    private void listen() throws IOException {
        if (!(channel instanceof UnixChannel unix) || !(unix.fd() instanceof Socket socket)) {
            throw new FilterRefused(FilterRefused.Cause.TRANSPORT, "the transport has no sockets that share a port");
        }
        socket.setReuseAddress(true);
        socket.bind(address);
        socket.listen(ROOM);
    }

    private void connect() throws IOException {
        InetSocketAddress to = new InetSocketAddress(
                ((InetSocketAddress) fillers.get(connecting).getLocalAddress()).getAddress(), address.getPort());
        fillers.get(connecting).connect(to);
        look();
    }

    private void look() {
        if (opened.isDone()) {
            return;
        }
        try {
            if (arrived()) {
                return;
            }
            if (System.nanoTime() - latest >= 0) {
                throw new FilterRefused(
                        FilterRefused.Cause.OTHER,
                        "connections of our own don't come to where they are sent (expected: " + steering.members()
                                + " sockets at " + address + " beside it, and a way from there to there)");
            }
            member.eventLoop().schedule(this::look, STEP_MILLIS, TimeUnit.MILLISECONDS);
        } catch (IOException | RuntimeException refused) {
            goAnotherWay(refused);
        }
    }

    /** Whether it is full, or the next one is on its way. */
    private boolean arrived() throws IOException {
        if (!fillers.get(connecting).finishConnect()
                || !gauge.readProgress(channel)
                || gauge.acceptQueueLength() <= connecting) {
            return false;
        }
        connecting++;
        if (!full()) {
            if (connecting == FILLERS) {
                throw new FilterRefused(FilterRefused.Cause.OTHER, "its queue does not get full");
            }
            connect();
            return true;
        }
        closeFillers();
        lastDropped = gauge.readMemory(channel) ? gauge.droppedSegments() : SocketGauge.UNKNOWN;
        opened.complete(null);
        return true;
    }

    /** A socket for all addresses may be one for those of IPv6 alone. */
    private void goAnotherWay(Exception refused) {
        if (connecting > 0 || !ways.hasNext()) {
            fail(refused);
            return;
        }
        try {
            closeFillers();
            approach(ways.next());
            connect();
        } catch (IOException | RuntimeException again) {
            fail(again);
        }
    }

    private void fail(Exception why) {
        failure = FilterRefused.because(why);
        close();
    }

    private void closeFillers() {
        for (SocketChannel filler : fillers) {
            try {
                filler.close();
            } catch (IOException closed) {
                log.trace("already closed", closed);
            }
        }
        fillers.clear();
    }

    /**
     * Has the group go by a program, once it is open.
     *
     * @param program for the {@linkplain Steering#target() target} of its steering
     * @throws FilterRefused if the kernel does not take it; the one before stays
     */
    public void program(SynProgram program) throws FilterRefused {
        bySinkhole.attach(program);
    }

    /** Whether its queue is full, without which it would let clients in whom nobody serves. */
    public boolean full() {
        return gauge.readProgress(channel) && gauge.acceptQueueLength() > gauge.acceptQueueLimit();
    }

    /** How many SYNs were dropped there since it was asked last, once it is open; 0 where the kernel does not tell. */
    public long dropped() {
        if (lastDropped == SocketGauge.UNKNOWN
                || !gauge.readMemory(channel)
                || gauge.droppedSegments() == SocketGauge.UNKNOWN) {
            return 0;
        }
        long now = gauge.droppedSegments();
        long more = now - lastDropped & 0xffff_ffffL;
        lastDropped = now;
        return more;
    }

    /** Whether a connection from there is one of our own that went astray; any thread. */
    public boolean isOwn(InetSocketAddress client) {
        return own.contains(client);
    }

    /** The descriptor of its socket, or -1. Any thread. */
    public int descriptor() {
        return Transport.descriptor(channel);
    }

    /** Takes the socket away, and then the program. Nobody waits there: all that it has is our own. */
    public void close() {
        if (!closed) {
            closed = true;
            closeFillers();
            channel.unsafe().closeForcibly();
            byMember.detach();
            opened.completeExceptionally(failure);
        }
    }
}
