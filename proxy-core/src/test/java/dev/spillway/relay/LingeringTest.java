package dev.spillway.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.spillway.connection.CloseReason;
import dev.spillway.connection.ConnectionFacts;
import dev.spillway.connection.Phase;
import dev.spillway.fixture.Clients;
import dev.spillway.fixture.TestServer;
import dev.spillway.transport.TransportKind;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the kernel keeps after both directions have ended. */
@Timeout(60)
class LingeringTest {
    private static final String TRANSPORTS = "dev.spillway.fixture.Transports#all";
    private static final String TELLING = "dev.spillway.relay.LingeringTest#telling";

    /** Fits into the send buffer, and is far more than may be left behind. */
    private static final int MUCH = 100_000;

    private final List<AutoCloseable> open = new ArrayList<>();

    static Stream<TransportKind> telling() {
        return dev.spillway.fixture.Transports.all().filter(kind -> kind != TransportKind.NIO);
    }

    @AfterEach
    void closeAll() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    private <T extends AutoCloseable> T keep(T closeable) {
        open.add(closeable);
        return closeable;
    }

    /** In front of a server that sends so many bytes and ends. */
    private Junction junction(TransportKind kind, int bytes, Duration halfClose) throws Exception {
        TestServer server = keep(new TestServer(socket -> {
            socket.getOutputStream().write(new byte[bytes]);
            socket.shutdownOutput();
            socket.getInputStream().readAllBytes();
        }));
        RelaySettings settings = new RelaySettings(
                8 << 20, 2048, 65536, Duration.ZERO, Duration.ZERO, halfClose, true, false, 0, 0, 0, 131072, 64 << 10);
        return keep(new Junction(kind, settings, server));
    }

    /** Ends its direction, and lets us send next to nothing. */
    private static Socket ending(Junction junction) throws IOException {
        Socket client = junction.connect(4096);
        client.shutdownOutput();
        return client;
    }

    private static void awaitLingering(Junction junction) {
        await().until(() ->
                junction.facts().size() == 1 && junction.facts().get(0).phase() == Phase.LINGERING);
    }

    private static void awaitClosed(Junction junction, CloseReason reason) {
        await().until(() -> junction.relays().counts().closed().get(reason) == 1);
        // Counted among the closed first.
        await().until(() -> junction.relays().active() == 0);
        assertThat(junction.relays().counts().lingering()).isZero();
        assertThat(junction.relays().budget().held()).isZero();
    }

