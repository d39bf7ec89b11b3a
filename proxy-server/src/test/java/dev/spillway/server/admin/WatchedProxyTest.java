package dev.spillway.server.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.spillway.Proxy;
import dev.spillway.fixture.Settings;
import dev.spillway.fixture.TestServer;
import dev.spillway.server.admin.Wire.Response;
import dev.spillway.server.events.EventLog;
import dev.spillway.server.events.EventSettings;
import dev.spillway.server.events.LifecycleEvents;
import dev.spillway.server.metrics.Meters;
import dev.spillway.transport.TransportKind;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The whole chain: a real proxy, a crowd that never reads, and what an operator sees of it. */
class WatchedProxyTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<AutoCloseable> open = new ArrayList<>();
    private Proxy proxy;
    private AdminServer admin;

    @BeforeEach
    void start() throws Exception {
        // Sends as long as it is let.
        TestServer source = keep(new TestServer(socket -> {
            byte[] block = new byte[65_536];
            while (!socket.isClosed()) {
                socket.getOutputStream().write(block);
            }
        }));
        EventLog events = keep(new EventLog(new EventSettings(100)));
        proxy = keep(Proxy.start(
                Settings.of(TransportKind.NIO)
                        .listener("main", "pool")
                        .upstream("pool", source.address())
                        .budget(2 << 20)
                        .build(),
                events));
        events.record(LifecycleEvents.started(proxy));
        Meters meters = keep(new Meters(proxy, events));
        admin = keep(AdminServer.start(
                AdminFixture.open(), proxy, proxy, meters, events, AdminFixture.store(), AdminFixture.noReload()));
    }

    @AfterEach
    void end() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    @Test
    void anAttackIsSeenInConnectionsEventsAndMetrics() throws Exception {
        for (int i = 0; i < 40; i++) {
            keep(new Socket("127.0.0.1", proxy.listeners().get(0).bound().getPort()));
        }

        await().atMost(Duration.ofSeconds(30)).until(() -> ids().containsAll(Set.of(1001, 2001, 2002, 4229)));
        await().atMost(Duration.ofSeconds(30))
                .until(() -> get("/api/v1/connections").get("active").asInt() < 40);
        assertThat(get("/api/v1/pressure").get("closed").asLong()).isPositive();
        assertThat(get("/api/v1/listeners").at("/listeners/0/accepted").asLong())
                .isPositive();
        assertThat(get("/api/v1/upstreams").at("/upstreams/0/connected").asLong())
                .isPositive();
        for (JsonNode connection : get("/api/v1/connections").get("connections")) {
            assertThat(connection.get("listener").asText()).isEqualTo("main");
            assertThat(connection.get("client").asText()).startsWith("127.0.0.1:");
            assertThat(connection.get("standing").asText()).isEqualTo("eligible");
        }
        String metrics = Wire.get(admin.bound(), "/metrics").body();
        assertThat(value(metrics, "spillway_pruned_total")).isPositive();
        assertThat(value(metrics, "spillway_events_total{event=\"4229\",name=\"connections-terminated\"}"))
                .isPositive();
        assertThat(value(metrics, "spillway_pressure_watermark{mark=\"high\",signal=\"ledger\"}"))
                .isEqualTo(0.7);
        assertThat(value(metrics, "spillway_controller_failures_total")).isZero();
    }

    @Test
    void readinessTurnsFalseWithTheDrainAndTheAdminPlaneOutlivesTheProxy() throws Exception {
        InetSocketAddress address = admin.bound();
        assertThat(Wire.get(address, "/health/ready").status()).isEqualTo(200);
        keep(new Socket("127.0.0.1", proxy.listeners().get(0).bound().getPort()));
        await().until(() -> proxy.relays().active() == 1);

        proxy.drain();

        await().until(() -> Wire.get(address, "/health/ready").status() == 503);
        proxy.close();
        Response closed = Wire.get(address, "/health/ready");
        assertThat(closed.status()).isEqualTo(503);
        assertThat(closed.body()).contains("\"state\":\"closed\"");
        for (String path : List.of(
                "/metrics",
                "/api/v1/status",
                "/api/v1/pressure",
                "/api/v1/listeners",
                "/api/v1/upstreams",
                "/api/v1/connections",
                "/api/v1/events")) {
            assertThat(Wire.get(address, path).status()).as(path).isEqualTo(200);
        }
    }

    private Set<Integer> ids() throws IOException {
        Set<Integer> ids = new TreeSet<>();
        get("/api/v1/events")
                .get("events")
                .forEach(event -> ids.add(event.get("id").asInt()));
        return ids;
    }

    private JsonNode get(String path) throws IOException {
        Response response = Wire.get(admin.bound(), path);
        assertThat(response.status()).as(path).isEqualTo(200);
        return JSON.readTree(response.body());
    }

    private static double value(String metrics, String series) {
        return metrics.lines()
                .filter(line -> line.startsWith(series + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + series));
    }

    private <T extends AutoCloseable> T keep(T closeable) {
        open.add(closeable);
        return closeable;
    }
}
