package dev.spillway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.spillway.Reconfiguration.Change;
import dev.spillway.connection.CloseReason;
import dev.spillway.fixture.Clients;
import dev.spillway.fixture.Settings;
import dev.spillway.fixture.TestServer;
import dev.spillway.listener.ListenerView;
import dev.spillway.security.NetworkProfile;
import dev.spillway.syngate.SynGateSettings.Refusal;
import dev.spillway.transport.TransportKind;
import dev.spillway.upstream.UpstreamView;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Other settings for a proxy that runs, one kind of change at a time, on every transport. */
@Timeout(60)
class ReconfigureTest {
    private static final String TRANSPORTS = "dev.spillway.fixture.Transports#all";
    private static final String LOOPBACK = "127.0.0.1:";

    private final List<AutoCloseable> open = new ArrayList<>();
    private TestServer echo;
    private TestServer told;

    @BeforeEach
    void startServers() throws IOException {
        echo = keep(TestServer.echo());
        told = keep(new TestServer(socket -> {
            socket.getOutputStream().write(99);
            socket.getInputStream().transferTo(socket.getOutputStream());
        }));
    }

    @AfterEach
    void closeAll() throws Exception {
        Leftovers.close(open);
    }

    private <T extends AutoCloseable> T keep(T closeable) {
        open.add(closeable);
        return closeable;
    }

    private Settings settings(TransportKind kind) {
        return Settings.of(kind).upstream("echo", echo.address()).upstream("told", told.address());
    }

    private Settings at(TransportKind kind, String name, String bind) {
        return settings(kind).listener(name, bind, "echo", NetworkProfile.PUBLIC);
    }

    private Proxy start(Settings settings) throws Exception {
        return keep(Proxy.start(settings.build(), event -> {}));
    }

