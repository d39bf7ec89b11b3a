package dev.spillway.server.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.spillway.control.ControlEvent.ConnectionsTerminated;
import dev.spillway.control.ExemptCost;
import dev.spillway.control.FloodView;
import dev.spillway.control.PressureView;
import dev.spillway.flood.FloodDetector.Flood;
import dev.spillway.flood.FloodEvent.Hit;
import dev.spillway.flood.Signs;
import dev.spillway.pressure.Rates;
import dev.spillway.pressure.Signal;
import dev.spillway.server.FakeProxy;
import dev.spillway.server.events.EventLog;
import dev.spillway.server.events.EventSettings;
import dev.spillway.server.events.LifecycleEvents;
import dev.spillway.server.events.SettingsEvents;
import dev.spillway.server.metrics.Meters;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The shapes of the API: a field that is renamed or lost breaks somebody's script. */
class EndpointsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final FakeProxy proxy = new FakeProxy();
    private final EventLog events = new EventLog(new EventSettings(10));
    private final Meters meters = new Meters(proxy, events);
    private final Endpoints endpoints =
            new Endpoints(proxy, proxy, meters, events, AdminFixture.store(), AdminFixture.noReload());

    @AfterEach
    void end() {
        meters.close();
        events.close();
    }

    @Test
    void statusShowsTheProxyAtAGlance() throws IOException {
        JsonNode status = get("/api/v1/status");

        assertThat(names(status))
                .containsExactly(
                        "state", "ready", "uptimeMillis", "transport", "synGate", "security", "connections", "relay");
        assertThat(status.get("state").asText()).isEqualTo("running");
        assertThat(status.get("transport").toString())
                .isEqualTo("{\"kind\":\"epoll\",\"reason\":\"chosen by transport.kind = auto\",\"threads\":2}");
        assertThat(status.get("security").toString())
                .isEqualTo(
                        "{\"generation\":7,\"role\":\"server\",\"mpp\":{\"setting\":\"default\",\"on\":true},"
                                + "\"mppDryRun\":{\"setting\":\"default\",\"on\":false},"
                                + "\"profiles\":{\"setting\":\"disabled\",\"on\":false},\"portExemptions\":[\"22\",\"5000-5009\"]}");
        assertThat(status.at("/connections/active").asLong()).isEqualTo(120);
        assertThat(status.at("/connections/eligible").asLong()).isEqualTo(118);
        assertThat(status.at("/connections/max").asLong()).isEqualTo(1000);
        assertThat(status.at("/connections/closed/pruned").asLong()).isEqualTo(211);
        assertThat(status.at("/connections/closed/idle-timeout").asLong()).isZero();
        assertThat(status.get("relay").toString())
                .isEqualTo("{\"heldBytes\":14880000,\"budgetBytes\":16000000,\"poolBytes\":15000000,\"shortReads\":19,"
                        + "\"receivedBytes\":700000,\"sentBytes\":800000}");
    }

    @Test
    void pressureShowsEverySignalWithItsMarks() throws IOException {
        JsonNode pressure = get("/api/v1/pressure");

        assertThat(names(pressure))
                .containsExactly(
                        "worst",
                        "position",
                        "reason",
                        "episode",
                        "epoch",
                        "synDropRate",
                        "killRate",
                        "episodes",
                        "epochs",
                        "closed",
                        "freedBytes",
                        "dryRun",
                        "wouldClose",
                        "heldBack",
                        "timeoutScale",
                        "exempt",
                        "sampling",
                        "signals");
        assertThat(pressure.get("dryRun").asBoolean()).isFalse();
        assertThat(pressure.get("wouldClose").asLong()).isEqualTo(7);
        assertThat(pressure.get("heldBack").asInt()).isEqualTo(12);
        assertThat(pressure.get("timeoutScale").asDouble()).isEqualTo(0.4);
        assertThat(pressure.get("exempt").toString())
                .isEqualTo("{\"connections\":2,\"costBytes\":5000000,\"budgetBytes\":16000000,\"tooMuch\":false,"
                        + "\"worstListener\":\"office\"}");
        assertThat(pressure.get("sampling").toString())
                .isEqualTo("{\"kernelTold\":true,\"kernelBytes\":42000000,\"samples\":70000,\"cpuMillis\":250,"
                        + "\"unseen\":1,\"stale\":5}");
        assertThat(pressure.get("worst").asText()).isEqualTo("ledger");
        assertThat(pressure.get("position").asDouble()).isCloseTo(1.15, within(1e-9));
        assertThat(pressure.get("reason").asText()).startsWith("ledger at 93 %");
        assertThat(pressure.get("synDropRate").asDouble()).isEqualTo(0.2);
        assertThat(pressure.get("killRate").asDouble()).isEqualTo(0.5);
        assertThat(pressure.get("signals")).hasSize(Signal.values().length);
        assertThat(pressure.at("/signals/0").toString())
                .isEqualTo(
                        "{\"signal\":\"heap\",\"unit\":\"bytes\",\"available\":true,\"why\":null,\"level\":0.3125,"
                                + "\"used\":20000000,\"limit\":64000000,\"promised\":0,\"low\":0.75,\"reentry\":0.8,\"high\":0.9}");
        assertThat(pressure.at("/signals/1/why").asText()).isEqualTo("switched off");
        assertThat(pressure.at("/signals/2/promised").asLong()).isEqualTo(1_000_000);
        JsonNode descriptors = pressure.get("signals").get(Signal.DESCRIPTORS.ordinal());
        assertThat(descriptors.get("available").asBoolean()).isFalse();
        assertThat(descriptors.get("why").asText()).isEqualTo("/proc/self/fd: not readable here");
    }

    @Test
    void pressureBeforeTheFirstReadingIsNullAndNotZero() throws IOException {
        proxy.pressure = new PressureView(
                Optional.empty(),
                Map.of(),
                Rates.NONE,
                0,
                0,
                0,
                0,
                0,
                0,
                false,
                0,
                0,
                new ExemptCost(0, 0, 0, Optional.empty()));

        JsonNode pressure = get("/api/v1/pressure");

        assertThat(pressure.get("worst").isNull()).isTrue();
        assertThat(pressure.get("position").isNull()).isTrue();
        assertThat(pressure.at("/signals/0/level").isNull()).isTrue();
        assertThat(pressure.at("/signals/0/why").asText()).isEqualTo("not read yet");
        assertThat(meters.scrape()).doesNotContain("spillway_pressure_level{").contains("spillway_episode 0.0");
    }

    @Test
    void connectionsShowWhatEachCostsAndHowItIsJudged() throws IOException {
        JsonNode answer = get("/api/v1/connections");

        assertThat(answer.get("active").asLong()).isEqualTo(120);
        assertThat(answer.get("limit").asInt()).isEqualTo(100);
        assertThat(answer.get("connections")).hasSize(3);
        assertThat(answer.at("/connections/0").toString())
                .isEqualTo(
                        "{\"id\":1,\"client\":\"127.0.0.2:40001\",\"source\":\"127.0.0.2\",\"local\":\"127.0.0.1:8080\","
                                + "\"listener\":\"main\",\"upstream\":\"backend\",\"server\":\"127.0.0.1:9000\","
                                + "\"phase\":\"relaying\",\"standing\":\"eligible\",\"eligible\":true,\"generation\":7,"
                                + "\"ageMillis\":61000,\"idleMillis\":1500,\"stalledMillis\":40000,\"waitingMillis\":41000,"
                                + "\"waitingBytes\":131072,\"paceBytes\":0,\"turnoverMillis\":null,\"window\":\"zero\","
                                + "\"fixedBytes\":3000,\"heldBytes\":131072,\"kernelBytes\":90112,\"costBytes\":224184,\"receivedBytes\":512,\"sentBytes\":90000,\"silent\":false}");
        assertThat(answer.at("/connections/1/server").isNull()).isTrue();
        assertThat(answer.at("/connections/1/silent").asBoolean())
                .as("a connection that waits for its server is not silent")
                .isFalse();
        assertThat(answer.at("/connections/2/standing").asText()).isEqualTo("private-profile");
        assertThat(get("/api/v1/connections?limit=2").get("connections")).hasSize(2);
    }

    @Test
    void listenersShowWhereTheyListenAndWhomTheyTurnedAway() throws IOException {
        JsonNode listeners = get("/api/v1/listeners").get("listeners");

        assertThat(listeners).hasSize(2);
        assertThat(listeners.get(0).toString())
                .isEqualTo(
                        "{\"name\":\"main\",\"bound\":\"127.0.0.1:8080\",\"sockets\":2,\"upstream\":\"backend\","
                                + "\"profile\":\"public\",\"standing\":\"eligible\",\"eligible\":true,\"generation\":7,"
                                + "\"accepting\":false,\"accepted\":1234,\"active\":118,"
                                + "\"refused\":{\"syn-gate\":45,\"max-connections\":6,\"no-descriptors\":0,"
                                + "\"rate-limit\":0,\"half-open\":0,\"connection-limit\":0},\"queued\":31,\"queueLimit\":8192,\"dropped\":977}");
        assertThat(listeners.at("/1/queued").isNull()).isTrue();
        assertThat(listeners.at("/1/bound").asText()).isEqualTo("[::1]:8081");
        assertThat(listeners.at("/1/standing").asText()).isEqualTo("private-profile");
    }

    @Test
    void listenersShowWhatTheKernelSaysAndWhatOfItIsToBeMended() throws IOException {
        JsonNode kernel = get("/api/v1/listeners").get("kernel");
        assertThat(kernel.toString())
                .startsWith("{\"synCookies\":0,\"somaxconn\":4096,\"maxSynBacklog\":2048,\"warnings\":[{\"setting\":"
                        + "\"net.ipv4.tcp_syncookies\",\"value\":0,\"problem\":\"SYN cookies are off")
                .contains("\"mend\":\"sysctl -w net.ipv4.tcp_syncookies=1\"}]")
                .endsWith("\"unavailable\":null,\"counters\":{\"SyncookiesSent\":1001,\"SyncookiesRecv\":1002,"
                        + "\"SyncookiesFailed\":1003,\"ListenOverflows\":1004,\"ListenDrops\":1005,"
                        + "\"TCPReqQFullDoCookies\":1006,\"TCPReqQFullDrop\":1007,\"EmbryonicRsts\":1008,"
                        + "\"TCPSynRetrans\":1009},\"flood\":null}");

        proxy.flood = FakeProxy.flood(Optional.of(new Flood(
                12_500_000_000L, 70, 900, new Signs(5000, 100, 40, 3, false), new Hit(Optional.of("main"), 43))));
        assertThat(get("/api/v1/listeners").at("/kernel/flood").toString())
                .isEqualTo("{\"durationMillis\":12500,\"perSecond\":70,\"peakPerSecond\":900,\"total\":4943,"
                        + "\"cookiesSent\":5000,\"cookiesReceived\":100,\"listenDrops\":40,\"gateDrops\":3,"
                        + "\"listener\":\"main\"}");

        proxy.flood = FloodView.NOTHING_YET;
        JsonNode unknown = get("/api/v1/listeners");
        assertThat(unknown.at("/kernel/synCookies").isNull()).isTrue();
        assertThat(unknown.at("/kernel/unavailable").asText()).isEqualTo("not looked at yet");
        assertThat(unknown.at("/kernel/counters").isEmpty()).isTrue();
        assertThat(unknown.at("/listeners/0/dropped").isNull()).isTrue();
    }

    @Test
    void upstreamsShowEachServer() throws IOException {
        assertThat(get("/api/v1/upstreams").toString())
                .isEqualTo("{\"upstreams\":[{\"name\":\"backend\",\"connected\":515,\"failed\":6,\"servers\":["
                        + "{\"server\":\"backend.internal:9000\",\"address\":\"10.0.0.1:9000\",\"up\":true},"
                        + "{\"server\":\"127.0.0.1:9001\",\"address\":\"127.0.0.1:9001\",\"up\":false}]}]}");
    }

    @Test
    void eventsCanBeFollowedByTheirNumber() throws IOException {
        events.record(LifecycleEvents.started(proxy));
        events.accept(new ConnectionsTerminated(3, 12, 1_200_000, FakeProxy.evaluation(0.93), false));

        JsonNode all = get("/api/v1/events");
        assertThat(names(all)).containsExactly("lastSequence", "missed", "events");
        assertThat(all.get("events")).hasSize(2);
        JsonNode event = all.at("/events/1");
        assertThat(names(event)).containsExactly("sequence", "time", "id", "name", "severity", "message", "fields");
        assertThat(event.get("id").asInt()).isEqualTo(4229);
        assertThat(event.get("severity").asText()).isEqualTo("warning");
        assertThat(Instant.parse(event.get("time").asText())).isBeforeOrEqualTo(Instant.now());
        assertThat(event.at("/fields/freedBytes").asLong()).isEqualTo(1_200_000);
        assertThat(get("/api/v1/events?since=1").get("events")).hasSize(1);
        assertThat(get("/api/v1/events?limit=1").at("/events/0/sequence").asLong())
                .isEqualTo(2);
        assertThat(get("/api/v1/events?since=0&limit=1")
                        .at("/events/0/sequence")
                        .asLong())
                .isEqualTo(1);
    }

    @Test
    void eventsCanBeChosenByIdAndBySeverity() throws IOException {
        events.record(LifecycleEvents.started(proxy));
        events.accept(new ConnectionsTerminated(3, 12, 1_200_000, FakeProxy.evaluation(0.93), false));
        events.record(SettingsEvents.storeDamaged("store.json", "no JSON"));
        events.record(LifecycleEvents.started(proxy));

        assertThat(sequences("/api/v1/events?id=1001")).containsExactly(1L, 4L);
        assertThat(sequences("/api/v1/events?id=proxy-started&limit=1")).containsExactly(4L);
        assertThat(sequences("/api/v1/events?id=1001&since=0&limit=1")).containsExactly(1L);
        assertThat(sequences("/api/v1/events?id=1001&since=1")).containsExactly(4L);
        assertThat(sequences("/api/v1/events?severity=information")).containsExactly(1L, 2L, 3L, 4L);
        assertThat(sequences("/api/v1/events?severity=warning")).containsExactly(2L, 3L);
        assertThat(sequences("/api/v1/events?severity=error")).containsExactly(3L);
        assertThat(sequences("/api/v1/events?severity=error&id=4229")).isEmpty();
        assertThat(get("/api/v1/events?severity=error").get("lastSequence").asLong())
                .isEqualTo(4);
    }

    @Test
    void anUnknownIdOrSeverityIsToldWithThoseThereAre() {
        assertProblem("id=7", "parameter id: 7", "1001 proxy-started", "4229 connections-terminated");
        assertProblem("id=01001", "parameter id: 01001", "4229");
        assertProblem("id=", "parameter id: ", "4229");
        assertProblem("severity=bad", "parameter severity: bad", "information, warning or error");
        assertProblem("severity=warning&severity=error", "parameter severity: given 2 times", "once");
    }

    private void assertProblem(String query, String... told) {
        Answer answer = endpoints.answer("/api/v1/events?" + query);
        assertThat(answer.status().code()).isEqualTo(400);
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).contains(told);
    }

    private List<Long> sequences(String target) throws IOException {
        List<Long> sequences = new ArrayList<>();
        get(target)
                .get("events")
                .forEach(event -> sequences.add(event.get("sequence").asLong()));
        return sequences;
    }

    private JsonNode get(String target) throws IOException {
        Answer answer = endpoints.answer(target);
        assertThat(answer.status().code()).isEqualTo(200);
        assertThat(answer.contentType()).isEqualTo("application/json");
        return JSON.readTree(answer.body());
    }

    private static List<String> names(JsonNode node) {
        List<String> names = new ArrayList<>();
        node.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