    /** Connections that the kernel has with the port as their own, orphans among them. */
    private static long kernelHas(int port) throws IOException {
        String own = ":" + HexFormat.of().toHexDigits((short) port).toUpperCase(java.util.Locale.ROOT) + " ";
        long count = 0;
        for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            for (String line : Files.readAllLines(Path.of(table))) {
                String[] words = line.trim().split("\\s+");
                // Neither the listening socket nor what is in TIME_WAIT, which holds nothing.
                boolean live = !words[3].equals("0A") && !words[3].equals("06");
                if (live && (words[1] + " ").endsWith(own)) {
                    count++;
                }
            }
        }
        return count;
    }

    @ParameterizedTest
    @MethodSource(TELLING)
    void aPeerThatTakesNothingStaysInTheBooksUntilItIsPrunedAndTheKernelKeepsNothing(TransportKind kind)
            throws Exception {
        Junction junction = junction(kind, MUCH, Duration.ZERO);
        Socket client = ending(junction);
        awaitLingering(junction);
        await().until(() -> junction.facts().get(0).cost().kernelBytes() > MUCH / 2);
        await().until(() -> junction.facts().get(0).stalledNanos() > TimeUnit.SECONDS.toNanos(1));
        ConnectionFacts facts = junction.facts().get(0);
        assertThat(facts.phase()).isEqualTo(Phase.LINGERING);
        assertThat(junction.relays().counts().lingering()).isEqualTo(1);
        assertThat(kernelHas(junction.port())).isEqualTo(1);
        junction.relays().prune(Set.of(facts.id()), (id, closed) -> {});
        awaitClosed(junction, CloseReason.PRUNED);
        await().until(() -> kernelHas(junction.port()) == 0);
        Clients.assertReset(client);
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void aSlowReaderGetsEveryByteAfterTheUpstreamHasEnded(TransportKind kind) throws Exception {
        Junction junction = junction(kind, MUCH, Duration.ofSeconds(20));
        Socket client = ending(junction);
        if (kind != TransportKind.NIO) {
            awaitLingering(junction);
        }
        InputStream in = client.getInputStream();
        int bytes = 0;
        for (byte[] part = in.readNBytes(5000); part.length > 0; part = in.readNBytes(5000)) {
            bytes += part.length;
            TimeUnit.MILLISECONDS.sleep(20); // A slow reader is what this is about.
        }
        assertThat(bytes).isEqualTo(MUCH);
        awaitClosed(junction, CloseReason.FINISHED);
    }

    @ParameterizedTest
    @MethodSource(TELLING)
    void oneThatTakesNothingForTheHalfCloseTimeoutIsReset(TransportKind kind) throws Exception {
        Junction junction = junction(kind, MUCH, Duration.ofSeconds(1));
        Socket client = ending(junction);
        awaitClosed(junction, CloseReason.LINGER_TIMEOUT);
        await().until(() -> kernelHas(junction.port()) == 0);
        Clients.assertReset(client);
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void littleIsLeftToTheKernelAtOnce(TransportKind kind) throws Exception {
        Junction junction = junction(kind, 3_000, Duration.ZERO);
        Socket client = ending(junction);
        awaitClosed(junction, CloseReason.FINISHED);
        assertThat(client.getInputStream().readAllBytes()).hasSize(3_000);
    }

    @ParameterizedTest
    @MethodSource(TELLING)
    void aResetOfOneThatLingersIsNoticed(TransportKind kind) throws Exception {
        Junction junction = junction(kind, MUCH, Duration.ZERO);
        Socket client = ending(junction);
        awaitLingering(junction);
        client.setSoLinger(true, 0);
        client.close();
        awaitClosed(junction, CloseReason.CLIENT_RESET);
    }

    @ParameterizedTest
    @MethodSource(TELLING)
    void whatIsLeftToTheKernelIsLeftForTheHalfCloseTimeoutAndNotLonger(TransportKind kind) throws Exception {
        Junction junction = junction(kind, 6_000, Duration.ofSeconds(1));
        Socket client = ending(junction);
        awaitClosed(junction, CloseReason.FINISHED);
        await().atMost(Duration.ofSeconds(30)).until(() -> kernelHas(junction.port()) == 0);
        assertThat(client.isClosed()).isFalse();
    }

    /** Both ends have sent much, ended their directions, and read nothing before they are let. */
    private Junction bothOwed(TransportKind kind, Server server) throws Exception {
        RelaySettings settings = new RelaySettings(
                8 << 20,
                2048,
                65536,
                Duration.ZERO,
                Duration.ZERO,
                Duration.ZERO,
                true,
                false,
                0,
                0,
                0,
                131072,
                64 << 10);
        return keep(new Junction(kind, settings, keep(new TestServer(server))));
    }

    /** Sends much, ends its direction, and goes on as it is told. */
    private static final class Server implements TestServer.Service {
        private final CompletableFuture<Boolean> reads = new CompletableFuture<>();
        private final CompletableFuture<Integer> received = new CompletableFuture<>();

        @Override
        public void serve(Socket socket) throws Exception {
            socket.getOutputStream().write(new byte[MUCH]);
            socket.shutdownOutput();
            if (reads.get()) {
                int bytes = 0;
                byte[] block = new byte[65536];
                try {
                    for (int part = 0; part >= 0; part = socket.getInputStream().read(block)) {
                        bytes += part;
                    }
                } finally {
                    received.complete(bytes);
                }
            } else {
                socket.setSoLinger(true, 0);
            }
        }
    }

    private Socket uploading(Junction junction) throws IOException {
        Socket client = junction.connect(4096);
        client.getOutputStream().write(new byte[2 * MUCH]);
        client.shutdownOutput();
        awaitLingering(junction);
        return client;
    }

    private static void assertLingersOn(Junction junction) {
        await().during(Duration.ofMillis(2_500))
                .until(() -> junction.relays().active() == 1
                        && junction.facts().get(0).phase() == Phase.LINGERING);
    }

    @ParameterizedTest
    @MethodSource(TELLING)
    void anUploadThatWasEndedIsDeliveredAlthoughTheClientIsReset(TransportKind kind) throws Exception {
        Server server = new Server();
        Junction junction = bothOwed(kind, server);
        Socket client = uploading(junction);
        client.setSoLinger(true, 0);
        client.close();
        await().until(() -> kernelHas(junction.port()) == 0);
        assertLingersOn(junction);
        server.reads.complete(true);
        assertThat(server.received.get(20, TimeUnit.SECONDS)).isEqualTo(2 * MUCH);
        awaitClosed(junction, CloseReason.CLIENT_RESET);
    }

    @ParameterizedTest
    @MethodSource(TELLING)
    void anAnswerThatWasEndedIsDeliveredAlthoughTheUpstreamIsReset(TransportKind kind) throws Exception {
        Server server = new Server();
        Junction junction = bothOwed(kind, server);
        Socket client = uploading(junction);
        server.reads.complete(false);
        assertLingersOn(junction);
        assertThat(client.getInputStream().readAllBytes()).hasSize(MUCH);
        awaitClosed(junction, CloseReason.UPSTREAM_RESET);
    }

    @ParameterizedTest
    @MethodSource(TELLING)
    void whenBothAreResetItIsOver(TransportKind kind) throws Exception {
        Server server = new Server();
        Junction junction = bothOwed(kind, server);
        Socket client = uploading(junction);
        client.setSoLinger(true, 0);
        client.close();
        server.reads.complete(false);
        await().until(() -> junction.relays().active() == 0);
        assertThat(kernelHas(junction.port())).isZero();
        assertThat(junction.relays().budget().held()).isZero();
    }
}
