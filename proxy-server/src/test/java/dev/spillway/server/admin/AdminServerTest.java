package dev.spillway.server.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spillway.BindFailure;
import dev.spillway.ProxyView.State;
import dev.spillway.server.admin.Wire.Response;
import dev.spillway.server.metrics.Meters;
import dev.spillway.transport.HostPort;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdminServerTest {
    private AdminFixture admin;

    @BeforeEach
    void start() throws BindFailure {
        admin = new AdminFixture(AdminFixture.open());
    }

    @AfterEach
    void end() {
        admin.close();
    }

    @Test
    void metricsAreInPrometheusText() throws IOException {
        Response response = Wire.get(admin.address(), "/metrics");

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.header("content-type")).isEqualTo(Meters.CONTENT_TYPE);
        assertThat(response.body()).contains("spillway_ready 1.0", "jvm_memory_used_bytes{");
    }

    @Test
    void aRunningProxyIsReady() throws IOException {
        Response response = Wire.get(admin.address(), "/health/ready");

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("{\"ready\":true,\"state\":\"running\",\"reason\":\"\"}\n");
    }

    @Test
    void aDrainingProxyIsAliveButNotReadyAndSaysWhy() throws IOException {
        admin.proxy.state = State.DRAINING;

        Response ready = Wire.get(admin.address(), "/health/ready");
        assertThat(ready.status()).isEqualTo(503);
        assertThat(ready.body()).contains("\"state\":\"draining\"", "no more connections are taken");
        assertThat(Wire.get(admin.address(), "/health/live").status()).isEqualTo(200);
    }

    @Test
    void everyAnswerHasTheSecurityHeaders() throws IOException {
        for (String path : List.of("/", "/metrics", "/health/live", "/api/v1/status", "/nowhere")) {
            Response response = Wire.get(admin.address(), path);
            assertThat(response.header("x-content-type-options")).as(path).isEqualTo("nosniff");
            assertThat(response.header("cache-control")).as(path).isEqualTo("no-store");
            assertThat(response.header("content-security-policy"))
                    .as(path)
                    .startsWith("default-src 'none'")
                    .contains("frame-ancestors 'none'");
        }
    }

    @Test
    void theStatusPageRunsByANonceThatIsNewEachTime() throws IOException {
        Response first = Wire.get(admin.address(), "/");
        Response second = Wire.get(admin.address(), "/");

        String nonce = first.header("content-security-policy").replaceAll(".*script-src 'nonce-([^']+)'.*", "$1");
        assertThat(nonce).hasSizeGreaterThanOrEqualTo(20);
        assertThat(first.body()).contains("<script nonce=\"" + nonce + "\">").doesNotContain("{{");
        assertThat(second.body()).doesNotContain(nonce);
        assertThat(first.body()).doesNotContain("http://", "https://", "//cdn", "src=", "@import", "innerHTML");
    }

    @Test
    void theStatusPageHasAFlagForRestraintThatIsHiddenWhileThereIsNone() throws IOException {
        assertThat(Wire.get(admin.address(), "/").body())
                .contains("<span id=\"restraint\" class=\"badge\" hidden></span>")
                .contains("byId(\"restraint\").hidden = !restraint.length", "p.heldBack", "p.timeoutScale < 1");
    }

    @Test
    void headAnswersWithTheLengthAndNothingElse() throws IOException {
        try (Wire wire = Wire.to(admin.address())) {
            wire.say("HEAD /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"
                    + "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n");
            Response head = wire.response(false);
            Response get = wire.response();
            assertThat(head.status()).isEqualTo(200);
            assertThat(head.header("content-length"))
                    .isEqualTo(Integer.toString(get.body().length()));
            assertThat(get.body()).isEqualTo("{\"live\":true}\n");
        }
    }

    @Test
    void anUnknownPathListsThoseThatThereAre() throws IOException {
        Response response = Wire.get(admin.address(), "/metric");

        assertThat(response.status()).isEqualTo(404);
        assertThat(response.body()).contains("\"error\":\"path: /metric\"", "\"/metrics\"", "\"/api/v1/events\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "PATCH", "BREW"})
    void otherMethodsAreToldWhatIsAllowed(String method) throws IOException {
        Response response = Wire.ask(admin.address(), method + " /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n");

        assertThat(response.status()).isEqualTo(405);
        assertThat(response.header("allow")).isEqualTo("GET, HEAD");
        assertThat(response.body()).contains("\"error\":\"method: " + method + "\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 3", "Transfer-Encoding: chunked", "Content-Length: 99999999999"})
    void aBodyIsRefused(String header) throws IOException {
        Response response = Wire.get(admin.address(), "/metrics", header);

        assertThat(response.status()).isEqualTo(413);
        assertThat(response.header("connection")).isEqualTo("close");
    }

    @Test
    void badParametersAreNamedWithWhatWasExpected() throws IOException {
        assertThat(Wire.get(admin.address(), "/api/v1/connections?limit=0").body())
                .isEqualTo("{\"error\":\"parameter limit: 0\",\"expected\":\"a whole number, 1-1000\"}\n");
        assertThat(Wire.get(admin.address(), "/api/v1/connections?limit=1001").status())
                .isEqualTo(400);
        assertThat(Wire.get(admin.address(), "/api/v1/connections?limit=-5").status())
                .isEqualTo(400);
        assertThat(Wire.get(admin.address(), "/api/v1/connections?limit=").status())
                .isEqualTo(400);
        assertThat(Wire.get(admin.address(), "/api/v1/connections?limit=1&limit=2")
                        .body())
                .contains("given 2 times");
        assertThat(Wire.get(admin.address(), "/api/v1/connections?limt=2").body())
                .isEqualTo("{\"error\":\"parameter limt: unknown\",\"expected\":\"one of by, limit\"}\n");
        assertThat(Wire.get(admin.address(), "/api/v1/events?since=99999999999999999999")
                        .status())
                .isEqualTo(400);
        assertThat(Wire.get(admin.address(), "/api/v1/events?since=%zz").body()).contains("query: not well-formed");
        assertThat(Wire.get(admin.address(), "/metrics?pretty").status()).isEqualTo(400);
        assertThat(Wire.get(admin.address(), "/api/v1/connections?limit=1000").status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"127.0.0.1", "127.0.0.1:9901", "localhost", "LOCALHOST:1", "[::1]:9901", "[::1]", "192.0.2.7:80"
            })
    void addressesAndLocalhostMayBeNamed(String host) throws IOException {
        assertThat(Wire.ask(admin.address(), "GET /metrics HTTP/1.1\r\nHost: " + host + "\r\n\r\n")
                        .status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "evil.example:9901",
                "127.0.0.1.evil.example",
                "localhost.evil.example",
                "localhost@evil.example",
                "localhost:x",
                "[evil]",
                "",
                "127.0.0.1:99999999"
            })
    void aStrangersNameIsRefused(String host) throws IOException {
        Response response = Wire.ask(admin.address(), "GET /metrics HTTP/1.1\r\nHost: " + host + "\r\n\r\n");

        assertThat(response.status()).isEqualTo(403);
        assertThat(response.body()).contains("\"error\":\"Host: ").doesNotContain("spillway_");
    }

    @Test
    void aRequestWithoutHostOrWithTwoIsRefusedUnlessItIsOld() throws IOException {
        assertThat(Wire.ask(admin.address(), "GET /metrics HTTP/1.1\r\n\r\n").status())
                .isEqualTo(400);
        assertThat(Wire.ask(admin.address(), "GET /metrics HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n")
                        .status())
                .isEqualTo(400);
        assertThat(Wire.ask(admin.address(), "GET /metrics HTTP/1.0\r\n\r\n").status())
                .isEqualTo(200);
    }

    @Test
    void aProbeMayNameAnyone() throws IOException {
        assertThat(Wire.ask(admin.address(), "GET /health/ready HTTP/1.1\r\nHost: pod-7\r\n\r\n")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void withATokenEverythingButHealthAsksForIt() throws Exception {
        try (AdminFixture guarded =
                new AdminFixture(AdminFixture.settings(Optional.of("s3cret"), 16, Duration.ofSeconds(30)))) {
            Response without = Wire.get(guarded.address(), "/metrics");
            assertThat(without.status()).isEqualTo(401);
            assertThat(without.header("www-authenticate")).isEqualTo("Bearer realm=\"spillway\"");
            assertThat(without.body()).doesNotContain("s3cret", "spillway_");
            assertThat(Wire.get(guarded.address(), "/").status()).isEqualTo(401);
            assertThat(Wire.get(guarded.address(), "/nowhere").status()).isEqualTo(401);
            for (String wrong :
                    List.of("Bearer s3cre", "Bearer s3cret!", "Bearer", "Bearer ", "s3cret", "Basic s3cret")) {
                assertThat(Wire.get(guarded.address(), "/metrics", "Authorization: " + wrong)
                                .status())
                        .as(wrong)
                        .isEqualTo(401);
            }
            assertThat(Wire.get(guarded.address(), "/metrics", "Authorization: Bearer s3cret")
                            .status())
                    .isEqualTo(200);
            assertThat(Wire.get(guarded.address(), "/", "Authorization: Basic " + base64("operator:s3cret"))
                            .status())
                    .isEqualTo(200);
            assertThat(Wire.get(guarded.address(), "/health/ready").status()).isEqualTo(200);
            assertThat(Wire.get(guarded.address(), "/health/live").status()).isEqualTo(200);
        }
    }

    @Test
    void theRightTokenMayNameAnyHost() throws Exception {
        try (AdminFixture guarded =
                new AdminFixture(AdminFixture.settings(Optional.of("s3cret"), 16, Duration.ofSeconds(30)))) {
            String head = "GET /metrics HTTP/1.1\r\nHost: spillway.internal:9901\r\n";
            assertThat(Wire.ask(guarded.address(), head + "Authorization: Bearer s3cret\r\n\r\n")
                            .status())
                    .isEqualTo(200);
            assertThat(Wire.ask(guarded.address(), head + "\r\n").status()).isEqualTo(403);
        }
    }

    @Test
    void aFaultOfOursTellsTheClientNothingAndTheNextRequestIsAnswered() throws IOException {
        admin.proxy.failure = new IllegalStateException("the inner secret");

        Response response = Wire.get(admin.address(), "/api/v1/status");

        assertThat(response.status()).isEqualTo(500);
        assertThat(response.body()).contains("internal error").doesNotContain("secret", "Exception");
        admin.proxy.failure = null;
        assertThat(Wire.get(admin.address(), "/api/v1/status").status()).isEqualTo(200);
    }

    @Test
    void aTakenPortIsABindFailureThatNamesIt() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, admin.address().getAddress())) {
            AdminSettings settings = new AdminSettings(
                    true,
                    new HostPort("127.0.0.1", taken.getLocalPort()),
                    Optional.empty(),
                    Map.of(),
                    16,
                    Duration.ofSeconds(30));

            assertThatThrownBy(() -> AdminServer.start(
                            settings,
                            admin.proxy,
                            admin.proxy,
                            admin.meters,
                            admin.events,
                            AdminFixture.store(),
                            AdminFixture.noReload()))
                    .isInstanceOf(BindFailure.class)
                    .hasMessageContaining("admin.bind: 127.0.0.1:" + taken.getLocalPort())
                    .hasMessageContaining("Address already in use");
        }
    }

    @Test
    void anUnknownNameIsABindFailureThatSaysSo() {
        AdminSettings settings = new AdminSettings(
                true, new HostPort("nowhere.invalid", 0), Optional.empty(), Map.of(), 16, Duration.ofSeconds(30));

        assertThatThrownBy(() -> AdminServer.start(
                        settings,
                        admin.proxy,
                        admin.proxy,
                        admin.meters,
                        admin.events,
                        AdminFixture.store(),
                        AdminFixture.noReload()))
                .isInstanceOf(BindFailure.class)
                .hasMessage("admin.bind: nowhere.invalid:0: the name is unknown");
    }

    @Test
    void aWildcardAddressAnswersItsFirstRequestToo() throws Exception {
        AdminSettings settings =
                new AdminSettings(true, HostPort.parse("*:0"), Optional.of("t"), Map.of(), 16, Duration.ofSeconds(30));
        try (AdminFixture everywhere = new AdminFixture(settings)) {
            assertThat(everywhere.meters.adminTraffic().answers(2)).isPositive();
        }
    }

    @Test
    void closingFreesThePortAndEndsConnections() throws Exception {
        try (Wire wire = Wire.to(admin.address())) {
            wire.say("GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(wire.response().status()).isEqualTo(200);
            int port = admin.address().getPort();

            admin.close();
            admin.close();

            assertThat(wire.closed()).isTrue();
            assertThatThrownBy(() -> new Socket("127.0.0.1", port).close()).isInstanceOf(IOException.class);
        }
    }

    @Test
    void settingsShowNoToken() {
        assertThat(AdminFixture.settings(Optional.of("s3cret"), 16, Duration.ofSeconds(1)))
                .asString()
                .contains("token=set")
                .doesNotContain("s3cret");
        assertThat(AdminFixture.named())
                .asString()
                .contains("token=set, tokens=[alice, ci]")
                .doesNotContain("s3cret");
        assertThatThrownBy(() -> AdminFixture.settings(Optional.of("s3 cret"), 16, Duration.ofSeconds(1)))
                .hasMessageContaining("expected")
                .hasMessageNotContaining("cret");
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