    private Socket connect(int port) throws IOException {
        Socket socket = keep(new Socket());
        socket.setSoTimeout(20_000);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 10_000);
        return socket;
    }

    private static ListenerView view(Proxy proxy, String name) {
        return proxy.listeners().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static int port(Proxy proxy, String name) {
        return view(proxy, name).bound().getPort();
    }

    private static int otherThan(int port) throws IOException {
        int other = UnderPressure.fixedPort();
        return other == port ? otherThan(port) : other;
    }

    private static void assertRefused(int port) {
        assertThatThrownBy(() -> new Socket("127.0.0.1", port).close()).isInstanceOf(ConnectException.class);
    }

    /** Be it while it connects or after. */
    private void assertTurnedAway(int port) {
        assertThatThrownBy(() -> connect(port).getInputStream().read())
                .isInstanceOf(SocketException.class)
                .hasMessageContaining("reset");
    }

    private static List<String> keys(List<Change> changes) {
        return changes.stream().map(Change::key).toList();
    }

    static long descriptors() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.count();
        }
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void theSameSettingsChangeNothing(TransportKind kind) throws Exception {
        Proxy proxy = start(at(kind, "web", LOOPBACK + 0));
        await().until(() -> view(proxy, "web").accepting());
        List<ListenerView> before = proxy.listeners();
        Reconfiguration done = proxy.reconfigure(at(kind, "web", LOOPBACK + 0).build());
        assertThat(done).isEqualTo(new Reconfiguration(List.of(), List.of()));
        assertThat(proxy.listeners()).isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void aListenerIsAddedAndServesAtOnce(TransportKind kind) throws Exception {
        Proxy proxy = start(at(kind, "web", LOOPBACK + 0));
        Clients.exchange(connect(port(proxy, "web")));
        Reconfiguration done = proxy.reconfigure(
                at(kind, "web", LOOPBACK + 0).listener("more", "told").build());
        assertThat(keys(done.changes())).containsExactly("listeners.more");
        assertThat(done.changes().get(0).toString())
                .startsWith("listeners.more: none -> bind 127.0.0.1:0, upstream told, ");
        assertThat(connect(port(proxy, "more")).getInputStream().read()).isEqualTo(99);
        assertThat(view(proxy, "web").accepted()).isEqualTo(1);
        assertThat(view(proxy, "more").sockets()).isEqualTo(kind == TransportKind.NIO ? 1 : 2);
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void aRemovedListenerRefusesNewcomersAndServesThoseItHas(TransportKind kind) throws Exception {
        Proxy proxy = start(at(kind, "web", LOOPBACK + 0).listener("gone", "echo"));
        int port = port(proxy, "gone");
        Socket established = connect(port);
        Clients.exchange(established);
        Reconfiguration done = proxy.reconfigure(at(kind, "web", LOOPBACK + 0).build());
        assertThat(keys(done.changes())).containsExactly("listeners.gone");
        assertThat(done.changes().get(0).after()).isEqualTo("none");
        assertThat(proxy.listeners()).extracting(ListenerView::name).containsExactly("web");
        assertRefused(port);
        for (int i = 0; i < 20; i++) {
            Clients.exchange(established);
        }
        assertThat(proxy.connections(10)).extracting(each -> each.listener()).containsExactly("gone");
        established.shutdownOutput();
        assertThat(established.getInputStream().read()).isEqualTo(-1);
        await().until(() -> proxy.relays().active() == 0);
        assertThat(proxy.relays().closed().get(CloseReason.FINISHED)).isEqualTo(1);
        Clients.exchange(connect(port(proxy, "web")));
    }

    /** A full proxy leaves newcomers in the kernel's queue: they are there for certain when the listener is removed. */
    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void whoWaitsInTheQueueOfARemovedListenerIsServed(TransportKind kind) throws Exception {
        Settings first = at(kind, "web", LOOPBACK + 0)
                .listener("gone", "echo")
                .refusal(Refusal.PAUSE)
                .limits(4, 0);
        Proxy proxy = start(first);
        int port = port(proxy, "gone");
        List<Socket> taken = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            taken.add(connect(port));
            Clients.exchange(taken.get(i));
        }
        List<Socket> waiting = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            waiting.add(connect(port));
        }
        proxy.reconfigure(at(kind, "web", LOOPBACK + 0)
                .refusal(Refusal.PAUSE)
                .limits(100, 0)
                .build());
        for (Socket each : waiting) {
            Clients.exchange(each);
        }
        await().untilAsserted(() -> assertRefused(port));
        for (Socket each : taken) {
            Clients.exchange(each);
        }
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void whoStillWaitsWhenTheTimeIsOverIsResetAndNothingIsLeft(TransportKind kind) throws Exception {
        Proxy proxy = start(at(kind, "web", LOOPBACK + 0)
                .listener("gone", "echo")
                .refusal(Refusal.PAUSE)
                .limits(2, 0));
        int port = port(proxy, "gone");
        long before = descriptors();
        Socket one = connect(port);
        Socket two = connect(port);
        Clients.exchange(one);
        Clients.exchange(two);
        Socket waiting = connect(port);
        proxy.reconfigure(at(kind, "web", LOOPBACK + 0)
                .refusal(Refusal.PAUSE)
                .limits(2, 0)
                .build());
        Clients.assertReset(waiting);
        Clients.exchange(one);
        one.close();
        two.close();
        waiting.close();
        await().untilAsserted(() -> assertThat(descriptors()).isLessThan(before));
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void aListenerThatStaysIsSentToAnotherPoolAndKeepsItsCounts(TransportKind kind) throws Exception {
        Proxy proxy = start(at(kind, "web", LOOPBACK + 0));
        int port = port(proxy, "web");
        Socket old = connect(port);
        Clients.exchange(old);
        Reconfiguration done = proxy.reconfigure(settings(kind)
                .listener("web", LOOPBACK + 0, "told", NetworkProfile.PUBLIC)
                .build());
        assertThat(done.changes()).containsExactly(new Change("listeners.web.upstream", "echo", "told"));
        assertThat(port(proxy, "web")).isEqualTo(port);
        assertThat(connect(port).getInputStream().read()).isEqualTo(99);
        Clients.exchange(old);
        assertThat(view(proxy, "web").accepted()).isEqualTo(2);
        assertThat(view(proxy, "web").active()).isEqualTo(2);
        assertThat(view(proxy, "web").upstream()).isEqualTo("told");
        old.close();
        await().until(() -> view(proxy, "web").active() == 1);
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void anotherBacklogHoldsWithoutAnotherSocketOrAtTheNextStart(TransportKind kind) throws Exception {
        int port = UnderPressure.fixedPort();
        Proxy proxy = start(settings(kind).backlog(64).listener("web", LOOPBACK + port, "echo", NetworkProfile.PUBLIC));
        List<String> before = listening(port);
        assertThat(before).isNotEmpty().allMatch(line -> line.startsWith("64 "));
        Reconfiguration done = proxy.reconfigure(settings(kind)
                .backlog(200)
                .listener("web", LOOPBACK + port, "echo", NetworkProfile.PUBLIC)
                .build());
        Change change = new Change("listeners.web.backlog", "64", "200");
        if (kind == TransportKind.NIO) {
            assertThat(done).isEqualTo(new Reconfiguration(List.of(), List.of(change)));
            assertThat(listening(port)).isEqualTo(before);
        } else {
            assertThat(done).isEqualTo(new Reconfiguration(List.of(change), List.of()));
            await().untilAsserted(() -> assertThat(listening(port))
                    .containsExactlyElementsOf(before.stream()
                            .map(line -> line.replaceFirst("64 ", "200 "))
                            .toList()));
        }
        Clients.exchange(connect(port));
    }

    /** Backlog and socket of each listener at a port, as {@code ss} tells. */
    private static List<String> listening(int port) throws Exception {
        Process ss = new ProcessBuilder("ss", "-ltneH", "sport", "=", ":" + port).start();
        try (var lines = ss.inputReader()) {
            return lines.lines()
                    .map(line -> line.replaceAll("LISTEN +\\d+ +(\\d+) .*ino:(\\d+).*", "$1 $2"))
                    .sorted()
                    .toList();
        } finally {
            Assumptions.assumeTrue(ss.waitFor() == 0, "ss does not work here");
        }
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void aListenerMovesToAnotherAddress(TransportKind kind) throws Exception {
        int from = UnderPressure.fixedPort();
        int to = otherThan(from);
        Proxy proxy = start(at(kind, "web", LOOPBACK + from));
        Socket old = connect(from);
        Clients.exchange(old);
        Reconfiguration done = proxy.reconfigure(at(kind, "web", LOOPBACK + to).build());
        assertThat(done.changes()).containsExactly(new Change("listeners.web.bind", LOOPBACK + from, LOOPBACK + to));
        assertRefused(from);
        Clients.exchange(connect(to));
        Clients.exchange(old);
        assertThat(view(proxy, "web").accepted()).isEqualTo(2);
        proxy.reconfigure(at(kind, "web", LOOPBACK + from).build());
        assertRefused(to);
        Clients.exchange(connect(from));
        assertThat(view(proxy, "web").accepted()).isEqualTo(3);
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void anOwnAddressWidensToAWildcardAndBackWhereAddressesCanBeShared(TransportKind kind) throws Exception {
        int port = UnderPressure.fixedPort();
        Proxy proxy = start(at(kind, "web", LOOPBACK + port));
        Socket old = connect(port);
        Clients.exchange(old);
        ProxySettings wide = at(kind, "web", "*:" + port).build();
        if (kind == TransportKind.NIO) {
            assertThatThrownBy(() -> proxy.reconfigure(wide))
                    .isInstanceOf(BindFailure.class)
                    .hasMessage(
                            "listeners.web.bind: *:" + port + " can't be bound: this proxy itself listens at 127.0.0.1:"
                                    + port
                                    + " until then, and transport nio can't share an address (expected: a port not in use,"
                                    + " a restart, or transport.kind = epoll)");
            assertThat(view(proxy, "web").bound().getAddress().isLoopbackAddress())
                    .isTrue();
            Clients.exchange(connect(port));
            return;
        }
        proxy.reconfigure(wide);
        assertThat(view(proxy, "web").bound().getAddress().isAnyLocalAddress()).isTrue();
        Clients.exchange(connect(port));
        Socket elsewhere = keep(new Socket("127.0.0.2", port));
        elsewhere.setSoTimeout(20_000);
        Clients.exchange(elsewhere);
        proxy.reconfigure(at(kind, "web", LOOPBACK + port).build());
        assertThatThrownBy(() -> new Socket("127.0.0.2", port).close()).isInstanceOf(ConnectException.class);
        Clients.exchange(connect(port));
        Clients.exchange(old);
        Clients.exchange(elsewhere);
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void aStrangerAtTheAddressIsNoticedThoughOurOwnSocketIsInTheWay(TransportKind kind) throws Exception {
        Assumptions.assumeTrue(kind != TransportKind.NIO, "on NIO no address is shared at all");
        int port = UnderPressure.fixedPort();
        Proxy proxy = start(at(kind, "web", LOOPBACK + port));
        ServerSocketChannel stranger = keep(ServerSocketChannel.open());
        stranger.setOption(StandardSocketOptions.SO_REUSEPORT, true);
        stranger.bind(new InetSocketAddress("127.0.0.3", port));
        assertThatThrownBy(() -> proxy.reconfigure(at(kind, "web", "*:" + port).build()))
                .isInstanceOf(BindFailure.class)
                .hasMessageEndingWith("Address already in use: another process listens at 127.0.0.3:" + port);
        Clients.exchange(connect(port));
        stranger.close();
        proxy.reconfigure(at(kind, "web", "*:" + port).build());
        Clients.exchange(connect(port));
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void aRenamedListenerKeepsItsSocketsAndTwoCanChangePlaces(TransportKind kind) throws Exception {
        int one = UnderPressure.fixedPort();
        int two = otherThan(one);
        Proxy proxy = start(at(kind, "a", LOOPBACK + one).listener("b", LOOPBACK + two, "told", NetworkProfile.PUBLIC));
        Clients.exchange(connect(one));
        proxy.reconfigure(at(kind, "c", LOOPBACK + one)
                .listener("b", LOOPBACK + two, "told", NetworkProfile.PUBLIC)
                .build());
        Clients.exchange(connect(one));
        assertThat(proxy.listeners()).extracting(ListenerView::name).containsExactly("c", "b");
        assertThat(view(proxy, "c").accepted()).isEqualTo(1);
        proxy.reconfigure(at(kind, "c", LOOPBACK + two)
                .listener("b", LOOPBACK + one, "told", NetworkProfile.PUBLIC)
                .build());
        Clients.exchange(connect(two));
        assertThat(connect(one).getInputStream().read()).isEqualTo(99);
        assertThat(port(proxy, "c")).isEqualTo(two);
        assertThat(view(proxy, "c").accepted()).isEqualTo(2);
        assertThat(view(proxy, "b").accepted()).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void aListenerThatComesBackIsBoundThoughItsOldSocketsLinger(TransportKind kind) throws Exception {
        int port = UnderPressure.fixedPort();
        Settings with =
                at(kind, "web", LOOPBACK + 0).listener("on-off", LOOPBACK + port, "echo", NetworkProfile.PUBLIC);
        Proxy proxy = start(with);
        for (int i = 0; i < 5; i++) {
            proxy.reconfigure(at(kind, "web", LOOPBACK + 0).build());
            assertRefused(port);
            proxy.reconfigure(with.build());
            for (int j = 0; j < 8; j++) {
                Clients.exchange(connect(port));
            }
        }
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void aFailedBindChangesNothingAndLeavesNothingOpen(TransportKind kind) throws Exception {
        int free = UnderPressure.fixedPort();
        Proxy proxy = start(at(kind, "web", LOOPBACK + 0).listener("other", "told"));
        Clients.exchange(connect(port(proxy, "web")));
        await().until(() -> proxy.relays().active() == 1);
        List<ListenerView> listeners = proxy.listeners();
        List<UpstreamView> upstreams = proxy.upstreams();
        ProxySettings before = proxy.settings();
        long descriptors = descriptors();
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            long withTaken = descriptors();
            ProxySettings next = Settings.of(kind)
                    .upstream("new", told.address())
                    .limits(77, 0.5)
                    .refusal(Refusal.RESET)
                    .idle(Duration.ofSeconds(3), Duration.ofSeconds(3))
                    .listener("web", LOOPBACK + 0, "new", NetworkProfile.PRIVATE)
                    .listener("fine", LOOPBACK + free, "new", NetworkProfile.PUBLIC)
                    .listener("broken", LOOPBACK + taken.getLocalPort(), "new", NetworkProfile.PUBLIC)
                    .build();
            assertThatThrownBy(() -> proxy.reconfigure(next))
                    .isInstanceOf(BindFailure.class)
                    .hasMessageStartingWith(
                            "listeners.broken.bind: 127.0.0.1:" + taken.getLocalPort() + " can't be bound: ");
            // The look at the interfaces opens one for a moment, and io_uring lets go of one a moment late.
            await().untilAsserted(() -> assertThat(descriptors()).isLessThanOrEqualTo(withTaken));
        }
        assertRefused(free);
        assertThat(proxy.listeners()).isEqualTo(listeners);
        assertThat(proxy.upstreams()).isEqualTo(upstreams);
        assertThat(proxy.settings()).isEqualTo(before);
        assertThat(proxy.maxConnections()).isEqualTo(10_000);
        assertThat(proxy.synGate()).isEqualTo("accept-pause");
        await().untilAsserted(() -> assertThat(descriptors()).isLessThanOrEqualTo(descriptors));
        Clients.exchange(connect(port(proxy, "web")));
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void aNameThatIsNotKnownAndTwoAtOneAddressChangeNothing(TransportKind kind) throws Exception {
        int port = UnderPressure.fixedPort();
        Proxy proxy = start(at(kind, "web", LOOPBACK + port));
        String nowhere = "x".repeat(64) + ".invalid:80";
        assertThatThrownBy(() -> proxy.reconfigure(at(kind, "web", nowhere).build()))
                .isInstanceOf(BindFailure.class)
                .hasMessageStartingWith("listeners.web.bind: " + nowhere + " can't be bound: ");
        assertThatThrownBy(() -> proxy.reconfigure(at(kind, "web", LOOPBACK + port)
                        .listener("wide", "*:" + port, "echo", NetworkProfile.PUBLIC)
                        .build()))
                .isInstanceOf(BindFailure.class)
                .hasMessageStartingWith(
                        "listeners.wide.bind: *:" + port + " can't be bound: another listener takes 127.0.0.1:" + port);
        Clients.exchange(connect(port));
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void otherServersHoldForNewConnectionsAndThePoolKeepsItsCounts(TransportKind kind) throws Exception {
        Proxy proxy = start(Settings.of(kind).listener("web", "pool").upstream("pool", echo.address()));
        Socket old = connect(port(proxy, "web"));
        Clients.exchange(old);
        ProxySettings next = Settings.of(kind)
                .listener("web", "pool")
                .connectTimeout(Duration.ofSeconds(1))
                .upstream("pool", told.address())
                .build();
        assertThat(proxy.reconfigure(next).changes())
                .containsExactly(
                        new Change("upstreams.pool.servers", "[" + echo.address() + "]", "[" + told.address() + "]"),
                        new Change("upstreams.pool.connect-timeout", "2s", "1s"));
        assertThat(connect(port(proxy, "web")).getInputStream().read()).isEqualTo(99);
        Clients.exchange(old);
        UpstreamView pool = proxy.upstreams().get(0);
        assertThat(pool.connected()).isEqualTo(2);
        assertThat(pool.servers()).extracting(UpstreamView.ServerView::server).containsExactly(told.address());
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void aServerThatIsDownStaysMarkedThroughAChangeOfItsPool(TransportKind kind) throws Exception {
        String dead = LOOPBACK + UnderPressure.fixedPort();
        Proxy proxy = start(Settings.of(kind).listener("web", "pool").upstream("pool", dead, echo.address()));
        await().until(() -> {
            Clients.exchange(connect(port(proxy, "web")));
            return proxy.upstreams().get(0).failed() > 0;
        });
        long failed = proxy.upstreams().get(0).failed();
        proxy.reconfigure(Settings.of(kind)
                .listener("web", "pool")
                .upstream("pool", dead, echo.address(), told.address())
                .build());
        assertThat(proxy.upstreams().get(0).servers())
                .extracting(UpstreamView.ServerView::up)
                .containsExactly(false, true, true);
        assertThat(proxy.upstreams().get(0).failed()).isEqualTo(failed);
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void timeoutsHoldForNewConnectionsOnly(TransportKind kind) throws Exception {
        Proxy proxy = start(at(kind, "web", LOOPBACK + 0));
        Socket old = connect(port(proxy, "web"));
        Clients.exchange(old);
        Reconfiguration done = proxy.reconfigure(at(kind, "web", LOOPBACK + 0)
                .idle(Duration.ofMillis(100), Duration.ofMinutes(1))
                .build());
        assertThat(done.changes()).containsExactly(new Change("relay.idle-timeout", "1m", "100ms"));
        Socket fresh = connect(port(proxy, "web"));
        Clients.exchange(fresh);
        Clients.assertReset(fresh);
        Clients.exchange(old);
        await().untilAsserted(() -> assertThat(proxy.relays().closed().get(CloseReason.IDLE_TIMEOUT))
                .isEqualTo(1));
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void limitsMoveBothWaysAndNobodyIsClosedForThem(TransportKind kind) throws Exception {
        Proxy proxy = start(at(kind, "web", LOOPBACK + 0)
                .refusal(Refusal.RESET)
                .limits(4, 0)
                .budget(1 << 20));
        int port = port(proxy, "web");
        List<Socket> taken = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            taken.add(connect(port));
            Clients.exchange(taken.get(i));
        }
        Reconfiguration raised = proxy.reconfigure(at(kind, "web", LOOPBACK + 0)
                .refusal(Refusal.RESET)
                .limits(2000, 0)
                .budget(1 << 20)
                .build());
        assertThat(raised.changes()).containsExactly(new Change("limits.max-connections", "4", "2000"));
        for (int i = 4; i < 100; i++) {
            taken.add(connect(port));
            Clients.exchange(taken.get(i));
        }
        assertThat(proxy.maxConnections()).isEqualTo(2000);
        proxy.reconfigure(at(kind, "web", LOOPBACK + 0)
                .refusal(Refusal.RESET)
                .limits(50, 0)
                .budget(1 << 20)
                .build());
        for (Socket each : taken) {
            Clients.exchange(each);
        }
        assertTurnedAway(port);
        for (Socket each : taken.subList(0, 60)) {
            each.close();
        }
        await().until(() -> proxy.relays().active() == 40);
        Clients.exchange(connect(port));
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void theWayOfRefusingChangesLiveAndWhoWaitedIsServed(TransportKind kind) throws Exception {
        Proxy proxy = start(at(kind, "web", LOOPBACK + 0).refusal(Refusal.RESET).limits(2, 0));
        int port = port(proxy, "web");
        Socket one = connect(port);
        Clients.exchange(one);
        Clients.exchange(connect(port));
        assertTurnedAway(port);
        Reconfiguration done = proxy.reconfigure(at(kind, "web", LOOPBACK + 0)
                .refusal(Refusal.PAUSE)
                .limits(2, 0)
                .build());
        assertThat(done.changes()).containsExactly(new Change("syn-gate.refusal", "reset", "pause"));
        assertThat(proxy.synGate()).isEqualTo("accept-pause");
        List<Socket> waiting = new ArrayList<>();
        await().until(() -> {
            waiting.add(connect(port));
            return !view(proxy, "web").accepting();
        });
        proxy.reconfigure(at(kind, "web", LOOPBACK + 0)
                .refusal(Refusal.RESET)
                .limits(2 + waiting.size(), 0)
                .build());
        for (Socket each : waiting) {
            Clients.exchange(each);
        }
        assertTurnedAway(port);
        one.close();
        await().until(() -> proxy.relays().active() == 1 + waiting.size());
        Clients.exchange(connect(port));
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void whatTakesARestartIsToldEachTimeAndDoesNotHold(TransportKind kind) throws Exception {
        Proxy proxy = start(at(kind, "web", LOOPBACK + 0));
        Settings other = at(kind == TransportKind.NIO ? TransportKind.EPOLL : TransportKind.NIO, "web", LOOPBACK + 0)
                .budget(16 << 20)
                .limits(120_000, 0.1)
                .drain(Duration.ofSeconds(9));
        for (int i = 0; i < 2; i++) {
            Reconfiguration done = proxy.reconfigure(other.build());
            assertThat(keys(done.changes())).containsExactlyElementsOf(i == 0 ? List.of("drain.deadline") : List.of());
            assertThat(done.atRestart())
                    .hasSize(3)
                    .contains(
                            new Change("memory.budget", "8MiB", "16MiB"),
                            new Change("limits.max-connections", "10000", "120000"))
                    .anyMatch(change -> change.key().equals("transport.kind"));
        }
        assertThat(proxy.transport()).isEqualTo(kind);
        assertThat(proxy.relays().budgetBytes()).isEqualTo(8 << 20);
        assertThat(proxy.settings().drainDeadline()).isEqualTo(Duration.ofSeconds(9));
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void settingsThatCouldNotStartAreRefused(TransportKind kind) throws Exception {
        Proxy proxy = start(at(kind, "web", LOOPBACK + 0));
        assertThatThrownBy(() -> proxy.reconfigure(
                        at(kind, "web", LOOPBACK + 0).limits(1_000_000, 0.1).build()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "limits.max-connections: 1000000 (expected: 65536 at the most, with a memory.budget of 8388608"
                                + " bytes)");
        assertThat(proxy.maxConnections()).isEqualTo(10_000);
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void aProxyThatDoesNotRunIsNotReconfigured(TransportKind kind) throws Exception {
        ProxySettings settings = at(kind, "web", LOOPBACK + 0).build();
        Proxy proxy = keep(Proxy.start(settings, event -> {}));
        Socket holding = connect(port(proxy, "web"));
        Clients.exchange(holding);
        var drained = proxy.drain().toCompletableFuture();
        await().until(() -> proxy.state() == ProxyView.State.DRAINING);
        assertThatThrownBy(() -> proxy.reconfigure(settings))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the proxy is draining (expected: running, to be reconfigured)");
        holding.close();
        drained.get();
        assertThatThrownBy(() -> proxy.reconfigure(settings))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("the proxy is closed ");
    }
}
