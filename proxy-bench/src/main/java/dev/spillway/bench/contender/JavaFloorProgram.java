package dev.spillway.bench.contender;

import io.netty.channel.DefaultSelectStrategyFactory;
import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.epoll.LinuxSocket;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.unix.Buffer;
import io.netty.channel.unix.Errors.NativeIoException;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What {@code floor.c} is, in Java: on one event loop of Netty's, by Netty's calls into epoll and sockets, without channels. It moves
 * bytes and accounts for nothing. A program of its own, that {@link JavaFloor} runs; Netty comes from the jar of the proxy
 * it is the floor of.
 *
 * <p>It is right, and not only fast: what a socket does not take is kept, and nothing is read for it meanwhile; an end of
 * stream is passed on; an error ends both connections by a reset; who comes without descriptors left is closed.
 */
public final class JavaFloorProgram {
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final int BACKLOG = 4096;
    private static final int EVENTS = 256;
    private static final int READS_A_TURN = 16;
    private static final byte[] RENO = "reno".getBytes(StandardCharsets.US_ASCII);
    private static final int IPPROTO_TCP = 6;
    private static final int TCP_QUICKACK = 12;
    private static final int TCP_CONGESTION = 13;
    private static final int EPOLLOUT = 0x4;
    private static final int EPOLLERR = 0x8;
    private static final int ENFILE = 23;
    private static final int EMFILE = 24;
    private static final int ENDED = 0x10 | 0x2000;
    private static final int READABLE = 0x1 | ENDED;
    private static final EpollIoOps ALL = EpollIoOps.EPOLLIN
            .with(EpollIoOps.EPOLLOUT)
            .with(EpollIoOps.EPOLLRDHUP)
            .with(EpollIoOps.EPOLLET);

    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final long address = Buffer.memoryAddress(buffer);
    private final IoEventLoop loop;
    private final boolean paced = paced();
    /** Of this turn. Closed after it, for events of it may still be theirs, and their numbers others' by then. */
    private final List<End> closed = new ArrayList<>();

    private final Runnable closing = this::closeAll;
    private FileDescriptor spare = FileDescriptor.from("/dev/null");

    private JavaFloorProgram(IoEventLoop loop) throws IOException {
        this.loop = loop;
    }

    /** Relays until it is ended. {@code words} are where to listen and where to connect to, in turn, each as 127.0.0.1:8080. */
    public static void main(String[] words) throws Exception {
        if (words.length == 0 || words.length % 2 != 0) {
            System.err.println("usage: java ... LISTEN UPSTREAM [LISTEN UPSTREAM ...]");
            System.exit(2);
        }
        // A daemon: whatever main can't go on from ends the program.
        MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(
                1,
                new DefaultThreadFactory("floor", true),
                EpollIoHandler.newFactory(EVENTS, DefaultSelectStrategyFactory.INSTANCE));
        JavaFloorProgram program = new JavaFloorProgram(group.next());
        for (int i = 0; i < words.length; i += 2) {
            program.new Door(at(words[i]), at(words[i + 1]));
        }
        group.terminationFuture().sync();
        throw new IllegalStateException("the event loop has ended");
    }

