package dev.spillway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.spillway.connection.CloseReason;
import dev.spillway.fixture.Clients;
import dev.spillway.fixture.Settings;
import dev.spillway.fixture.TestServer;
import dev.spillway.transport.TransportKind;
import dev.spillway.upstream.UpstreamView;
import dev.spillway.upstream.UpstreamView.ServerView;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Where connections go, on every transport. */
@Timeout(60)
class UpstreamTest {
    private static final String TRANSPORTS = "dev.spillway.fixture.Transports#all";

    /** A label of more than 63 letters: no resolver finds it, and none has to be asked. */
    private static final String NOWHERE = "x".repeat(64) + ".invalid:80";

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        Leftovers.close(open);
    }

    private <T extends AutoCloseable> T keep(T closeable) {
        open.add(closeable);
        return closeable;
    }

    private Proxy front(TransportKind kind, Duration connectTimeout, String... servers) throws Exception {
        return keep(Proxy.start(
                Settings.of(kind)
                        .connectTimeout(connectTimeout)
                        .listener("main", "pool")
                        .upstream("pool", servers)
                        .build(),
                event -> {}));
    }

    private Socket connect(Proxy proxy) throws IOException {
        Socket socket =
                keep(new Socket("127.0.0.1", proxy.listeners().get(0).bound().getPort()));
        socket.setSoTimeout(20_000);
        return socket;
    }

    private void assertReset(Proxy proxy) {
        assertThatThrownBy(() -> connect(proxy).getInputStream().read())
                .isInstanceOf(SocketException.class)
                .isNotInstanceOf(SocketTimeoutException.class);
    }

    private static UpstreamView pool(Proxy proxy) {
        return proxy.upstreams().get(0);
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void aNameIsLookedUp(TransportKind kind) throws Exception {
        TestServer server = keep(TestServer.echo());
        Proxy proxy = front(kind, Duration.ofSeconds(2), "localhost:" + server.port());
        for (int i = 0; i < 4; i++) {
            Clients.exchange(connect(proxy));
        }
        assertThat(pool(proxy).servers())
                .contains(new ServerView("localhost:" + server.port(), server.address(), true));
        assertThat(pool(proxy).connected()).isEqualTo(4);
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void aNameThatDoesNotResolveResetsClientsAndIsShown(TransportKind kind) throws Exception {
        Proxy proxy = front(kind, Duration.ofSeconds(2), NOWHERE);
        assertThat(pool(proxy).servers()).containsExactly(new ServerView(NOWHERE, "unresolved", false));
        for (int i = 0; i < 3; i++) {
            assertReset(proxy);
        }
        await().untilAsserted(() -> assertThat(proxy.relays().closed().get(CloseReason.UPSTREAM_UNREACHABLE))
                .isEqualTo(3));
        // Counted among the closed first.
        await().until(() -> proxy.relays().active() == 0);
        assertThat(pool(proxy).failed()).isEqualTo(3);
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void aNameThatDoesNotResolveDoesNotDisturbTheOthersOfItsPool(TransportKind kind) throws Exception {
        TestServer server = keep(TestServer.echo());
        Proxy proxy = front(kind, Duration.ofSeconds(2), NOWHERE, server.address());
        for (int i = 0; i < 5; i++) {
            Clients.exchange(connect(proxy));
        }
        assertThat(pool(proxy).failed()).isZero();
        assertThat(pool(proxy).servers())
                .containsExactly(
                        new ServerView(server.address(), server.address(), true),
                        new ServerView(NOWHERE, "unresolved", false));
    }

    /** A server whose queue is full: the kernel drops what comes, so that connecting takes until the timeout. */
    private String blackHole() throws IOException {
        ServerSocket hole = keep(new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1")));
        InetSocketAddress address = (InetSocketAddress) hole.getLocalSocketAddress();
        for (int i = 0; i < 20; i++) {
            Socket filler = keep(new Socket());
            try {
                filler.connect(address, 200);
            } catch (SocketTimeoutException full) {
                return "127.0.0.1:" + hole.getLocalPort();
            }
        }
        throw new IOException("a queue of one took twenty connections");
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void aServerThatDoesNotAnswerIsGivenUpAfterTheTimeoutAndTheNextIsTaken(TransportKind kind) throws Exception {
        TestServer server = keep(TestServer.echo());
        String hole = blackHole();
        Proxy proxy = front(kind, Duration.ofMillis(200), hole, server.address());
        long began = System.nanoTime();
        Clients.exchange(connect(proxy));
        assertThat(System.nanoTime() - began)
                .isGreaterThan(Duration.ofMillis(190).toNanos());
        assertThat(pool(proxy).failed()).isEqualTo(1);
        assertThat(pool(proxy).servers().get(0).up()).isFalse();
        for (int i = 0; i < 4; i++) {
            Clients.exchange(connect(proxy));
        }
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void aClientThatWaitsForAServerSendsAheadAndLosesNothing(TransportKind kind) throws Exception {
        TestServer server = keep(TestServer.echo());
        Proxy proxy = front(kind, Duration.ofMillis(300), blackHole(), server.address());
        Socket client = connect(proxy);
        byte[] ahead = new byte[20_000];
        new java.util.Random(1).nextBytes(ahead);
        client.getOutputStream().write(ahead);
        client.shutdownOutput();
        assertThat(client.getInputStream().readAllBytes()).isEqualTo(ahead);
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void whenNoServerAnswersTheClientIsResetAfterEachWasTriedOnce(TransportKind kind) throws Exception {
        Proxy proxy = front(kind, Duration.ofMillis(150), blackHole(), blackHole());
        assertReset(proxy);
        assertThat(pool(proxy).failed()).isEqualTo(2);
        await().untilAsserted(() -> assertThat(proxy.relays().closed().get(CloseReason.UPSTREAM_UNREACHABLE))
                .isEqualTo(1));
        await().untilAsserted(() -> assertThat(proxy.relays().active()).isZero());
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void aCloseWhileAServerIsBeingConnectedLeavesNothing(TransportKind kind) throws Exception {
        Proxy proxy = front(kind, Duration.ofSeconds(20), blackHole());
        Socket client = connect(proxy);
        await().until(() -> proxy.relays().active() == 1);
        proxy.close();
        assertThatThrownBy(() -> client.getInputStream().read())
                .isInstanceOf(SocketException.class)
                .isNotInstanceOf(SocketTimeoutException.class);
        assertThat(proxy.relays().active()).isZero();
        assertThat(proxy.relays().closed().get(CloseReason.SHUTDOWN)).isEqualTo(1);
    }

    /**
     * A port at which the kernel refuses connections, and which it gives to nobody: somebody has it and does not listen. A server may take
     * it all the same, for both allow it to be used again (socket(7), {@code SO_REUSEADDR}).
     */
    private int portWithoutServer() throws IOException {
        Socket holding = keep(new Socket());
        holding.setReuseAddress(true);
        holding.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
        return holding.getLocalPort();
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void allServersDownAreTriedAgainAndTakenWhenTheyAreBack(TransportKind kind) throws Exception {
        int port = portWithoutServer();
        Proxy proxy = front(kind, Duration.ofSeconds(2), "127.0.0.1:" + port, "127.0.0.1:1");
        for (int i = 0; i < 4; i++) {
            assertReset(proxy);
        }
        assertThat(pool(proxy).servers()).allMatch(server -> !server.up());
        keep(new TestServer(port, socket -> socket.getInputStream().transferTo(socket.getOutputStream())));
        Clients.exchange(connect(proxy));
        assertThat(pool(proxy).servers().get(0).up()).isTrue();
        assertThat(pool(proxy).servers().get(1).up()).isFalse();
    }
}
