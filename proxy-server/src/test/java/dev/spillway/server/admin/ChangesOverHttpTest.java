package dev.spillway.server.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.spillway.server.admin.Wire.Response;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a change is asked for, and what it may not look like. */
class ChangesOverHttpTest {
    private ChangeFixture server;

    @BeforeEach
    void start() throws Exception {
        server = ChangeFixture.open();
    }

    @AfterEach
    void noBodyIsLeftBehind() {
        await().until(() -> server.admin.meters.adminTraffic().bodyBytes() == 0);
        server.close();
    }

    @Test
    void aChangeKnowsItsPathWhoAsksAndForWhatState() throws IOException {
        Response response = ask(
                ChangeFixture.post("{\"a\": [1, \"ä\"]}", "If-Match: \"17\"").getBytes(StandardCharsets.ISO_8859_1));
        assertThat(response.status()).as("ISO 8859-1 is not UTF-8").isEqualTo(400);

        response = Wire.ask(server.address(), ChangeFixture.post("{\"a\": [1, \"b\"]}", "If-Match: \"17\""));

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.header("etag")).isEqualTo("\"18\"");
        assertThat(response.header("content-type")).isEqualTo("application/json");
        assertThat(response.body())
                .isEqualTo("{\"path\":\"/change\",\"who\":\"127.0.0.1\",\"ifMatch\":\"\\\"17\\\"\","
                        + "\"body\":\"{\\\"a\\\":[1,\\\"b\\\"]}\"}\n");
    }

    @Test
    void aPathMayShowAndChange() throws IOException {
        assertThat(Wire.get(server.address(), ChangeFixture.PATCHED).body()).contains("\"state\":\"running\"");
        Response patched = Wire.ask(
                server.address(),
                ChangeFixture.head("PATCH " + ChangeFixture.PATCHED)
                        + "Content-Type: application/json; charset=\"UTF-8\"\r\nContent-Length: 2\r\n\r\n{}");
        assertThat(patched.status()).isEqualTo(200);
        assertThat(patched.body()).contains("\"path\":\"/api/v1/status\"", "\"ifMatch\":\"none\"");
    }

    @Test
    void eachPathTellsItsOwnMethods() throws IOException {
        Response patched = Wire.ask(server.address(), ChangeFixture.head("POST " + ChangeFixture.PATCHED) + "\r\n");
        assertThat(patched.status()).isEqualTo(405);
        assertThat(patched.header("allow")).isEqualTo("GET, HEAD, PATCH");
        for (String method : List.of("GET", "HEAD", "PUT", "PATCH", "OPTIONS", "post")) {
            try (Wire wire = Wire.to(server.address())) {
                wire.say(ChangeFixture.head(method + " " + ChangeFixture.POSTED) + "\r\n");
                Response posted = wire.response(!method.equals("HEAD"));
                assertThat(posted.status()).as(method).isEqualTo(405);
                assertThat(posted.header("allow")).as(method).isEqualTo("POST");
            }
        }
        assertThat(Wire.ask(server.address(), ChangeFixture.head("POST /nowhere") + "\r\n")
                        .status())
                .isEqualTo(404);
    }

    @Test
    void aChunkedBodyIsTakenTogether() throws IOException {
        String head = ChangeFixture.head("POST /change")
                + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
        Response response = Wire.ask(
                server.address(), head + "3\r\n{\"a\r\n5;ext=\"x;y\"\r\n\": 1}\r\n0\r\nX-Trailer: ignored\r\n\r\n");
        assertThat(response.status()).isEqualTo(200);
        assertThat(server.made).containsExactly("{\"a\":1}");
    }

    @Test
    void aClientThatWaitsToBeToldToGoOnIsTold() throws IOException {
        try (Wire wire = Wire.to(server.address())) {
            wire.say(ChangeFixture.head("POST /change", "Expect: 100-continue")
                    + "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n");
            assertThat(wire.response().status()).isEqualTo(100);
            wire.say("{}");
            assertThat(wire.response().status()).isEqualTo(200);
        }
        try (Wire wire = Wire.to(server.address())) {
            wire.say(ChangeFixture.head("POST /change", "Expect: 100-continue")
                    + "Content-Type: text/plain\r\nContent-Length: 2\r\n\r\n");
            assertThat(wire.response().status()).isEqualTo(415);
            assertThat(wire.closed()).isTrue();
        }
        assertThat(Wire.ask(
                                server.address(),
                                ChangeFixture.head("POST /change", "Expect: cake")
                                        + "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n")
                        .status())
                .isEqualTo(417);
    }

    @Test
    void changesAndQuestionsMayBePipelinedAndAreAnsweredInOrder() throws IOException {
        StringBuilder burst = new StringBuilder();
        for (int i = 0; i < 50; i++) {
            burst.append(ChangeFixture.post("{\"i\":" + i + "}"));
            burst.append(ChangeFixture.head("GET /health/live")).append("\r\n");
            burst.append(ChangeFixture.head("HEAD /health/live")).append("\r\n");
        }
        try (Wire wire = Wire.to(server.address())) {
            wire.say(burst.toString());
            for (int i = 0; i < 50; i++) {
                assertThat(wire.response().body()).contains("{\\\"i\\\":" + i + "}");
                assertThat(wire.response().body()).contains("live");
                assertThat(wire.response(false).status()).isEqualTo(200);
            }
        }
        assertThat(server.made).hasSize(50);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X: none",
                "Content-Type: text/plain",
                "Content-Type: application/x-www-form-urlencoded",
                "Content-Type: multipart/form-data; boundary=x",
                "Content-Type: application/json-patch+json",
                "Content-Type: text/plain; application/json",
                "Content-Type: application/json; charset=utf-16",
                "Content-Type: application/json, text/plain",
                "Content-Type: application/json\r\nContent-Type: text/plain",
                "Content-Type: application/json\r\nContent-Encoding: gzip"
            })
    void anotherContentIsRefusedUnread(String header) throws IOException {
        try (Wire wire = Wire.to(server.address())) {
            wire.say(ChangeFixture.head("POST /change", header) + "Content-Length: 2\r\n\r\n{}");
            Response response = wire.response();
            assertThat(response.status()).isEqualTo(415);
            assertThat(response.header("connection")).isEqualTo("close");
            assertThat(wire.closed()).isTrue();
        }
        assertThat(server.made).isEmpty();
    }

    @Test
    void aChangeTakesNoParameters() throws IOException {
        Response response = Wire.ask(
                server.address(),
                ChangeFixture.head("POST /change?force=1")
                        + "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
        assertThat(response.status()).isEqualTo(400);
        assertThat(response.body()).contains("parameter force: unknown");
    }

    @Test
    void aRefusedChangeTellsItsProblemsAndTheConnectionGoesOn() throws IOException {
        try (Wire wire = Wire.to(server.address())) {
            wire.say(ChangeFixture.post("{\"refuse\": true}"));
            Response refused = wire.response();
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.body())
                    .isEqualTo("{\"problems\":[{\"error\":\"refuse: true\",\"expected\":\"false\"}]}\n");
            wire.say(ChangeFixture.post("{\"a\": 1, \"a\": 2}"));
            assertThat(wire.response().body()).contains("body, line 1, column ", "Duplicate field 'a'");
            wire.say(ChangeFixture.post(""));
            assertThat(wire.response().body()).contains("body: empty");
            wire.say(ChangeFixture.post("{}"));
            assertThat(wire.response().status()).isEqualTo(200);
        }
    }

    @Test
    void theTokenThatWasGivenIsNamedAndNeverShown() throws Exception {
        try (ChangeFixture guarded = new ChangeFixture(AdminFixture.named(), Changes.DEADLINE_MILLIS)) {
            String basic = Base64.getEncoder().encodeToString("x:ci-s3cret".getBytes(StandardCharsets.UTF_8));
            assertThat(who(guarded, "Bearer s3cret")).isEqualTo("token token (127.0.0.1)");
            assertThat(who(guarded, "Bearer alice-s3cret")).isEqualTo("token alice (127.0.0.1)");
            assertThat(who(guarded, "Basic " + basic)).isEqualTo("token ci (127.0.0.1)");
            for (String wrong : List.of("Bearer alice", "Bearer token", "Bearer ALICE-S3CRET", "Bearer s3cre")) {
                Response response = Wire.ask(guarded.address(), ChangeFixture.post("{}", "Authorization: " + wrong));
                assertThat(response.status()).as(wrong).isEqualTo(401);
                assertThat(response.body()).doesNotContain("s3cret", "alice");
            }
            assertThat(Wire.get(guarded.address(), "/metrics", "Authorization: Bearer ci-s3cret")
                            .status())
                    .isEqualTo(200);
        }
    }

    private static String who(ChangeFixture guarded, String authorization) throws IOException {
        Response response = Wire.ask(guarded.address(), ChangeFixture.post("{}", "Authorization: " + authorization));
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.body()).doesNotContain("s3cret");
        return response.body().replaceAll("(?s).*\"who\":\"([^\"]*)\".*", "$1");
    }

    private Response ask(byte[] request) throws IOException {
        try (Wire wire = Wire.to(server.address())) {
            wire.say(request);
            return wire.response();
        }
    }
}
