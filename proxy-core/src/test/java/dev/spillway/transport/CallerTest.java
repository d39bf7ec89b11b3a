package dev.spillway.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spillway.fixture.Transports;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.SocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Who calls at real listening sockets, and what becomes of those that are sent away or let in. */
@Timeout(60)
class CallerTest {
    private static final String TRANSPORTS = "dev.spillway.fixture.Transports#all";

    private final BlockingQueue<Caller> callers = new LinkedBlockingQueue<>();
    private final BlockingQueue<Throwable> faults = new LinkedBlockingQueue<>();
    private Transport transport;
    private ServerChannel listening;
    private EventLoop loop;
    private volatile boolean failing;

    private int listen(TransportKind kind, String address) throws Exception {
        transport = Transport.open(new TransportSettings(Optional.of(kind), 1));
        loop = transport.loops().get(0);
        InetSocketAddress where = new InetSocketAddress(address, 0);
        listening = transport.newServerSocket(where);
        listening.config().setOption(ChannelOption.SO_REUSEADDR, true);
        listening.config().setOption(ChannelOption.SO_BACKLOG, 100);
        listening.pipeline().addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object message) {
                if (message instanceof SocketChannel child) {
                    take(Caller.of(child));
                } else if (message instanceof Caller caller) {
                    take(caller);
                }
            }

            @Override
            public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
                faults.add(cause);
            }
        });
        loop.register(listening).syncUninterruptibly();
        listening.bind(where).syncUninterruptibly();
        return ((InetSocketAddress) listening.localAddress()).getPort();
    }

    private void take(Caller caller) {
        if (failing) {
            caller.reset();
            throw new IllegalStateException("a fault of the handler");
        }
        callers.add(caller);
    }

    @AfterEach
    void close() {
        if (listening != null) {
            listening.close().syncUninterruptibly();
            listening = null;
        }
        if (transport != null) {
            transport.close();
            transport = null;
        }
    }

    private Caller next() throws InterruptedException {
        Caller caller = callers.poll(30, TimeUnit.SECONDS);
        assertThat(caller).as("a caller").isNotNull();
        return caller;
    }

    private void onLoop(Runnable step) {
        loop.submit(step).syncUninterruptibly();
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void oneThatIsResetLearnsItAtOnce(TransportKind kind) throws Exception {
        int port = listen(kind, "127.0.0.1");
        try (Socket client = new Socket("127.0.0.1", port)) {
            onLoop(next()::reset);

            assertThatThrownBy(() -> client.getInputStream().read())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("reset");
        }
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void oneThatIsLetInIsNotResetAnyMore(TransportKind kind) throws Exception {
        int port = listen(kind, "127.0.0.1");
        try (Socket client = new Socket("127.0.0.1", port)) {
            Caller caller = next();
            TcpSocket socket = caller.letIn();
            onLoop(caller::reset);
            assertThat(socket.isOpen()).isTrue();
            onLoop(socket::close);

            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void oneThatIsResetTwiceIsResetOnce(TransportKind kind) throws Exception {
        int port = listen(kind, "127.0.0.1");
        try (Socket client = new Socket("127.0.0.1", port);
                Socket other = new Socket("127.0.0.1", port)) {
            Caller caller = next();
            Caller next = next();
            onLoop(caller::reset);
            onLoop(caller::reset);

            TcpSocket socket = next.letIn();
            assertThat(socket.takeError()).isZero();
            onLoop(socket::close);
            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(IOException.class);
            assertThat(other.getInputStream().read()).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, 127.0.0.1",
        "127.0.0.3, 127.0.0.3",
        "0.0.0.0, 127.0.0.2",
        "::, 127.0.0.2",
        "::, ::1",
        "::1, ::1"
    })
    void addressesAreThoseOfTheConnection(String bound, String reached) throws Exception {
        for (TransportKind kind : Transports.all().toList()) {
            assumeTrue(!bound.contains(":") || NetworkInterface.getByInetAddress(InetAddress.getByName("::1")) != null);
            int port = listen(kind, bound);
            try (Socket client = new Socket(reached, port)) {
                Caller caller = next();

                assertThat(caller.remote()).as(kind.label()).isEqualTo(client.getLocalSocketAddress());
                assertThat(caller.local()).as(kind.label()).isEqualTo(new InetSocketAddress(reached, port));
                onLoop(caller::reset);
            }
            close();
        }
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void oneThatWasResetByItsPeerInTheQueueIsNoFault(TransportKind kind) throws Exception {
        int port = listen(kind, "127.0.0.1");
        listening.config().setAutoRead(false);
        Socket hasty = new Socket("127.0.0.1", port);
        hasty.setSoLinger(true, 0);
        hasty.close();
        listening.config().setAutoRead(true);
        try (Socket patient = new Socket("127.0.0.1", port)) {
            Caller last = next();
            while (!patient.getLocalSocketAddress().equals(last.remote())) {
                TcpSocket gone = last.letIn();
                onLoop(gone::close);
                last = next();
            }
            onLoop(last::reset);
        }
        assertThat(faults).isEmpty();
    }

    @Test
    void aFaultOfAHandlerClosesNeitherTheSocketNorTheNextCaller() throws Exception {
        assumeTrue(Transports.all().toList().contains(TransportKind.EPOLL));
        int port = listen(TransportKind.EPOLL, "127.0.0.1");
        failing = true;
        try (Socket first = new Socket("127.0.0.1", port)) {
            assertThatThrownBy(() -> first.getInputStream().read()).isInstanceOf(IOException.class);
        }
        assertThat(faults.poll(30, TimeUnit.SECONDS)).hasMessage("a fault of the handler");
        failing = false;
        try (Socket second = new Socket("127.0.0.1", port)) {
            assertThat(next().remote()).isEqualTo(second.getLocalSocketAddress());
        }
    }

    @Test
    void manyThatAreResetLeaveNoDescriptor() throws Exception {
        assumeTrue(Transports.all().toList().contains(TransportKind.EPOLL));
        int port = listen(TransportKind.EPOLL, "127.0.0.1");
        for (int i = 0; i < 200; i++) {
            try (Socket client = new Socket("127.0.0.1", port)) {
                onLoop(next()::reset);
                assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(IOException.class);
            }
        }
        await().untilAsserted(() -> assertThat(acceptedBy(port)).isZero());
    }

    /** Sockets of this port, in any state but listening and those that only the client's side remembers. */
    private static long acceptedBy(int port) throws IOException {
        String suffix = String.format(":%04X", port);
        try (Stream<String> tcp = Files.lines(Path.of("/proc/net/tcp"))) {
            return tcp.map(line -> line.strip().split("\\s+"))
                    .filter(fields -> fields[1].endsWith(suffix) && !fields[3].equals("0A"))
                    .count();
        }
    }
}
