package dev.spillway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.spillway.fixture.Clients;
import dev.spillway.fixture.Settings;
import dev.spillway.fixture.TestServer;
import dev.spillway.listener.ListenerView;
import dev.spillway.pressure.Signal;
import dev.spillway.pressure.Watermarks;
import dev.spillway.security.NetworkProfile;
import dev.spillway.syngate.SynGateSettings.Refusal;
import dev.spillway.transport.TransportKind;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Reconfigured again and again while there is traffic: nobody may notice, and nothing may be left over. */
@Timeout(120)
class ReconfigureUnderLoadTest {
    private static final String TRANSPORTS = "dev.spillway.fixture.Transports#all";
    private static final int CONNECTIONS = 4_000;
    private static final int THREADS = 4;
    private static final long TRANSFER = 256 << 20;
    private static final int BLOCK = 64 << 10;

    private final List<AutoCloseable> open = new ArrayList<>();
    private TestServer echo;
    private TestServer other;

    @BeforeEach
    void startServers() throws IOException {
        echo = keep(TestServer.echo());
        other = keep(TestServer.echo());
    }

    @AfterEach
    void closeAll() throws Exception {
        Leftovers.close(open);
    }

    private <T extends AutoCloseable> T keep(T closeable) {
        open.add(closeable);
        return closeable;
    }

    /** The {@code round}th of settings that all differ from the one before in everything that can change. */
    private ProxySettings round(TransportKind kind, int round, String bind) {
        boolean odd = round % 2 == 1;
        Settings settings = Settings.of(kind)
                .refusal(odd ? Refusal.RESET : Refusal.PAUSE)
                .limits(odd ? 5_000 : 10_000, odd ? 0.2 : 0.1)
                .idle(Duration.ofSeconds(odd ? 40 : 60), Duration.ofSeconds(odd ? 40 : 60))
                .connectTimeout(Duration.ofSeconds(odd ? 3 : 5))
                .backlog(odd ? 2048 : 1024)
                .watermarks(
                        odd
                                ? Map.of(Signal.LEDGER, new Watermarks(0.7, 0.8, 0.9))
                                : Map.of(
                                        Signal.LEDGER,
                                        new Watermarks(0.75, 0.85, 0.95),
                                        Signal.CONNECTIONS,
                                        new Watermarks(0.8, 0.9, 0.99)));
        if (odd) {
            settings.upstream("pool", echo.address(), other.address()).upstream("extra", other.address());
        } else {
            settings.upstream("pool", other.address()).upstream("second", echo.address());
        }
        settings.listener("stays", bind, odd ? "pool" : "second", NetworkProfile.PUBLIC);
        if (odd) {
            settings.listener("comes-and-goes", "127.0.0.1:0", "extra", NetworkProfile.PRIVATE);
        }
        return settings.build();
    }

    /** Short connections on several threads, until there were enough of them and {@code until} is done. */
    private static final class Storm {
        private final AtomicInteger done = new AtomicInteger();
        private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        private final AtomicBoolean over = new AtomicBoolean();
        private final List<Thread> threads = new ArrayList<>();

        Storm(int port) {
            for (int i = 0; i < THREADS; i++) {
                Thread thread = new Thread(() -> blow(port), "storm-" + i);
                threads.add(thread);
                thread.start();
            }
        }

        private void blow(int port) {
            while (!over.get() && failures.size() < 5) {
                try (Socket socket = new Socket()) {
                    socket.setSoTimeout(20_000);
                    // A reset at its end frees the client's port at once.
                    socket.setSoLinger(true, 0);
                    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 20_000);
                    Clients.exchange(socket);
                    done.incrementAndGet();
                } catch (IOException | AssertionError failure) {
                    failures.add(failure);
                }
            }
        }

