package dev.spillway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings changed while the real jar runs, and what is left of them after its end. */
class LiveSettingsIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private final List<AutoCloseable> open = new ArrayList<>();
    private final List<Socket> echoing = new CopyOnWriteArrayList<>();
    private ServerSocket upstream;
    private int port;
    private int second;
    private int admin;

    @BeforeEach
    void startUpstreamAndTakePorts() throws IOException {
        upstream = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread accepting = new Thread(this::acceptAll, "echo");
        accepting.setDaemon(true);
        accepting.start();
        List<ServerSocket> free = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            free.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
        }
        port = free.get(0).getLocalPort();
        second = free.get(1).getLocalPort();
        admin = free.get(2).getLocalPort();
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
        for (Socket each : echoing) {
            each.close();
        }
    }

    private void acceptAll() {
        try {
            while (true) {
                Socket socket = upstream.accept();
                echoing.add(socket);
                Thread echo = new Thread(() -> echo(socket), "echo");
                echo.setDaemon(true);
                echo.start();
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private static void echo(Socket socket) {
        try (socket;
                InputStream in = socket.getInputStream()) {
            in.transferTo(socket.getOutputStream());
        } catch (IOException closed) {
            // The test is over, or the client is gone.
        }
    }

    private void write(String more) throws IOException {
        Files.writeString(folder.resolve("spillway.conf"), """
                spillway {
                  listeners.main { bind = "127.0.0.1:%d", upstream = backend }
                  upstreams.backend { servers = ["127.0.0.1:%d"] }
                  admin { bind = "127.0.0.1:%d" }
                %s
                }
                """.formatted(port, upstream.getLocalPort(), admin, more));
    }

    private SpillwayProcess start() throws IOException {
        SpillwayProcess process = SpillwayProcess.start(folder, Map.of(), "run", "-c", "spillway.conf");
        open.add(process);
        process.awaitOutput("ready; admin plane");
        return process;
    }

    private Socket connect(int to) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), to);
        socket.setSoTimeout(10_000);
        open.add(socket);
        exchange(socket);
        return socket;
    }

    private static void exchange(Socket socket) throws IOException {
        socket.getOutputStream().write(42);
        assertThat(socket.getInputStream().read()).isEqualTo(42);
    }

    private JsonNode get(String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri(path)).build();
        HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as("%s", answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + admin + path);
    }

    private HttpResponse<String> send(String method, String path, String ifMatch, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri(path))
                .header("Content-Type", "application/json")
                .header("If-Match", ifMatch)
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private void set(String body) throws Exception {
        HttpResponse<String> answer = send("PATCH", "/api/v1/security", "*", body);
        assertThat(answer.statusCode()).as("%s", answer.body()).isEqualTo(200);
    }

    /** The connection of {@code client}, once the proxy shows it. */
    private JsonNode connection(Socket client) throws Exception {
        String address = "127.0.0.1:" + client.getLocalPort();
        for (JsonNode each : get("/api/v1/connections").get("connections")) {
            if (each.get("client").asText().equals(address)) {
                return each;
            }
        }
        throw new AssertionError(address + " is not among the connections");
    }

    private void assertJudged(Socket client, String standing, long generation) throws Exception {
        JsonNode connection = connection(client);
        assertThat(connection.get("standing").asText()).isEqualTo(standing);
        assertThat(connection.get("generation").asLong()).isEqualTo(generation);
    }

    @Test
    void aChangeHoldsForConnectionsAcceptedLaterAndNeedsNoRestartS1S11S21() throws Exception {
        write("");
        start();
        Socket before = connect(port);
        set("{\"store\":\"active\",\"set\":{\"mpp\":\"disabled\"}}");
        Socket disabled = connect(port);
        set(
                "{\"store\":\"active\",\"set\":{\"mpp\":\"enabled\"},\"ports\":[{\"first\":%d,\"last\":%d,\"mpp\":\"disabled\"}]}"
                        .formatted(port, port));
        Socket exempt = connect(port);
        assertJudged(before, "eligible", 1);
        assertJudged(disabled, "mpp-disabled", 2);
        assertJudged(exempt, "exempt-port", 3);
        for (Socket each : List.of(before, disabled, exempt)) {
            exchange(each);
        }
    }

    @Test
    void ofTwoAdministratorsTheSecondIsToldThatTheFirstWasThere() throws Exception {
        write("");
        start();
        String tag = "\"" + get("/api/v1/security").get("generation").asLong() + "\"";
        assertThat(send("PATCH", "/api/v1/security", tag, "{\"set\":{\"mpp\":\"disabled\"}}")
                        .statusCode())
                .isEqualTo(200);
        HttpResponse<String> late = send("PATCH", "/api/v1/security", tag, "{\"set\":{\"mpp\":\"enabled\"}}");
        assertThat(late.statusCode()).isEqualTo(412);
        assertThat(get("/api/v1/security").get("mpp").asText()).isEqualTo("disabled");
    }

    @Test
    void whatIsPersistentSurvivesAKillAndWhatIsActiveDoesNotS17() throws Exception {
        write("  security.port-exemptions = [22]");
        SpillwayProcess first = start();
        set("{\"set\":{\"profiles\":\"disabled\"},\"ports\":[{\"first\":5000,\"last\":5009,\"mpp\":\"disabled\"},"
                + "{\"first\":22,\"last\":22,\"mpp\":\"enabled\"}]}");
        set("{\"store\":\"active\",\"set\":{\"mpp\":\"disabled\"}}");
        String file = Files.readString(folder.resolve("spillway.conf"));
        first.close(); // SIGKILL
        start();
        JsonNode security = get("/api/v1/security");
        assertThat(security.get("profiles").asText()).isEqualTo("disabled");
        assertThat(security.get("mpp").asText()).isEqualTo("default");
        assertThat(security.get("ports")).hasSize(1);
        assertThat(security.get("ports").get(0).get("first").asInt()).isEqualTo(5000);
        assertThat(security.get("portsTakenAway").get(0).get("first").asInt()).isEqualTo(22);
        assertThat(security.get("persistence").get("state").asText()).isEqualTo("ok");
        assertThat(folder.resolve("spillway.conf")).as("the operator's own").hasContent(file);
    }

    @Test
    void settingsAreInForceBeforeTheFirstListenerBindsS12() throws Exception {
        write("");
        SpillwayProcess first = start();
        set("{\"ports\":[{\"first\":%d,\"last\":%d,\"mpp\":\"disabled\"}]}".formatted(port, port));
        first.terminate();
        assertThat(first.exitCode()).isZero();
        SpillwayProcess again = SpillwayProcess.start(folder, Map.of(), "run", "-c", "spillway.conf");
        open.add(again);
        Socket early = await().atMost(30, TimeUnit.SECONDS).ignoreExceptions().until(() -> connect(port), s -> true);
        again.awaitOutput("ready; admin plane");
        assertJudged(early, "exempt-port", 1);
    }

    @Test
    void aDamagedStoreIsReportedLeftAloneAndKeepsNobodyFromStarting() throws Exception {
        write("");
        Path store = folder.resolve("spillway.settings.json");
        Files.writeString(store, "{\"format\":1,\"content\":{\"values\":{\"mpp\"");
        start();
        connect(port);
        assertThat(get("/api/v1/security").get("persistence").get("state").asText())
                .isEqualTo("damaged");
        HttpResponse<String> refused = send("PATCH", "/api/v1/security", "*", "{\"set\":{\"mpp\":\"disabled\"}}");
        assertThat(refused.statusCode()).isEqualTo(507);
        assertThat(store).hasContent("{\"format\":1,\"content\":{\"values\":{\"mpp\"");
        set("{\"store\":\"active\",\"set\":{\"mpp\":\"disabled\"}}");
        assertThat(get("/api/v1/events?id=3003").get("events")).hasSize(1);
    }

    @Test
    void sighupReadsTheFileAgainWithoutDroppingAnyoneS21() throws Exception {
        write("");
        SpillwayProcess process = start();
        Socket before = connect(port);
        write("""
                  listeners.second { bind = "127.0.0.1:%d", upstream = backend, profile = private }
                  limits.max-connections = 77
                  pressure.interval = 50ms
                  security.profiles = enabled""".formatted(second));
        process.hangUp();
        await().atMost(30, TimeUnit.SECONDS)
                .until(() -> get("/api/v1/events?id=1004").get("events").size() == 1);
        exchange(before);
        Socket later = connect(second);
        assertJudged(before, "eligible", 1);
        assertJudged(later, "private-profile", 2);

        write("  limits.max-connections = 0.5\n  securty.mpp = disabled");
        process.hangUp();
        await().atMost(30, TimeUnit.SECONDS)
                .until(() -> get("/api/v1/events?id=1005").get("events").size() == 1);
        JsonNode problems =
                get("/api/v1/events?id=1005").get("events").get(0).get("fields").get("problems");
        assertThat(problems).hasSize(2);
        assertThat(problems.get(0).asText()).startsWith("spillway.conf:5: spillway.limits.max-connections = 0.5");
        connect(second);
        exchange(before);
        assertThat(get("/api/v1/security").get("generation").asLong()).isEqualTo(2);
    }
}
