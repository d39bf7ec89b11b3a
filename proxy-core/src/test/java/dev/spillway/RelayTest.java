package dev.spillway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.spillway.connection.CloseReason;
import dev.spillway.connection.Phase;
import dev.spillway.fixture.RandomBytes;
import dev.spillway.fixture.Settings;
import dev.spillway.fixture.TestServer;
import dev.spillway.security.NetworkProfile;
import dev.spillway.transport.TransportKind;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the relay owes to both peers, on every transport there is. */
class RelayTest {
    private static final int SERVER_RESETS = 1;
    private static final int SERVER_ENDS_FIRST = 2;
    private static final String TRANSPORTS = "dev.spillway.fixture.Transports#all";

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        Leftovers.close(open);
    }

    <T extends AutoCloseable> T keep(T closeable) {
        open.add(closeable);
        return closeable;
    }

    /** What every proxy here is made of; a test of another way to relay has another. */
    Settings settings(TransportKind kind) {
        return Settings.of(kind);
    }

    Proxy start(Settings settings) throws Exception {
        return keep(Proxy.start(settings.build(), event -> {}));
    }

    Proxy front(TransportKind kind, TestServer server) throws Exception {
        return start(settings(kind).listener("main", "pool").upstream("pool", server.address()));
    }

    Socket connect(Proxy proxy) throws IOException {
        Socket socket = new Socket("127.0.0.1", proxy.listeners().get(0).bound().getPort());
        socket.setSoTimeout(20_000);
        return keep(socket);
    }

    static void awaitNothingHeld(Proxy proxy) {
        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            assertThat(proxy.relays().active()).isZero();
            assertThat(proxy.relays().heldBytes()).isZero();
        });
    }

    /** It may not be there yet. */
    private static void awaitHalfClosed(Proxy proxy) {
        await().until(() ->
                proxy.connections(1).stream().anyMatch(each -> each.facts().phase() == Phase.HALF_CLOSED));
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void aGibibyteEachWayAtOnceArrivesAsItWasSent(TransportKind kind) throws Exception {
        long size = 1L << 30;
        RandomBytes up = new RandomBytes(1, size);
        RandomBytes down = new RandomBytes(2, size);
        CompletableFuture<String> seenByServer = new CompletableFuture<>();
        TestServer server = keep(new TestServer(socket -> {
            Future<?> sent = down.send(socket);
            seenByServer.complete(up.receive(socket.getInputStream()));
            sent.get();
        }));
        Proxy proxy = front(kind, server);
        Socket client = connect(proxy);
        Future<?> sent = up.send(client);
        String seenByClient = down.receive(client.getInputStream());
        // Of a reset, whoever asks the socket first is told, and that may have been the thread that sends.
        assertThat(seenByClient).as(() -> "closed: " + proxy.relays().closed()).isEqualTo(down.whole());
        assertThat(seenByServer.get(60, TimeUnit.SECONDS)).isEqualTo(up.whole());
        sent.get();
        awaitNothingHeld(proxy);
        assertThat(proxy.relays().closed().get(CloseReason.FINISHED)).isEqualTo(1);
        assertThat(proxy.relays().receivedBytes()).isEqualTo(size);
        assertThat(proxy.relays().sentBytes()).isEqualTo(size);
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void anEndOfTheClientReachesTheServerWhoMayStillAnswer(TransportKind kind) throws Exception {
        TestServer server = keep(new TestServer(socket -> {
            byte[] request = socket.getInputStream().readAllBytes();
            socket.getOutputStream().write(("got " + request.length).getBytes());
        }));
        Socket client = connect(front(kind, server));
        client.getOutputStream().write(new byte[1234]);
        client.shutdownOutput();
        assertThat(new String(client.getInputStream().readAllBytes())).isEqualTo("got 1234");
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void anEndOfTheServerReachesTheClientWhoMayStillSend(TransportKind kind) throws Exception {
        CompletableFuture<Integer> seen = new CompletableFuture<>();
        TestServer server = keep(new TestServer(socket -> {
            socket.getOutputStream().write("bye".getBytes());
            socket.shutdownOutput();
            seen.complete(socket.getInputStream().readAllBytes().length);
        }));
        Proxy proxy = front(kind, server);
        Socket client = connect(proxy);
        assertThat(new String(client.getInputStream().readAllBytes())).isEqualTo("bye");
        awaitHalfClosed(proxy);
        client.getOutputStream().write(new byte[300_000]);
        client.shutdownOutput();
        assertThat(seen.get(10, TimeUnit.SECONDS)).isEqualTo(300_000);
        awaitNothingHeld(proxy);
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void aResetOfTheServerReachesTheClientAsAReset(TransportKind kind) throws Exception {
        TestServer server = keep(new TestServer(socket -> {
            socket.getInputStream().read();
            socket.setSoLinger(true, 0);
        }));
        Proxy proxy = front(kind, server);
        Socket client = connect(proxy);
        client.getOutputStream().write(1);
        assertThatThrownBy(() -> client.getInputStream().read())
                .isInstanceOf(SocketException.class)
                .hasMessageContaining("reset");
        awaitNothingHeld(proxy);
        assertThat(proxy.relays().closed().get(CloseReason.UPSTREAM_RESET)).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void aResetOfTheClientReachesTheServerAsAReset(TransportKind kind) throws Exception {
        CompletableFuture<Throwable> seen = new CompletableFuture<>();
        TestServer server = keep(new TestServer(socket -> {
            socket.getOutputStream().write(1);
            try {
                socket.getInputStream().read();
                seen.complete(new AssertionError("an end instead of a reset"));
            } catch (IOException reset) {
                seen.complete(reset);
            }
        }));
        Proxy proxy = front(kind, server);
        Socket client = connect(proxy);
        client.getInputStream().read();
        client.setSoLinger(true, 0);
        client.close();
        assertThat(seen.get(10, TimeUnit.SECONDS))
                .isInstanceOf(SocketException.class)
                .hasMessageContaining("reset");
        awaitNothingHeld(proxy);
        assertThat(proxy.relays().closed().get(CloseReason.CLIENT_RESET)).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void aClientThatDoesNotReadStopsTheServerAndHoldsOneBufferAtMost(TransportKind kind) throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        TestServer server = keep(new TestServer(socket -> {
            byte[] block = new byte[64 << 10];
            for (int i = 0; i < 4096; i++) {
                socket.getOutputStream().write(block);
            }
            over.countDown();
        }));
        Proxy proxy = front(kind, server);
        Socket client = connect(proxy);
        await().until(() -> proxy.relays().heldBytes() > 0
                && proxy.connections(1).get(0).facts().stalledNanos() > TimeUnit.MILLISECONDS.toNanos(300));
        assertThat(proxy.relays().heldBytes()).isLessThanOrEqualTo(64 << 10);
        assertThat(over.getCount()).isEqualTo(1);
        assertThat(proxy.relays().sentBytes()).isLessThan(64L << 20);
        DataInputStream in = new DataInputStream(client.getInputStream());
        in.readFully(new byte[256 << 20]);
        assertThat(in.read()).isEqualTo(-1);
        client.close();
        awaitNothingHeld(proxy);
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void anEndBehindWhatAClientDoesNotReadYetLosesNothing(TransportKind kind) throws Exception {
        int size = 8 << 20;
        CountDownLatch sent = new CountDownLatch(1);
        TestServer server = keep(new TestServer(socket -> {
            socket.setSendBufferSize(16 << 20);
            socket.getOutputStream().write(new byte[size]);
            socket.shutdownOutput();
            sent.countDown();
            socket.getInputStream().read();
        }));
        Proxy proxy = front(kind, server);
        Socket client = connect(proxy);
        client.shutdownOutput();
        await().until(() -> proxy.relays().heldBytes() > 0);
        // The kernel reports the end of both directions now, again and again; nothing more may be read for it.
        assertThat(proxy.relays().heldBytes()).isLessThanOrEqualTo(64 << 10);
        assertThat(client.getInputStream().readAllBytes()).hasSize(size);
        assertThat(sent.await(1, TimeUnit.SECONDS)).isTrue();
        awaitNothingHeld(proxy);
        assertThat(proxy.relays().closed().get(CloseReason.FINISHED)).isEqualTo(1);
    }

    /** A kernel that says that a peer has ended its direction makes some transports read all that peer has sent. */
    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void whatAServerSentBeforeItsEndStaysInTheKernelUntilTheClientReads(TransportKind kind) throws Exception {
        int size = 180 << 10;
        CountDownLatch sent = new CountDownLatch(1);
        TestServer server = keep(new TestServer(socket -> {
            socket.setSendBufferSize(1 << 20);
            socket.getOutputStream().write(new byte[size]);
            socket.shutdownOutput();
            sent.countDown();
            socket.getInputStream().read();
        }));
        Proxy proxy = start(settings(kind)
                .sendBuffer(4096)
                .receiveBuffer(1 << 20)
                .listener("main", "pool")
                .upstream("pool", server.address()));
        Socket client = keep(new Socket());
        client.setReceiveBufferSize(4096);
        client.setSoTimeout(20_000);
        client.connect(proxy.listeners().get(0).bound());
        assertThat(sent.await(10, TimeUnit.SECONDS)).isTrue();
        await().until(() -> proxy.relays().heldBytes() > 0);
        // Nothing tells when the proxy has heard of the end, so it has to hold for a while.
        await().during(Duration.ofMillis(300)).until(() -> proxy.relays().heldBytes() <= 64 << 10);
        assertThat(proxy.relays().sentBytes()).as("what was read").isLessThan(size);
        client.shutdownOutput();
        assertThat(client.getInputStream().readAllBytes()).hasSize(size);
        awaitNothingHeld(proxy);
        assertThat(proxy.relays().closed().get(CloseReason.FINISHED)).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void aHalfClosedClientThatReadsSlowlyGetsEverything(TransportKind kind) throws Exception {
        int size = 16 << 20;
        CountDownLatch go = new CountDownLatch(1);
        TestServer server = keep(new TestServer(socket -> {
            socket.getInputStream().readAllBytes();
            go.await();
            socket.getOutputStream().write(new byte[size]);
        }));
        Proxy proxy = front(kind, server);
        Socket client = connect(proxy);
        client.getOutputStream().write(1);
        client.shutdownOutput();
        awaitHalfClosed(proxy);
        go.countDown();
        for (int stalls = 0; stalls < 3; stalls++) {
            await().until(() -> proxy.connections(1).get(0).facts().stalledNanos() > 0);
            assertThat(client.getInputStream().readNBytes(4 << 20)).hasSize(4 << 20);
        }
        assertThat(client.getInputStream().readAllBytes()).hasSize(size - (12 << 20));
        awaitNothingHeld(proxy);
        assertThat(proxy.relays().closed().get(CloseReason.FINISHED)).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void aServerThatCanNotBeConnectedIsPassedOver(TransportKind kind) throws Exception {
        TestServer gone = TestServer.echo();
        String nobody = gone.address();
        gone.close();
        TestServer server = keep(TestServer.echo());
        Proxy proxy = start(settings(kind).listener("main", "pool").upstream("pool", nobody, server.address()));
        for (int i = 0; i < 20; i++) {
            try (Socket client = connect(proxy)) {
                client.getOutputStream().write(7);
                assertThat(client.getInputStream().read()).isEqualTo(7);
            }
        }
        assertThat(proxy.upstreams().get(0).failed()).isBetween(1L, 5L);
        assertThat(proxy.upstreams().get(0).servers().get(0).up()).isFalse();
        awaitNothingHeld(proxy);
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void aClientIsResetWhenNoServerCanBeConnected(TransportKind kind) throws Exception {
        TestServer gone = TestServer.echo();
        gone.close();
        Proxy proxy = front(kind, gone.address());
        Socket client = connect(proxy);
        assertThatThrownBy(() -> {
                    client.getOutputStream().write(1);
                    client.getInputStream().read();
                })
                .isInstanceOf(SocketException.class);
        awaitNothingHeld(proxy);
        assertThat(proxy.relays().closed().get(CloseReason.UPSTREAM_UNREACHABLE))
                .isEqualTo(1);
    }

    Proxy front(TransportKind kind, String server) throws Exception {
        return start(settings(kind).listener("main", "pool").upstream("pool", server));
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void serversAreTakenInTurn(TransportKind kind) throws Exception {
        TestServer first = keep(TestServer.echo());
        TestServer second = keep(TestServer.echo());
        Proxy proxy =
                start(settings(kind).listener("main", "pool").upstream("pool", first.address(), second.address()));
        for (int i = 0; i < 10; i++) {
            try (Socket client = connect(proxy)) {
                client.getOutputStream().write(7);
                assertThat(client.getInputStream().read()).isEqualTo(7);
            }
        }
        assertThat(first.accepted()).isEqualTo(5);
        assertThat(second.accepted()).isEqualTo(5);
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void anIdleConnectionIsClosedAfterItsTimeoutAndABusyOneIsNot(TransportKind kind) throws Exception {
        TestServer server = keep(TestServer.echo());
        Proxy proxy = start(settings(kind)
                .listener("main", "pool")
                .upstream("pool", server.address())
                .idle(Duration.ofMillis(1500), Duration.ofMinutes(1)));
        Socket idle = connect(proxy);
        Socket busy = connect(proxy);
        await().pollInterval(Duration.ofMillis(100))
                .atMost(Duration.ofSeconds(10))
                .until(() -> {
                    busy.getOutputStream().write(1);
                    busy.getInputStream().read();
                    return proxy.relays().closed().get(CloseReason.IDLE_TIMEOUT) == 1;
                });
        assertThatThrownBy(() -> idle.getInputStream().read()).isInstanceOf(SocketException.class);
        busy.getOutputStream().write(1);
        assertThat(busy.getInputStream().read()).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void aHalfClosedConnectionIsClosedAfterItsOwnTimeout(TransportKind kind) throws Exception {
        TestServer server = keep(new TestServer(socket -> {
            socket.getInputStream().readAllBytes();
            // Does not answer, and does not end.
            new CountDownLatch(1).await();
        }));
        Proxy proxy = start(settings(kind)
                .listener("main", "pool")
                .upstream("pool", server.address())
                .idle(Duration.ZERO, Duration.ofMillis(300)));
        Socket client = connect(proxy);
        client.shutdownOutput();
        await().until(() -> proxy.relays().closed().get(CloseReason.HALF_CLOSE_TIMEOUT) == 1);
        awaitNothingHeld(proxy);
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void thousandsOfShortConnectionsWithRandomEndsLoseAndLeaveNothing(TransportKind kind) throws Exception {
        TestServer server = keep(new TestServer(socket -> {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            int size = in.readInt();
            int end = in.readInt();
            byte[] body = new byte[size];
            in.readFully(body);
            socket.getOutputStream().write(body);
            // Only when the client has it all: a reset with bytes on their way may be lost in the kernel for good.
            in.readByte();
            if (end == SERVER_RESETS) {
                socket.setSoLinger(true, 0);
            } else if (end == SERVER_ENDS_FIRST) {
                socket.shutdownOutput();
                in.read();
            }
        }));
        Proxy proxy = front(kind, server);
        ExecutorService clients = Executors.newFixedThreadPool(16);
        List<Future<Integer>> results = new ArrayList<>();
        for (int c = 0; c < 16; c++) {
            int seed = c;
            results.add(clients.submit(() -> exchange(proxy, new Random(seed), 125)));
        }
        for (Future<Integer> result : results) {
            assertThat(result.get(60, TimeUnit.SECONDS)).isEqualTo(125);
        }
        clients.shutdown();
        awaitNothingHeld(proxy);
        assertThat(proxy.relays().closed().get(CloseReason.INTERNAL_ERROR)).isZero();
        assertThat(proxy.relays().closed().get(CloseReason.UPSTREAM_RESET)).isPositive();
        assertThat(proxy.relays().closed().get(CloseReason.CLIENT_RESET)).isPositive();
        assertThat(proxy.relays().closed().values().stream()
                        .mapToLong(Long::longValue)
                        .sum())
                .isEqualTo(16 * 125);
    }

    private static int exchange(Proxy proxy, Random random, int times) throws IOException {
        int exact = 0;
        for (int i = 0; i < times; i++) {
            byte[] body = new byte[random.nextInt(8) == 0 ? random.nextInt(400_000) : random.nextInt(3000)];
            random.nextBytes(body);
            int end = random.nextInt(3);
            try (Socket client =
                    new Socket("127.0.0.1", proxy.listeners().get(0).bound().getPort())) {
                client.setSoTimeout(20_000);
                DataOutputStream out = new DataOutputStream(client.getOutputStream());
                out.writeInt(body.length);
                out.writeInt(end);
                Thread writer = new Thread(() -> write(out, body));
                writer.start();
                assertThat(client.getInputStream().readNBytes(body.length)).isEqualTo(body);
                join(writer);
                exact++;
                if (random.nextInt(4) == 0) {
                    client.setSoLinger(true, 0);
                } else {
                    out.write(1);
                    assertEnd(client, end);
                }
            }
        }
        return exact;
    }

    private static void assertEnd(Socket client, int end) throws IOException {
        if (end == SERVER_RESETS) {
            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
        } else {
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
    }

    private static void write(OutputStream out, byte[] body) {
        try {
            out.write(body);
            out.flush();
        } catch (IOException reset) {
            // The reader sees the same and judges it.
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void aDrainLetsConnectionsEndAndTakesNoNewOnes(TransportKind kind) throws Exception {
        TestServer server = keep(TestServer.echo());
        Proxy proxy = front(kind, server);
        Socket client = connect(proxy);
        client.getOutputStream().write(1);
        assertThat(client.getInputStream().read()).isEqualTo(1);
        int port = proxy.listeners().get(0).bound().getPort();
        CompletableFuture<Integer> drained = proxy.drain().toCompletableFuture();
        await().until(() -> proxy.state() == ProxyView.State.DRAINING && refused(port));
        client.getOutputStream().write(2);
        assertThat(client.getInputStream().read()).isEqualTo(2);
        assertThat(drained).isNotDone();
        client.shutdownOutput();
        assertThat(client.getInputStream().read()).isEqualTo(-1);
        assertThat(drained.get(5, TimeUnit.SECONDS)).isZero();
        assertThat(proxy.state()).isEqualTo(ProxyView.State.CLOSED);
    }

    private static boolean refused(int port) {
        try (Socket late = new Socket("127.0.0.1", port)) {
            return false;
        } catch (IOException refused) {
            return true;
        }
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void aDrainResetsWhatIsLeftAtItsDeadline(TransportKind kind) throws Exception {
        TestServer server = keep(TestServer.echo());
        Proxy proxy = start(settings(kind)
                .listener("main", "pool")
                .upstream("pool", server.address())
                .drain(Duration.ofMillis(100)));
        Socket client = connect(proxy);
        await().until(() -> server.openNow() == 1);
        assertThat(proxy.drain().toCompletableFuture().get(10, TimeUnit.SECONDS))
                .isEqualTo(1);
        assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void aPortInUseIsToldByNameAndAddress(TransportKind kind) throws Exception {
        TestServer server = keep(TestServer.echo());
        Settings settings = settings(kind)
                .listener("main", server.address(), "pool", NetworkProfile.PUBLIC)
                .upstream("pool", server.address());
        assertThatThrownBy(() -> Proxy.start(settings.build(), event -> {}))
                .isInstanceOf(BindFailure.class)
                .hasMessageContaining("listeners.main.bind: " + server.address() + " can't be bound")
                .hasMessageContaining("in use");
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void aSecondProxyOnTheSamePortIsRefusedThoughSocketsMayShareIt(TransportKind kind) throws Exception {
        TestServer server = keep(TestServer.echo());
        Proxy first = front(kind, server);
        String address = "127.0.0.1:" + first.listeners().get(0).bound().getPort();
        Settings second = settings(kind)
                .listener("main", address, "pool", NetworkProfile.PUBLIC)
                .upstream("pool", server.address());
        assertThatThrownBy(() -> Proxy.start(second.build(), event -> {}))
                .isInstanceOf(BindFailure.class)
                .hasMessageContaining(address);
    }

    /** A read stops at an urgent byte. Whether that byte itself is passed on is the transport's affair; what is behind it has to be. */
    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void whatComesBehindAnUrgentByteIsPassedOn(TransportKind kind) throws Exception {
        Socket client = connect(front(kind, keep(TestServer.echo())));
        for (int i = 0; i < 20; i++) {
            client.getOutputStream().write('a');
            client.sendUrgentData('!');
            client.getOutputStream().write('b');
            StringBuilder heard = new StringBuilder();
            while (heard.indexOf("b") < 0) {
                heard.append((char) client.getInputStream().read());
            }
            assertThat(heard.toString().replace("!", "")).isEqualTo("ab");
        }
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void anUrgentByteInBulkStopsNothing(TransportKind kind) throws Exception {
        CompletableFuture<Long> seen = new CompletableFuture<>();
        Proxy proxy = front(
                kind,
                keep(new TestServer(
                        socket -> seen.complete(socket.getInputStream().transferTo(OutputStream.nullOutputStream())))));
        Socket client = connect(proxy);
        byte[] much = new byte[4 << 20];
        client.getOutputStream().write(much);
        client.sendUrgentData('!');
        client.getOutputStream().write(much);
        client.shutdownOutput();
        assertThat(seen.get(20, TimeUnit.SECONDS)).isBetween(2L * much.length, 2L * much.length + 1);
    }
}
