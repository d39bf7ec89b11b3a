package dev.spillway.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.connection.ConnectionFacts;
import dev.spillway.connection.SourceGroup;
import dev.spillway.fixture.TestServer;
import dev.spillway.security.NetworkProfile;
import dev.spillway.security.Standing;
import dev.spillway.security.Verdict;
import dev.spillway.transport.Caller;
import dev.spillway.transport.HostPort;
import dev.spillway.transport.Transport;
import dev.spillway.transport.TransportKind;
import dev.spillway.transport.TransportSettings;
import dev.spillway.upstream.Upstream;
import dev.spillway.upstream.UpstreamSettings;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.SocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** Relays with a listening socket before them and a server behind, and nothing else: no admission, no controller. */
final class Junction implements AutoCloseable {
    /** Quick and complete; a test changes what it is about. */
    static final RelaySettings SETTINGS = settings(8 << 20, 32768, 64 << 10);

    private static final int MOST = 10_000;
    private static final int READ_MILLIS = 20_000;

    private final Transport transport;
    private final Relays relays;
    private final Upstream upstream;
    private final ServerChannel listening;
    private final List<Socket> clients = new CopyOnWriteArrayList<>();
    private volatile Standing standing = Standing.ELIGIBLE;
    private volatile boolean atFirstByte;
    private volatile Runnable firstBytes = () -> {};
    private volatile long expectedLost;

    /** The same with another budget, largest buffer and chunk of bulk, in bytes. */
    static RelaySettings settings(long budget, int maxBuffer, int spliceChunk) {
        return new RelaySettings(
                budget,
                2048,
                maxBuffer,
                Duration.ZERO,
                Duration.ZERO,
                Duration.ZERO,
                true,
                false,
                0,
                0,
                64 << 10,
                16 << 10,
                spliceChunk);
    }

    Junction(TransportKind kind, RelaySettings settings, TestServer server) throws Exception {
        this(kind, settings, server.address());
    }

    Junction(TransportKind kind, RelaySettings settings, String server) throws Exception {
        this(kind, settings, Duration.ofSeconds(5), server);
    }

    /** @param servers tried in turn, each for so long */
    Junction(TransportKind kind, RelaySettings settings, Duration connectTimeout, String... servers) throws Exception {
        transport = Transport.open(new TransportSettings(Optional.of(kind), 1));
        relays = new Relays(settings, MOST, transport);
        upstream = new Upstream(
                new UpstreamSettings(
                        "pool",
                        Stream.of(servers).map(HostPort::parse).toList(),
                        connectTimeout,
                        Duration.ZERO,
                        Duration.ofSeconds(10)),
                transport);
        upstream.resolve();
        InetSocketAddress where = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        listening = transport.newServerSocket(where);
        EventLoop loop = transport.loops().get(0);
        listening.pipeline().addLast(new Joining(loop));
        loop.register(listening).syncUninterruptibly();
        listening.bind(where).syncUninterruptibly();
    }

    private final class Joining extends ChannelInboundHandlerAdapter {
        private final EventLoop loop;

        private Joining(EventLoop loop) {
            this.loop = loop;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof Caller caller) {
                join(caller);
            } else if (message instanceof SocketChannel child) {
                join(Caller.of(child));
            }
        }

        private void join(Caller caller) {
            relays.tryAdmit(MOST);
            relays.open(loop, caller.letIn(), origin(caller), new Milestones() {
                @Override
                public boolean awaitFirstByte() {
                    return true;
                }

                @Override
                public void firstByte() {
                    firstBytes.run();
                }

                @Override
                public void ended() {}
            });
        }
    }

    private Origin origin(Caller caller) {
        return new Origin(
                "main",
                upstream,
                SourceGroup.of(caller.remote().getAddress(), 32, 64),
                new Verdict(standing, NetworkProfile.PUBLIC, 1),
                caller.remote(),
                caller.local(),
                atFirstByte);
    }

    /** What connections that come from now on are judged to be. */
    Junction standing(Standing next) {
        standing = next;
        return this;
    }

    /** Has the server connected when a client has said something, from the next one on. */
    Junction atFirstByte() {
        atFirstByte = true;
        return this;
    }

    /** Has {@code action} run when a client's first bytes were read and are about to be passed on, from now on. */
    void atFirstBytes(Runnable action) {
        firstBytes = action;
    }

    /** The one relay there is. */
    Relay relay() {
        return relays.find(facts().get(0).id());
    }

    Relays relays() {
        return relays;
    }

    Upstream upstream() {
        return upstream;
    }

    /** Says that a test has some events lost itself. */
    void loses(long events) {
        expectedLost = events;
    }

    Transport transport() {
        return transport;
    }

    /** What is known of all connections, in the order they came. */
    List<ConnectionFacts> facts() {
        List<ConnectionFacts> facts = new ArrayList<>(relays.facts(System.nanoTime()));
        facts.sort((one, other) -> Long.compare(one.id(), other.id()));
        return facts;
    }

    int port() {
        return ((InetSocketAddress) listening.localAddress()).getPort();
    }

    /** A client; {@code receiveBuffer} 0 leaves its size to the kernel. */
    Socket connect(int receiveBuffer) throws IOException {
        Socket socket = new Socket();
        clients.add(socket);
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.setSoTimeout(READ_MILLIS);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port()), READ_MILLIS);
        return socket;
    }

    @Override
    public void close() throws Exception {
        listening.close().syncUninterruptibly();
        for (Socket client : clients) {
            client.close();
        }
        relays.closeAll(5_000);
        assertThat(relays.counts().lostEvents() - expectedLost)
                .as("events that were lost")
                .isZero();
        transport.close();
        assertThat(transport.reserve().sockets())
                .as("sockets in the descriptor reserve when all are closed")
                .isZero();
    }
}
