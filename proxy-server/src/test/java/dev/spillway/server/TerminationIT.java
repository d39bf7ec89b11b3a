package dev.spillway.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How a running process ends, with a connection that is alive. */
@Timeout(120)
class TerminationIT {
    private static final Pattern LISTENER = Pattern.compile("listener main at 127\\.0\\.0\\.1:(\\d+) ->");
    private static final Pattern ADMIN = Pattern.compile("admin plane: 127\\.0\\.0\\.1:(\\d+)");

    @TempDir
    Path folder;

    private ServerSocket upstream;

    @BeforeEach
    void listen() throws IOException {
        upstream = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        upstream.setSoTimeout(60_000);
    }

    @AfterEach
    void close() throws IOException {
        upstream.close();
    }

    private SpillwayProcess run(String more) throws IOException {
        Files.writeString(folder.resolve("spillway.conf"), """
                spillway {
                  listeners.main { bind = "127.0.0.1:0", upstream = backend }
                  upstreams.backend { servers = ["127.0.0.1:%d"] }
                  admin { bind = "127.0.0.1:0" }
                  %s
                }
                """.formatted(upstream.getLocalPort(), more));
        SpillwayProcess process = SpillwayProcess.start(folder, Map.of(), "run", "-c", "spillway.conf");
        process.awaitOutput("ready; ");
        return process;
    }

    private static int port(SpillwayProcess process, Pattern pattern) {
        Matcher port = pattern.matcher(process.out());
        assertThat(port.find()).as("%s in %s", pattern, process).isTrue();
        return Integer.parseInt(port.group(1));
    }

    private static Socket connect(SpillwayProcess process) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port(process, LISTENER));
        socket.setSoTimeout(60_000);
        return socket;
    }

    private static int readiness(SpillwayProcess process) throws IOException {
        HttpURLConnection request =
                (HttpURLConnection) URI.create("http://127.0.0.1:" + port(process, ADMIN) + "/health/ready")
                        .toURL()
                        .openConnection();
        try {
            return request.getResponseCode();
        } finally {
            request.disconnect();
        }
    }

    private static void exchange(Socket client, Socket server, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        client.getOutputStream().write(bytes);
        assertThat(server.getInputStream().readNBytes(bytes.length)).isEqualTo(bytes);
        server.getOutputStream().write(bytes);
        assertThat(client.getInputStream().readNBytes(bytes.length)).isEqualTo(bytes);
    }

    @Test
    void sigtermDrainsALiveConnectionAndExitsWith0() throws Exception {
        try (SpillwayProcess process = run("drain.deadline = 60s");
                Socket client = connect(process);
                Socket server = upstream.accept()) {
            server.setSoTimeout(60_000);
            exchange(client, server, "before");
            assertThat(readiness(process)).isEqualTo(200);

            process.terminate();
            process.awaitOutput("SIGTERM received");
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> readiness(process) == 503);
            exchange(client, server, "after");
            assertThat(process.alive()).isTrue();
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> refused(process));

            client.shutdownOutput();
            assertThat(server.getInputStream().read()).isEqualTo(-1);
            server.close();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            assertThat(process.exitCode()).isZero();
            assertThat(process.out()).contains("no connection was cut");
            assertThat(process.out() + process.err()).doesNotContain("\tat ", "LEAK", "ERROR");
        }
    }

    private static boolean refused(SpillwayProcess process) {
        try (Socket late = connect(process)) {
            InputStream in = late.getInputStream();
            return in.read() < 0;
        } catch (SocketException refusedOrReset) {
            return true;
        } catch (IOException other) {
            return false;
        }
    }

    @Test
    void whatIsOpenAtTheDeadlineIsCutAndTheCodeIs0() throws Exception {
        try (SpillwayProcess process = run("drain.deadline = 200ms");
                Socket client = connect(process);
                Socket server = upstream.accept()) {
            exchange(client, server, "before");
            process.terminate();
            assertThat(process.exitCode()).isZero();
            assertThat(process.out()).contains("1 connections were cut at the deadline");
        }
    }

    @Test
    void sigintIsTheSame() throws Exception {
        try (SpillwayProcess process = run("log.level = info")) {
            process.interrupt();
            assertThat(process.exitCode()).isZero();
            assertThat(process.out()).contains("SIGINT received");
        }
    }

    @Test
    void aSecondSignalEndsItAtOnce() throws Exception {
        try (SpillwayProcess process = run("drain.deadline = 1h");
                Socket client = connect(process);
                Socket server = upstream.accept()) {
            exchange(client, server, "before");
            process.terminate();
            process.awaitOutput("SIGTERM received");
            process.terminate();
            assertThat(process.exitCode()).isEqualTo(143);
        }
    }

    @Test
    void aJsonLogIsOneObjectALine() throws Exception {
        try (SpillwayProcess process = run("log { format = json, level = debug }")) {
            process.terminate();
            assertThat(process.exitCode()).isZero();
            var mapper = new ObjectMapper();
            assertThat(process.out().lines()).hasSizeGreaterThan(5).allSatisfy(line -> {
                var object = mapper.readTree(line);
                assertThat(object.path("level").asText()).isNotEmpty();
                assertThat(object.path("formattedMessage").asText()).isNotEmpty();
                assertThat(object.path("timestamp").asLong()).isPositive();
            });
            // Netty talks at DEBUG a lot; it is not asked.
            assertThat(process.out()).doesNotContain("io.netty");
        }
    }
}
