package dev.spillway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.spillway.fixture.Clients;
import dev.spillway.fixture.Settings;
import dev.spillway.fixture.TestServer;
import dev.spillway.listener.ListenerView;
import dev.spillway.relay.ConnectionView;
import dev.spillway.security.NetworkProfile;
import dev.spillway.transport.TransportKind;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Where connections come in, on every transport. */
@Timeout(60)
class ListenerTest {
    private static final String TRANSPORTS = "dev.spillway.fixture.Transports#all";

    private final List<AutoCloseable> open = new ArrayList<>();
    private TestServer server;

    @BeforeEach
    void startServer() throws IOException {
        server = keep(TestServer.echo());
    }

    @AfterEach
    void closeAll() throws Exception {
        Leftovers.close(open);
    }

    private <T extends AutoCloseable> T keep(T closeable) {
        open.add(closeable);
        return closeable;
    }

    private Proxy at(TransportKind kind, String... binds) throws Exception {
        Settings settings = Settings.of(kind).upstream("pool", server.address());
        for (int i = 0; i < binds.length; i++) {
            settings.listener("l" + i, binds[i], "pool", NetworkProfile.PUBLIC);
        }
        return keep(Proxy.start(settings.build(), event -> {}));
    }

    private Socket connect(String address, ListenerView listener) throws IOException {
        Socket socket = keep(new Socket());
        socket.setSoTimeout(20_000);
        socket.connect(
                new InetSocketAddress(
                        InetAddress.getByName(address), listener.bound().getPort()),
                10_000);
        return socket;
    }

    /** Exchanges a byte by {@code address} and tells how the proxy saw it. */
    private ConnectionView through(Proxy proxy, String address, int listener) throws IOException {
        Socket socket = connect(address, proxy.listeners().get(listener));
        Clients.exchange(socket);
        return proxy.connections(100).stream()
                .filter(each -> each.client().getPort() == socket.getLocalPort())
                .findFirst()
                .orElseThrow();
    }

