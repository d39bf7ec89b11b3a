package dev.spillway.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.spillway.control.PressureView;
import dev.spillway.pressure.Signal;
import dev.spillway.pressure.Watermarks;
import dev.spillway.prune.Forecast;
import dev.spillway.prune.Guilt;
import dev.spillway.prune.KillRecord;
import dev.spillway.relay.ConnectionOrder;
import dev.spillway.server.FakeProxy;
import dev.spillway.server.admin.Wire.Response;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who would be closed, who was, and who is there, over real HTTP. */
class PruneEndpointsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private AdminFixture admin;

    @BeforeEach
    void start() throws Exception {
        admin = new AdminFixture(AdminFixture.open());
        // The admin plane has asked itself for some of it.
        admin.proxy.ordersAsked.clear();
    }

    @AfterEach
    void end() {
        admin.close();
    }

    private JsonNode get(String target) throws IOException {
        Response response = Wire.get(admin.address(), target);
        assertThat(response.status()).as(response.body()).isEqualTo(200);
        return JSON.readTree(response.body());
    }

    private static PressureView dryRun(PressureView view) {
        return new PressureView(
                view.evaluation(),
                view.unavailable(),
                view.rates(),
                view.episode(),
                view.epoch(),
                view.episodes(),
                view.epochs(),
                view.closed(),
                view.freedBytes(),
                true,
                view.wouldClose(),
                view.heldBack(),
                view.exempt());
    }

    @Test
    void victimsAreListedInOrderWithWhyAndWhatTheyFree() throws IOException {
        admin.proxy.forecast = reading ->
                FakeProxy.forecast(reading, FakeProxy.victim(1, Guilt.STALLED), FakeProxy.victim(4, Guilt.STALLED));

        JsonNode answer = get("/api/v1/explain?signal=ledger&level=0.95&limit=1");

        assertThat(answer.path("summary").asText())
                .isEqualTo("If ledger were at 95 % (low mark 70 %, high mark 90 %), 2 of 118 eligible connections, of 2"
                        + " sources, would be closed, which frees 256.0KiB of the 200.0KiB needed. 2 exempt connections"
                        + " stay.");
        List<String> names = new ArrayList<>();
        answer.fieldNames().forEachRemaining(names::add);
        assertThat(names)
                .containsExactly(
                        "summary",
                        "signal",
                        "unit",
                        "supposed",
                        "level",
                        "used",
                        "limit",
                        "low",
                        "reentry",
                        "high",
                        "dryRun",
                        "episode",
                        "eligible",
                        "exempt",
                        "demand",
                        "wouldClose",
                        "sources",
                        "gain",
                        "fallsShort",
                        "costBytes",
                        "victims");
        assertThat(answer.path("supposed").asBoolean()).isTrue();
        assertThat(answer.path("demand").asLong()).isEqualTo(204_800);
        assertThat(answer.path("gain").asLong()).isEqualTo(262_144);
        assertThat(answer.path("wouldClose").asInt()).isEqualTo(2);
        assertThat(answer.path("costBytes").asLong()).isEqualTo(2 * 224_184);
        assertThat(answer.path("victims")).hasSize(1);
        assertThat(answer.path("victims").get(0).toString())
                .isEqualTo("{\"id\":1,\"source\":\"127.0.0.2\",\"listener\":\"main\",\"guilt\":\"stalled\","
                        + "\"why\":\"128.0KiB wait, zero window, none taken for 40.0s\",\"score\":5242880.0,"
                        + "\"gain\":131072,\"phase\":\"relaying\",\"ageMillis\":61000,\"idleMillis\":1500,"
                        + "\"stalledMillis\":40000,\"waitingMillis\":41000,\"waitingBytes\":131072,\"paceBytes\":0,"
                        + "\"turnoverMillis\":null,\"window\":\"zero\",\"fixedBytes\":3000,\"heldBytes\":131072,"
                        + "\"kernelBytes\":90112,\"costBytes\":224184,\"receivedBytes\":512,\"sentBytes\":90000}");
    }

    @Test
    void aPlanThatFallsShortAndADryRunSaySo() throws IOException {
        admin.proxy.pressure = dryRun(admin.proxy.pressure);
        admin.proxy.forecast = reading -> FakeProxy.forecast(reading, FakeProxy.victim(1, Guilt.STALLED));

        assertThat(get("/api/v1/explain").path("summary").asText())
                .isEqualTo(
                        "Ledger is at 93 % (low mark 70 %, high mark 90 %), 1 of 118 eligible connections, of 1 source,"
                                + " would be closed, which frees 128.0KiB of the 200.0KiB needed; that is not enough, and nobody"
                                + " else is eligible or holds any of it. 2 exempt connections stay. MPP is in a dry run: nobody is"
                                + " closed, whatever the pressure.");
        assertThat(get("/api/v1/explain").path("fallsShort").asBoolean()).isTrue();
        assertThat(get("/api/v1/explain").path("dryRun").asBoolean()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ?level=0.5  | Nobody would be closed if ledger were at 50 %, below its low mark (low mark 70 %, high mark 90 %).
            ?level=0.85 | Nobody would be closed if ledger were at 85 %, below its high mark (low mark 70 %, high mark 90 %). Episode 4 is running; until the low mark it closes those that stand still.
            ?level=1    | Nobody would be closed: ledger were at 100 %, but what has to be freed is on its way back (low mark 70 %, high mark 90 %).
            ''          | Nobody would be closed: ledger is at 93 %, but what has to be freed is on its way back (low mark 70 %, high mark 90 %).
            """)
    void whenNothingHasToBeFreedItSaysWhy(String query, String summary) throws IOException {
        JsonNode answer = get("/api/v1/explain" + query);
        assertThat(answer.path("summary").asText()).isEqualTo(summary);
        assertThat(answer.path("demand").isNull()).isTrue();
        assertThat(answer.path("victims")).isEmpty();
    }

    @Test
    void whenNobodyCanBeClosedItSaysWhy() throws IOException {
        admin.proxy.forecast = reading -> FakeProxy.forecast(reading);
        assertThat(get("/api/v1/explain").path("summary").asText())
                .isEqualTo(
                        "Nobody would be closed though ledger is at 93 % (low mark 70 %, high mark 90 %): none of the 118"
                                + " eligible connections holds any of it.");
        admin.proxy.forecast = reading -> {
            Forecast some = FakeProxy.forecast(reading);
            return new Forecast(reading, new Watermarks(0.7, 0.8, 0.9), some.plan(), 0, 7);
        };
        assertThat(get("/api/v1/explain").path("summary").asText()).contains("none of the 7 connections is eligible");
        admin.proxy.forecast = reading -> {
            Forecast some = FakeProxy.forecast(reading);
            return new Forecast(reading, new Watermarks(0.7, 0.8, 0.9), some.plan(), 0, 0);
        };
        assertThat(get("/api/v1/explain").path("summary").asText()).endsWith("there is no connection.");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            signal=ledger&listener=main | parameter signal: beside listener | one kind of question
            from=::1&limit=7            | parameter limit: beside from      | one kind of question
            local=::1&level=0.5         | parameter level: beside local     | one kind of question
            signal=memory               | parameter signal: memory          | one of heap, direct, ledger, kernel-tcp
            signal=descriptors          | parameter signal: descriptors, which is not read here: /proc/self/fd: not readable here | one of heap, ledger, connections
            signal=direct               | parameter signal: direct, which is not read here: switched off | one of heap
            level=1.01                  | parameter level: 1.01             | a share, 0 to 1, as 0.95
            level=-0.1                  | parameter level: -0.1             | a share, 0 to 1, as 0.95
            level=NaN                   | parameter level: NaN              | a share, 0 to 1, as 0.95
            limit=0                     | parameter limit: 0                | a whole number, 1-1000
            level=0.9&level=0.8         | parameter level: given 2 times    | once
            """)
    void aWrongQuestionSaysWhatWouldBeRight(String query, String error, String expected) throws IOException {
        Response response = Wire.get(admin.address(), "/api/v1/explain?" + query);
        assertThat(response.status()).isEqualTo(400);
        JsonNode problem = JSON.readTree(response.body());
        assertThat(problem.path("error").asText()).isEqualTo(error);
        assertThat(problem.path("expected").asText()).startsWith(expected);
    }

    @Test
    void beforeTheFirstReadingItIsAskedTooEarly() throws IOException {
        PressureView now = admin.proxy.pressure;
        admin.proxy.pressure = new PressureView(
                Optional.empty(), now.unavailable(), now.rates(), 0, 0, 0, 0, 0, 0, false, 0, 0, now.exempt());
        assertThat(Wire.get(admin.address(), "/api/v1/explain").status()).isEqualTo(503);
        assertThat(Wire.get(admin.address(), "/api/v1/explain?signal=ledger").status())
                .isEqualTo(503);
    }

    @Test
    void withAConnectionNamedItIsTheJudgementAsBefore() throws IOException {
        JsonNode answer = get("/api/v1/explain?listener=main");
        assertThat(answer.path("standing").asText()).isEqualTo("eligible");
        assertThat(answer.path("steps")).isNotEmpty();
    }

    @Test
    void killsAreToldNewestFirstWithTheirReason() throws IOException {
        admin.proxy.kills = List.of(
                new KillRecord(1_795_000_000_000L, 4, 2, Signal.LEDGER, FakeProxy.victim(1, Guilt.STALLED), false),
                new KillRecord(1_794_999_999_000L, 4, 1, Signal.CONNECTIONS, FakeProxy.victim(2, Guilt.IDLE), true));

        JsonNode answer = get("/api/v1/kills");

        assertThat(answer.path("closed").asLong()).isEqualTo(211);
        assertThat(answer.path("wouldClose").asLong()).isEqualTo(7);
        assertThat(answer.path("kills")).hasSize(2);
        assertThat(answer.at("/kills/0").toString())
                .startsWith("{\"time\":\"2026-11-18T11:06:40Z\",\"episode\":4,\"epoch\":2,\"signal\":\"ledger\","
                        + "\"unit\":\"bytes\",\"dryRun\":false,\"victim\":{\"id\":1,");
        assertThat(answer.at("/kills/1/dryRun").asBoolean()).isTrue();
        assertThat(answer.at("/kills/1/victim/why").asText()).isEqualTo("waits for its server since 1m 2s");
        assertThat(get("/api/v1/kills?limit=1").path("kills")).hasSize(1);
        assertThat(Wire.get(admin.address(), "/api/v1/kills?limit=1001").status())
                .isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cost", "idle"})
    void connectionsAreAskedForInTheirOrder(String by) throws IOException {
        JsonNode answer = get("/api/v1/connections?by=" + by);
        assertThat(answer.path("by").asText()).isEqualTo(by);
        assertThat(answer.path("connections")).hasSize(3);
        assertThat(admin.proxy.ordersAsked).extracting(ConnectionOrder::label).containsExactly(by);
    }

    @Test
    void sourcesHaveTheTotalsOfAllTheirConnections() throws IOException {
        admin.proxy.connectionCount = 1000;

        JsonNode answer = get("/api/v1/connections?by=source&limit=2");

        assertThat(answer.path("active").asInt()).isEqualTo(1000);
        assertThat(answer.path("groups").asInt()).isEqualTo(250);
        assertThat(answer.path("sources")).hasSize(2);
        JsonNode first = answer.at("/sources/0");
        assertThat(first.path("source").asText()).isEqualTo("127.0.0.2");
        assertThat(first.path("connections").asInt()).as("1, 251, 501, 751").isEqualTo(4);
        assertThat(first.path("costliest")).hasSize(3);
        assertThat(first.path("fixedBytes").asLong()).isEqualTo(4 * 3_000);
        assertThat(first.path("heldBytes").asLong()).as("1 and 751 hold").isEqualTo(2 * 131_072);
        assertThat(first.path("kernelBytes").asLong()).isEqualTo(2 * 90_112);
        assertThat(first.path("costBytes").asLong()).isEqualTo(4 * 3_000 + 2 * (131_072 + 90_112));
        assertThat(first.path("eligible").asInt()).as("501 is not").isEqualTo(3);
        assertThat(Wire.get(admin.address(), "/api/v1/connections?by=age").status())
                .isEqualTo(400);
    }
}