    private static InetSocketAddress at(String text) {
        int colon = text.lastIndexOf(':');
        return new InetSocketAddress(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
    }

    /** By the system's congestion control, with a timer for each segment; which loopback does not need. */
    private static boolean paced() throws IOException {
        LinuxSocket socket = LinuxSocket.newSocketStream(SocketProtocolFamily.INET);
        try {
            ByteBuffer name = ByteBuffer.allocate(16);
            socket.getRawOpt(IPPROTO_TCP, TCP_CONGESTION, name);
            return new String(name.array(), StandardCharsets.US_ASCII).startsWith("bbr");
        } finally {
            socket.close();
        }
    }

    /** Before it connects or listens: BBR marks a socket as paced in the handshake. */
    private LinuxSocket fresh() throws IOException {
        LinuxSocket socket = LinuxSocket.newSocketStream(SocketProtocolFamily.INET);
        try {
            if (paced) {
                socket.setRawOpt(IPPROTO_TCP, TCP_CONGESTION, ByteBuffer.wrap(RENO));
            }
            socket.setTcpNoDelay(true);
            return socket;
        } catch (IOException | RuntimeException refused) {
            socket.close();
            throw refused;
        }
    }

    private void closeAll() {
        for (End each : closed) {
            each.close();
        }
        closed.clear();
    }

    private static void closeQuietly(FileDescriptor each) {
        try {
            each.close();
        } catch (IOException told) {
            // The descriptor is gone all the same.
        }
    }

    private static void resetQuietly(Socket each) {
        try {
            each.setSoLinger(0);
        } catch (IOException gone) {
            // Then there is nobody to tell.
        }
    }

    private static void quickAck(Socket socket, boolean on) throws IOException {
        socket.setIntOpt(IPPROTO_TCP, TCP_QUICKACK, on ? 1 : 0);
    }

    /** One of the two sockets of a relayed connection. */
    private final class End implements EpollIoHandle {
        private final Socket socket;
        private @Nullable End peer;
        private @Nullable IoRegistration registration;
        private @Nullable ByteBuffer kept;
        private boolean connected;
        private boolean ended;
        private boolean over;
        private int missed;

        End(Socket socket, boolean connected) {
            this.socket = socket;
            this.connected = connected;
        }

        void register(End other) throws IOException {
            peer = other;
            IoRegistration registered = loop.register(this).getNow();
            if (registered == null) {
                throw new IOException("epoll does not take " + socket);
            }
            registration = registered;
            registered.submit(ALL);
        }

        private End peer() {
            return Objects.requireNonNull(peer);
        }

        @Override
        public void handle(IoRegistration registered, IoEvent event) {
            int events = ((EpollIoEvent) event).ops().value();
            if (over) {
                return;
            }
            try {
                if ((events & EPOLLERR) != 0) {
                    reset();
                    return;
                }
                if ((events & EPOLLOUT) != 0) {
                    writable();
                }
                if (!over && !ended && (events & READABLE) != 0) {
                    readable(events);
                }
            } catch (IOException | RuntimeException | OutOfMemoryError broken) {
                // What got out of here would cost the others of this turn their events.
                reset();
            }
        }

        private void readable(int events) throws IOException {
            if (!peer().connected) {
                missed |= events;
            } else if (peer().kept == null) {
                move((events & ENDED) != 0);
            }
        }

        private void writable() throws IOException {
            if (!connected) {
                connected = true;
                int told = peer().missed;
                if ((told & READABLE) != 0) {
                    peer().move((told & ENDED) != 0);
                } else {
                    quickAck(socket, true);
                }
            } else if (kept != null) {
                flush(kept);
            }
        }

        /** A read that does not fill the buffer has emptied the socket, unless its end has been told of already. */
        void move(boolean toTheEnd) throws IOException {
            for (int reads = 0; reads < READS_A_TURN; reads++) {
                int got = socket.recvAddress(address, 0, BUFFER_BYTES);
                if (got < 0) {
                    endStream();
                    return;
                }
                if (got == 0 || !peer().takes(got) || !toTheEnd && got < BUFFER_BYTES) {
                    return;
                }
            }
            // The others' turn; changing nothing has epoll tell of it again.
            Objects.requireNonNull(registration).submit(ALL);
        }

        /** Writes the first {@code bytes} of the buffer; whether it took them all. */
        private boolean takes(int bytes) throws IOException {
            int taken = socket.sendAddress(address, 0, bytes);
            if (taken == bytes) {
                return true;
            }
            kept = ByteBuffer.allocateDirect(bytes - taken)
                    .put(buffer.duplicate().position(taken).limit(bytes))
                    .flip();
            return false;
        }

        private void flush(ByteBuffer left) throws IOException {
            int taken = socket.send(left, left.position(), left.limit());
            left.position(left.position() + taken);
            if (!left.hasRemaining()) {
                kept = null;
                peer().move(true);
            }
        }

        private void endStream() throws IOException {
            ended = true;
            if (peer().ended) {
                end();
            } else {
                peer().socket.shutdown(false, true);
            }
        }

        /** A stream that broke off must not look as if it had ended. */
        void reset() {
            resetQuietly(socket);
            resetQuietly(peer().socket);
            end();
        }

        private void end() {
            if (!over) {
                over = true;
                peer().over = true;
                if (closed.isEmpty()) {
                    loop.execute(closing);
                }
                closed.add(this);
                closed.add(peer());
            }
        }

        @Override
        public void close() {
            closeQuietly(socket);
            if (registration != null) {
                registration.cancel();
            }
        }

        @Override
        public FileDescriptor fd() {
            return socket;
        }

        @Override
        public void registered() {
            // Nobody waits for it.
        }

        @Override
        public void unregistered() {
            // It was closed.
        }
    }

    /** Where clients come in, and where they are taken to. */
    private final class Door implements EpollIoHandle {
        private final LinuxSocket socket = fresh();
        private final InetSocketAddress upstream;
        private final byte[] from = new byte[26];

        Door(InetSocketAddress listen, InetSocketAddress upstream) throws IOException, InterruptedException {
            this.upstream = upstream;
            socket.setReuseAddress(true);
            socket.bind(listen);
            socket.listen(BACKLOG);
            loop.register(this).sync().getNow().submit(EpollIoOps.EPOLLIN);
        }

        @Override
        public void handle(IoRegistration registered, IoEvent event) {
            try {
                int accepted = socket.accept(from);
                if (accepted >= 0) {
                    relay(new Socket(accepted));
                }
            } catch (NativeIoException failed) {
                if (-failed.expectedErr() == EMFILE || -failed.expectedErr() == ENFILE) {
                    turnAway();
                }
            } catch (IOException gone) {
                // Who came has gone again.
            }
        }

        private void relay(Socket client) {
            LinuxSocket server;
            try {
                server = upstream();
            } catch (IOException | RuntimeException failed) {
                // For want of a descriptor Netty throws what is no IOException.
                resetQuietly(client);
                closeQuietly(client);
                return;
            }
            End one = new End(client, true);
            End other = new End(server, false);
            try {
                other.register(one);
                one.register(other);
            } catch (IOException | RuntimeException refused) {
                one.peer = other;
                one.reset();
            }
        }

        /** A connection in the making. */
        private LinuxSocket upstream() throws IOException {
            LinuxSocket server = fresh();
            try {
                quickAck(server, false);
                server.connect(upstream);
                return server;
            } catch (IOException | RuntimeException failed) {
                closeQuietly(server);
                throw failed;
            }
        }

        private void turnAway() {
            closeQuietly(spare);
            try {
                int accepted = socket.accept(from);
                if (accepted >= 0) {
                    new FileDescriptor(accepted).close();
                }
                spare = FileDescriptor.from("/dev/null");
            } catch (IOException gone) {
                // It did not wait, or another has taken the spare one's place: then the next one waits.
            }
        }

        @Override
        public void close() {
            closeQuietly(socket);
        }

        @Override
        public FileDescriptor fd() {
            return socket;
        }

        @Override
        public void registered() {
            // Nobody waits for it.
        }

        @Override
        public void unregistered() {
            // Only at the end.
        }
    }
}