    private static void assumeIpv6() throws IOException {
        NetworkInterface loopback = NetworkInterface.getByName("lo");
        Assumptions.assumeTrue(
                loopback != null
                        && loopback.inetAddresses().anyMatch(address -> address instanceof java.net.Inet6Address),
                "this machine has no IPv6 on loopback");
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void anIpv6AddressIsListenedAt(TransportKind kind) throws Exception {
        assumeIpv6();
        Proxy proxy = at(kind, "[::1]:0");
        ConnectionView seen = through(proxy, "::1", 0);
        assertThat(seen.facts().source()).hasToString("0:0:0:0:0:0:0:0/64");
        assertThat(seen.local().getPort())
                .isEqualTo(proxy.listeners().get(0).bound().getPort());
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void aWildcardTakesBothFamiliesAndAV4MappedClientCountsAsIpv4(TransportKind kind) throws Exception {
        assumeIpv6();
        Proxy proxy = at(kind, "*:0", "[::]:0");
        for (int listener = 0; listener < 2; listener++) {
            ConnectionView four = through(proxy, "127.0.0.1", listener);
            assertThat(four.facts().source()).hasToString("127.0.0.1");
            assertThat(four.local().getAddress()).isEqualTo(InetAddress.getByName("127.0.0.1"));
            ConnectionView six = through(proxy, "::1", listener);
            assertThat(six.facts().source()).hasToString("0:0:0:0:0:0:0:0/64");
            assertThat(six.client().getAddress()).isEqualTo(InetAddress.getByName("::1"));
        }
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void aHostNameIsLookedUp(TransportKind kind) throws Exception {
        Proxy proxy = at(kind, "localhost:0");
        InetAddress bound = proxy.listeners().get(0).bound().getAddress();
        assertThat(bound.isLoopbackAddress()).isTrue();
        through(proxy, bound.getHostAddress(), 0);
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void eachOfSeveralListenersGoesToItsOwnPool(TransportKind kind) throws Exception {
        TestServer other =
                keep(new TestServer(socket -> socket.getOutputStream().write(99)));
        Proxy proxy = keep(Proxy.start(
                Settings.of(kind)
                        .listener("echo", "one")
                        .listener("told", "two")
                        .upstream("one", server.address())
                        .upstream("two", other.address())
                        .build(),
                event -> {}));
        assertThat(through(proxy, "127.0.0.1", 0).upstream()).isEqualTo("one");
        assertThat(connect("127.0.0.1", proxy.listeners().get(1))
                        .getInputStream()
                        .read())
                .isEqualTo(99);
        assertThat(proxy.listeners()).extracting(ListenerView::accepted).containsExactly(1L, 1L);
        await().atMost(10, TimeUnit.SECONDS)
                .untilAsserted(() -> assertThat(proxy.listeners())
                        .allSatisfy(view -> assertThat(view.active()).isLessThanOrEqualTo(1)));
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void portZeroTakesOneFreePortForAllSocketsAndEachOfThemAccepts(TransportKind kind) throws Exception {
        Proxy proxy = at(kind, "127.0.0.1:0", "127.0.0.1:0");
        ListenerView first = proxy.listeners().get(0);
        ListenerView second = proxy.listeners().get(1);
        assertThat(first.bound().getPort())
                .isPositive()
                .isNotEqualTo(second.bound().getPort());
        assertThat(first.sockets()).isEqualTo(kind == TransportKind.NIO ? 1 : 2);
        for (int i = 0; i < 64; i++) {
            try (Socket socket = connect("127.0.0.1", first)) {
                Clients.exchange(socket);
            }
        }
        assertThat(proxy.listeners()).extracting(ListenerView::accepted).containsExactly(64L, 0L);
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void oneThatCanNotBeBoundClosesThoseThatWere(TransportKind kind) throws Exception {
        int free;
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            free = probe.getLocalPort();
        }
        assertThatThrownBy(() -> at(kind, "127.0.0.1:" + free, "192.0.2.1:8080"))
                .isInstanceOf(BindFailure.class)
                .hasMessageStartingWith("listeners.l1.bind: 192.0.2.1:8080 can't be bound: ");
        assertThatThrownBy(() -> new Socket("127.0.0.1", free).close()).isInstanceOf(ConnectException.class);
        at(kind, "127.0.0.1:" + free);
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void aNameThatDoesNotResolveIsToldWithTheListener(TransportKind kind) {
        String host = "x".repeat(64) + ".invalid";
        assertThatThrownBy(() -> at(kind, host + ":0"))
                .isInstanceOf(BindFailure.class)
                .hasMessageStartingWith("listeners.l0.bind: " + host + ":0 can't be bound: ");
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void aDrainAfterTheCloseIsDoneAtOnceAndTheProxyStaysClosed(TransportKind kind) throws Exception {
        Proxy proxy = at(kind, "127.0.0.1:0");
        proxy.close();
        proxy.close();
        assertThat(proxy.drain().toCompletableFuture().get(5, TimeUnit.SECONDS)).isZero();
        assertThat(proxy.state()).isEqualTo(ProxyView.State.CLOSED);
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void twoDrainsAtOnceBothComplete(TransportKind kind) throws Exception {
        Proxy proxy = at(kind, "127.0.0.1:0");
        through(proxy, "127.0.0.1", 0);
        var first = proxy.drain().toCompletableFuture();
        var second = proxy.drain().toCompletableFuture();
        await().until(() -> proxy.state() == ProxyView.State.DRAINING);
        proxy.close();
        assertThat(first.get(10, TimeUnit.SECONDS)).isZero();
        assertThat(second.get(10, TimeUnit.SECONDS)).isZero();
        assertThat(proxy.state()).isEqualTo(ProxyView.State.CLOSED);
    }
}