        void end() throws InterruptedException {
            over.set(true);
            for (Thread thread : threads) {
                thread.join();
            }
        }
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void aStormOfShortConnectionsSeesNoneOfManyChanges(TransportKind kind) throws Exception {
        String bind = "127.0.0.1:" + UnderPressure.fixedPort();
        Proxy proxy = keep(Proxy.start(round(kind, 0, bind), event -> {}));
        Storm storm = new Storm(proxy.listeners().get(0).bound().getPort());
        int rounds = 0;
        while ((storm.done.get() < CONNECTIONS || rounds < 50) && storm.failures.isEmpty()) {
            rounds++;
            assertThat(proxy.reconfigure(round(kind, rounds, bind)).changes()).isNotEmpty();
        }
        storm.end();
        assertThat(storm.failures).isEmpty();
        assertThat(storm.done.get()).isGreaterThanOrEqualTo(CONNECTIONS);
        ListenerView stays = proxy.listeners().get(0);
        assertThat(stays.accepted()).isEqualTo(storm.done.get());
        await().until(() ->
                proxy.relays().active() == 0 && proxy.listeners().get(0).active() == 0);
        assertThat(stays.refused().values()).containsOnly(0L);
        assertThat(proxy.relays().heldBytes()).isZero();
        assertThat(proxy.controllerFailures()).isZero();
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void aStormSeesNothingOfItsAddressBecomingAWildcardAndBack(TransportKind kind) throws Exception {
        Assumptions.assumeTrue(kind != TransportKind.NIO, "on NIO two sockets can't overlap");
        int port = UnderPressure.fixedPort();
        Proxy proxy = keep(Proxy.start(round(kind, 0, "127.0.0.1:" + port), event -> {}));
        Storm storm = new Storm(port);
        int rounds = 0;
        while ((storm.done.get() < CONNECTIONS || rounds < 20) && storm.failures.isEmpty()) {
            rounds++;
            proxy.reconfigure(round(kind, rounds, (rounds % 2 == 1 ? "*:" : "127.0.0.1:") + port));
        }
        storm.end();
        assertThat(storm.failures).isEmpty();
        assertThat(proxy.listeners().get(0).accepted()).isEqualTo(storm.done.get());
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void aTransferAcrossManyChangesArrivesWhole(TransportKind kind) throws Exception {
        String bind = "127.0.0.1:" + UnderPressure.fixedPort();
        Proxy proxy = keep(Proxy.start(round(kind, 0, bind), event -> {}));
        // Its listener goes away, and its pool too, while it runs.
        proxy.reconfigure(round(kind, 1, bind));
        int port = proxy.listeners().get(1).bound().getPort();
        Socket socket = keep(new Socket("127.0.0.1", port));
        socket.setSoTimeout(20_000);
        AtomicBoolean begun = new AtomicBoolean();
        CompletableFuture<byte[]> sent = CompletableFuture.supplyAsync(() -> send(socket, begun));
        CompletableFuture<byte[]> received = CompletableFuture.supplyAsync(() -> receive(socket));
        await().untilTrue(begun);
        int rounds = 1;
        while (!received.isDone() || rounds < 20) {
            proxy.reconfigure(round(kind, ++rounds, bind));
        }
        assertThat(received.get(60, TimeUnit.SECONDS)).isEqualTo(sent.get());
        assertThat(proxy.relays().receivedBytes()).isEqualTo(TRANSFER);
        await().until(() -> proxy.relays().active() == 0);
        assertThat(proxy.relays().heldBytes()).isZero();
    }

    private static byte[] send(Socket socket, AtomicBoolean begun) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            SplittableRandom random = new SplittableRandom(7);
            byte[] block = new byte[BLOCK];
            for (long left = TRANSFER; left > 0; left -= BLOCK) {
                random.nextBytes(block);
                digest.update(block);
                socket.getOutputStream().write(block);
                begun.set(true);
            }
            socket.shutdownOutput();
            return digest.digest();
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static byte[] receive(Socket socket) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            InputStream in = socket.getInputStream();
            byte[] block = new byte[BLOCK];
            for (int n = in.read(block); n >= 0; n = in.read(block)) {
                digest.update(block, 0, n);
            }
            return digest.digest();
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void twoHundredChangesLeaveNoDescriptorAndNoThread(TransportKind kind) throws Exception {
        String bind = "127.0.0.1:" + UnderPressure.fixedPort();
        try (Proxy first = Proxy.start(round(kind, 0, bind), event -> {})) {
            // The first time, classes are loaded and files opened that stay.
            first.reconfigure(round(kind, 1, bind));
            first.reconfigure(round(kind, 2, bind));
        }
        Proxy proxy = keep(Proxy.start(round(kind, 0, bind), event -> {}));
        long threads = threads();
        long descriptors = ReconfigureTest.descriptors();
        int tasks = tasks(proxy);
        for (int i = 1; i <= 200; i++) {
            proxy.reconfigure(round(kind, i, bind));
        }
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(ReconfigureTest.descriptors()).isLessThanOrEqualTo(descriptors));
        assertThat(threads()).isLessThanOrEqualTo(threads);
        await().untilAsserted(() -> assertThat(tasks(proxy)).isLessThanOrEqualTo(tasks));
        assertThat(proxy.listeners()).hasSize(1);
        assertThat(proxy.controllerFailures()).isZero();
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("spillway"))
                .count();
    }

    private static int tasks(Proxy proxy) {
        return proxy.pendingTasks().stream().mapToInt(each -> each).sum();
    }
}
