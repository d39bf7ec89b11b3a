package dev.spillway.bench.contender;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spillway.bench.load.Backend;
import dev.spillway.bench.load.Endpoints;
import dev.spillway.bench.load.Workload;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A floor is no figure worth having if it loses a byte. */
@Timeout(120)
abstract class FloorContract {
    static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int READ_TIMEOUT_MILLIS = 30_000;
    private static final int SMALL_BUFFER = 64 * 1024;

    /** More than all buffers between a client and the echo hold. */
    private static final int LARGE = 64 << 20;

    Backend backend;
    ChildProcesses children;

    @BeforeEach
    void start() throws IOException {
        backend = Backend.start();
        children = ChildProcesses.create();
    }

    @AfterEach
    void close() {
        children.close();
        backend.close();
    }

    /** The one that is looked at. */
    abstract Contender floor();

    @Test
    void everyWorkloadComesThroughWhole() throws Exception {
        Endpoints relayed = started(floor()).endpoints();
        for (Workload workload : Workload.all()) {
            assertThat(workload.run(relayed, backend, Duration.ofMillis(50)))
                    .as(workload.id())
                    .isPositive();
        }
        Awaitility.await().until(() -> backend.openConnections() == 0);
    }

    @Test
    void theEndOfOneDirectionLeavesTheOtherOpen() throws Exception {
        try (Socket sink = connected(started(floor()).endpoints().sink())) {
            sink.getOutputStream().write(new byte[100]);
            sink.shutdownOutput();
            assertThat(ByteBuffer.wrap(sink.getInputStream().readAllBytes()).getLong())
                    .isEqualTo(100);
        }
    }

    @Test
    void whoReadsSlowlyHoldsUpNobodyAndGetsEveryByteInOrder() throws Exception {
        Endpoints relayed = started(floor()).endpoints();
        byte[] sent = new byte[LARGE];
        new Random(1).nextBytes(sent);
        try (Socket slow = new Socket();
                Socket other = connected(relayed.echo())) {
            slow.setReceiveBufferSize(SMALL_BUFFER);
            slow.setSendBufferSize(SMALL_BUFFER);
            slow.setSoTimeout(READ_TIMEOUT_MILLIS);
            slow.connect(relayed.echo());
            AtomicLong progress = new AtomicLong();
            CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> send(slow, sent, progress));
            AtomicLong before = new AtomicLong(-1);
            // Every buffer on the way is full when no more is taken.
            Awaitility.await()
                    .pollInterval(Duration.ofMillis(300))
                    .until(() -> progress.get() > 0 && before.getAndSet(progress.get()) == progress.get());
            assertThat(progress.get()).isLessThan(LARGE);
            assertEchoes(other);
            byte[] received = slow.getInputStream().readAllBytes();
            assertThat(received).isEqualTo(sent);
            sending.join();
        }
    }

    @Test
    void aResetIsPassedOnAndNothingIsLeftOfIt() throws Exception {
        ProxyProcess proxy = started(floor());
        Awaitility.await().until(() -> backend.openConnections() == 0);
        long idle = proxy.tree().sockets();
        try (Socket client = connected(proxy.endpoints().echo())) {
            assertEchoes(client);
            assertThat(backend.openConnections()).isEqualTo(1);
            client.setSoLinger(true, 0);
        }
        Awaitility.await().until(() -> backend.openConnections() == 0);
        Awaitility.await().until(() -> proxy.tree().sockets() == idle);
    }

    @Test
    void whoseUpstreamIsGoneIsReset() throws Exception {
        Endpoints relayed = started(floor()).endpoints();
        backend.close();
        try (Socket client = connected(relayed.echo())) {
            assertThatThrownBy(() -> client.getInputStream().read())
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
        }
    }

    @Test
    void itEndsWhenAskedTo() throws Exception {
        ProxyProcess proxy = started(floor());
        try (Socket client = connected(proxy.endpoints().echo())) {
            assertEchoes(client);
            proxy.askToEnd();
            Awaitility.await().until(() -> proxy.exit().isPresent());
            assertThat(proxy.exit()).hasValue(128 + 15);
        }
    }

    final ProxyProcess started(Contender contender) throws IOException, InterruptedException {
        return children.start(contender, backend.endpoints(), 10, PATIENCE);
    }

    static Socket connected(InetSocketAddress to) throws IOException {
        Socket socket = new Socket(to.getAddress(), to.getPort());
        socket.setSoTimeout(READ_TIMEOUT_MILLIS);
        return socket;
    }

    static void assertEchoes(Socket client) throws IOException {
        client.getOutputStream().write(new byte[] {1, 2, 3});
        InputStream in = client.getInputStream();
        assertThat(in.readNBytes(3)).containsExactly(1, 2, 3);
    }

    static boolean echoes(InetSocketAddress to) throws IOException {
        try (Socket client = connected(to)) {
            client.getOutputStream().write(7);
            return client.getInputStream().read() == 7;
        } catch (SocketException notYet) {
            return false;
        }
    }

    /** Sends, and ends the stream. */
    private static void send(Socket to, byte[] bytes, AtomicLong progress) {
        try {
            for (int at = 0; at < bytes.length; at += SMALL_BUFFER) {
                to.getOutputStream().write(bytes, at, SMALL_BUFFER);
                progress.addAndGet(SMALL_BUFFER);
            }
            to.shutdownOutput();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
