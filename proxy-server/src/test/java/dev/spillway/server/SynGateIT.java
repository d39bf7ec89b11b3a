package dev.spillway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.spillway.fixture.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * S3 and S5 with the real jar: pressure is injected over the admin plane, newcomers come over loopback. Where the kernel filter
 * can't be had, that part is skipped and says why; with {@code SPILLWAY_REQUIRE_NAMESPACES=true}, which stands for a root that
 * may change networks, it fails.
 */
@Timeout(180)
class SynGateIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int NEWCOMERS = 200;
    private static final int EXCHANGES = 2000;

    @TempDir
    Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private final List<AutoCloseable> open = new ArrayList<>();
    private TestServer upstream;
    private final int[] ports = new int[4];

    @BeforeEach
    void startUpstreamAndTakePorts() throws IOException {
        upstream = TestServer.echo();
        List<ServerSocket> free = new ArrayList<>();
        for (int i = 0; i < ports.length; i++) {
            free.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            ports[i] = free.get(i).getLocalPort();
        }
        for (ServerSocket each : free) {
            each.close();
        }
    }

    @AfterEach
    void closeAll() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
        upstream.close();
    }

    private void write(String gate) throws IOException {
        Files.writeString(folder.resolve("spillway.conf"), """
                spillway {
                  listeners {
                    public { bind = "127.0.0.1:%d", upstream = backend }
                    exempt { bind = "127.0.0.1:%d", upstream = backend }
                    private { bind = "127.0.0.1:%d", upstream = backend, profile = private }
                  }
                  upstreams.backend { servers = ["127.0.0.1:%d"] }
                  security.port-exemptions = [%d]
                  pressure.signals.injected.enabled = true
                  syn-gate.kind = %s
                  admin { bind = "127.0.0.1:%d" }
                }
                """.formatted(
                        ports[0], ports[1], ports[2], upstream.port(), ports[1], gate, ports[3]));
    }

    private SpillwayProcess start() throws IOException {
        SpillwayProcess process = SpillwayProcess.start(folder, Map.of(), "run", "-c", "spillway.conf");
        open.add(process);
        process.awaitOutput("ready; admin plane");
        return process;
    }

    private JsonNode ask(String method, String path, String body) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + ports[3] + path))
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        try {
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as("%s", answer.body()).isEqualTo(200);
            return JSON.readTree(answer.body());
        } catch (IOException failed) {
            throw new AssertionError(failed);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
            throw new AssertionError(hurried);
        }
    }

    private JsonNode gate() {
        return ask("GET", "/api/v1/security", "").get("synGate");
    }

    private void assumeKernelFilter() {
        JsonNode gate = gate();
        boolean there = gate.get("kind").asText().equals("kernel-filter");
        boolean required = Boolean.parseBoolean(System.getenv("SPILLWAY_REQUIRE_NAMESPACES"));
        if (!there && !required) {
            System.out.println("[WARNING] skipped: no kernel filter here: "
                    + gate.get("reason").asText());
        }
        assumeTrue(
                there || required,
                () -> "no kernel filter here: " + gate.get("reason").asText());
        assertThat(there).as("%s", gate).isTrue();
    }

    private void shut() {
        ask("PUT", "/api/v1/signals/injected", "{\"level\":0.99,\"seconds\":600}");
        await("the gate shut")
                .atMost(PATIENCE)
                .until(() -> gate().get("dropRate").asDouble() == 1);
    }

    private SocketChannel newcomer() throws IOException {
        SocketChannel channel = SocketChannel.open();
        open.add(channel);
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), ports[0]));
        return channel;
    }

    private static boolean connected(SocketChannel channel) {
        try {
            return channel.finishConnect();
        } catch (IOException refused) {
            throw new AssertionError("neither let in nor left waiting", refused);
        }
    }

    /** New connections one after the other, each with an exchange; the first failure ends it. */
    private static final class Coming implements AutoCloseable {
        private final AtomicInteger done = new AtomicInteger();
        private final AtomicBoolean stopped = new AtomicBoolean();
        private final Thread thread;
        private volatile Throwable failure;

        Coming(int port) {
            thread = new Thread(() -> come(port), "coming");
            thread.start();
        }

        private void come(int port) {
            try {
                while (!stopped.get()) {
                    try (Socket socket = new Socket()) {
                        // Shorter than the first retransmission: one SYN that is dropped is a failure.
                        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 900);
                        socket.setSoTimeout(30_000);
                        socket.setSoLinger(true, 0);
                        socket.getOutputStream().write(42);
                        if (socket.getInputStream().read() != 42) {
                            throw new IOException("no echo");
                        }
                    }
                    done.incrementAndGet();
                }
            } catch (IOException failed) {
                failure = failed;
            }
        }

        @Override
        public void close() throws InterruptedException {
            stopped.set(true);
            thread.join();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto", "sinkhole"})
    void s3_s5_allNewcomersWaitAndComeThroughAfterItWhileExemptOnesNoticeNothing(String kind) throws Exception {
        write(kind);
        SpillwayProcess process = start();
        if (kind.equals("auto")) {
            assumeKernelFilter();
            process.awaitOutput("syn gate kernel-filter (taken by syn-gate.kind = auto)");
        } else {
            process.awaitOutput("syn gate sinkhole (asked for by syn-gate.kind)");
        }
        keepOutAndLetIn();
    }

    /**
     * Newcomers to the public listener wait; those to the others, and who is there already, notice nothing. The latter at an
     * exempt port, for others the pressure may close.
     */
    private void keepOutAndLetIn() throws Exception {
        Coming exempt = new Coming(ports[1]);
        open.add(exempt);
        Coming inside = new Coming(ports[2]);
        open.add(inside);
        try (Socket established = new Socket(InetAddress.getLoopbackAddress(), ports[1])) {
            established.setSoTimeout(30_000);
            exchange(established);
            shut();

            List<SocketChannel> waiting = new ArrayList<>();
            for (int i = 0; i < NEWCOMERS; i++) {
                waiting.add(newcomer());
            }
            await("every SYN dropped")
                    .atMost(PATIENCE)
                    .until(() -> gate().get("dropped").asLong() >= NEWCOMERS);
            await("exchanges at exempt listeners").atMost(PATIENCE).until(() -> {
                exchange(established);
                return exempt.failure != null
                        || inside.failure != null
                        || exempt.done.get() > EXCHANGES && inside.done.get() > EXCHANGES;
            });
            assertThat(waiting).noneMatch(SynGateIT::connected);

            ask("DELETE", "/api/v1/signals/injected", "{}");
            await("all through").atMost(PATIENCE).until(() -> waiting.stream().allMatch(SynGateIT::connected));
            exchange(established);
        }
        exempt.close();
        inside.close();
        assertThat(exempt.failure).isNull();
        assertThat(inside.failure).isNull();
        JsonNode after = gate();
        assertThat(after.get("programs").asInt()).isZero();
        assertThat(after.get("openings").asInt()).isZero();
        assertThat(after.get("failures").asInt()).isZero();
    }

    private static void exchange(Socket socket) throws IOException {
        socket.getOutputStream().write(42);
        assertThat(socket.getInputStream().read()).isEqualTo(42);
    }

    @Test
    void whatIsMadeExemptWhileItIsShutIsLetInAtOnce() throws Exception {
        write("auto");
        start();
        assumeKernelFilter();
        shut();
        SocketChannel before = newcomer();
        await("its SYN dropped")
                .atMost(PATIENCE)
                .until(() -> gate().get("dropped").asLong() > 0);

        try (SpillwayProcess command = SpillwayProcess.start(
                folder,
                Map.of("SPILLWAY_ADMIN", "127.0.0.1:" + ports[3]),
                "set",
                "security",
                "startport=" + ports[0],
                "numberofports=1",
                "mpp=disabled")) {
            assertThat(command.exitCode()).as("%s", command).isZero();
        }

        assertThat(gate().get("programs").asInt()).isZero();
        try (Socket after = new Socket()) {
            after.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), ports[0]), 900);
        }
        await("the one before").atMost(PATIENCE).until(() -> connected(before));
    }

    @Test
    void aProcessThatEndsWhileItIsShutLeavesNothingBehind() throws Exception {
        write("auto");
        SpillwayProcess process = start();
        assumeKernelFilter();
        shut();
        process.terminate();
        assertThat(process.exitCode()).isZero();
        start();
        assertThat(gate().get("dropRate").asDouble()).isZero();
        try (Socket after = new Socket()) {
            after.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), ports[0]), 900);
        }
    }

    /** The process of a plain user without any capability, as setpriv makes it of root. */
    private Process unprivileged() throws IOException {
        // What a plain user may read and write.
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        Path jar = Files.copy(Path.of(System.getProperty("spillway.jar")), folder.resolve("spillway.jar"));
        return new ProcessBuilder(
                        "setpriv",
                        "--reuid=65534",
                        "--regid=65534",
                        "--clear-groups",
                        "--bounding-set=-all",
                        "--inh-caps=-all",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-jar",
                        jar.toString(),
                        "run",
                        "-c",
                        "spillway.conf")
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("unprivileged.txt").toFile())
                .start();
    }

    private String said() throws IOException {
        return Files.readString(folder.resolve("unprivileged.txt"));
    }

    private void assumeRoot() {
        assumeTrue("root".equals(System.getProperty("user.name")), "only root has a privilege to lay down");
    }

    @Test
    void s3_s5_aPlainUserHasTheSinkholeAndTheReasonNamesWhatTheFilterNeeds() throws Exception {
        assumeRoot();
        write("auto");
        Process process = unprivileged();
        open.add(() -> process.destroyForcibly().waitFor());
        await("ready or the end")
                .atMost(PATIENCE)
                .until(() -> said().contains("ready; admin plane") || !process.isAlive());
        assertThat(process.isAlive()).as("%s", said()).isTrue();
        JsonNode gate = gate();
        assumeTrue(!gate.get("kind").asText().equals("kernel-filter"), "a kernel that asks for no privilege: " + gate);
        assertThat(gate.get("kind").asText()).isEqualTo("sinkhole");
        assertThat(gate.get("reason").asText())
                .isEqualTo("taken by syn-gate.kind = auto; no kernel-filter: the kernel asks for CAP_NET_ADMIN,"
                        + " which this process lacks");
        assertThat(said()).contains("syn gate sinkhole (taken by syn-gate.kind = auto; no kernel-filter: ");
        keepOutAndLetIn();
    }

    @Test
    void withoutThePrivilegeAKernelFilterThatIsAskedForIsAnErrorThatNamesIt() throws Exception {
        assumeRoot();
        write("kernel-filter");
        Process process = unprivileged();
        open.add(() -> process.destroyForcibly().waitFor());
        await("the end or readiness")
                .atMost(PATIENCE)
                .until(() -> !process.isAlive() || said().contains("ready; admin plane"));
        assumeTrue(!process.isAlive(), "a kernel that asks for no privilege");
        assertThat(process.waitFor(1, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(78);
        assertThat(said())
                .contains(
                        "syn-gate.kind: kernel-filter (expected: one that works here; this one does not: the kernel asks"
                                + " for CAP_NET_ADMIN, which this process lacks)");
    }
}
