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
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** S16 with the real jar in a process that may open 256 descriptors, and three times as many silent clients as that. */
@Timeout(180)
class DescriptorShortageIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int DESCRIPTORS = 256;
    private static final int SILENT = 3 * DESCRIPTORS;

    @TempDir
    Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private final List<AutoCloseable> open = new ArrayList<>();
    private TestServer upstream;
    private int port;
    private int admin;

    @BeforeEach
    void startUpstreamAndTakePorts() throws IOException {
        upstream = TestServer.echo();
        try (ServerSocket one = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = one.getLocalPort();
            admin = other.getLocalPort();
        }
    }

    @AfterEach
    void closeAll() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
        upstream.close();
    }

    private SpillwayProcess start() throws IOException {
        Files.writeString(folder.resolve("spillway.conf"), """
                spillway {
                  listeners.public { bind = "127.0.0.1:%d", upstream = backend }
                  upstreams.backend { servers = ["127.0.0.1:%d"] }
                  limits { max-connections = 1000, max-half-open = 900 }
                  admin { bind = "127.0.0.1:%d" }
                }
                """.formatted(port, upstream.port(), admin));
        SpillwayProcess process = SpillwayProcess.startWith(
                List.of("prlimit", "--nofile=" + DESCRIPTORS), folder, "run", "-c", "spillway.conf");
        open.add(process);
        process.awaitOutput("ready; admin plane");
        return process;
    }

    private JsonNode ask(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + admin + path))
                .timeout(PATIENCE)
                .build();
        HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as("%s", answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket();
        open.add(socket);
        socket.setSoTimeout((int) PATIENCE.toMillis());
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), (int) PATIENCE.toMillis());
        return socket;
    }

    private static void exchange(Socket socket) throws IOException {
        socket.getOutputStream().write(42);
        assertThat(socket.getInputStream().read()).isEqualTo(42);
    }

    @Test
    void s16TheHonestAreServedAndTheAdminPlaneAnswersThoughSilentClientsTakeAllDescriptors() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/prlimit")), "no prlimit here");
        SpillwayProcess process = start();
        Socket established = connect();
        exchange(established);
        for (int i = 0; i < SILENT; i++) {
            connect();
        }
        for (int i = 0; i < 20; i++) {
            exchange(connect());
            exchange(established);
            ask("/api/v1/status");
        }
        await("those that made room are counted").atMost(PATIENCE).until(this::madeRoom);
        assertThat(process.alive()).as("%s", process).isTrue();
        assertThat(process.out() + process.err()).doesNotContain("OutOfMemory", "failed inside the proxy");
    }

    private boolean madeRoom() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + admin + "/metrics"))
                .timeout(PATIENCE)
                .build();
        String metrics =
                http.send(request, HttpResponse.BodyHandlers.ofString()).body();
        // As room for one newcomer each, or in an episode of the signal of descriptors: which it is depends on how fast
        // they come.
        return metrics.lines()
                        .filter(line -> line.startsWith("spillway_connections_closed_total{")
                                && (line.contains("reason=\"made-room\"") || line.contains("reason=\"pruned\"")))
                        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                        .sum()
                > 100;
    }
}
