package dev.spillway.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.server.admin.Wire.Response;
import dev.spillway.server.metrics.AdminTraffic.Refusal;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the browser of somebody who may change settings sends for a page of somebody who may not: it changes nothing. */
class StrangersPageTest {
    private static final String JSON = "Content-Type: application/json\r\n";

    private ChangeFixture server;

    @BeforeEach
    void start() throws Exception {
        server = ChangeFixture.open();
    }

    @AfterEach
    void nothingWasChanged() {
        assertThat(server.made).isEmpty();
        server.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/x-www-form-urlencoded",
                "text/plain",
                "multipart/form-data; boundary=----WebKitFormBoundary"
            })
    void aFormIsRefusedForItsContentEvenByABrowserThatSaysNothingOfItsOrigin(String type) throws IOException {
        Response response = ask(post("localhost:9901", "Content-Type: " + type + "\r\n", "{\"mpp\":\"disabled\"}"));
        assertThat(response.status()).isEqualTo(415);
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x"})
    void aFormIsRefusedForItsOrigin(String type) throws IOException {
        Response response = ask(post(
                "localhost:9901",
                "Content-Type: " + type + "\r\nOrigin: https://evil.example\r\nSec-Fetch-Site: cross-site\r\n"
                        + "Sec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n",
                "{\"mpp\":\"disabled\"}="));
        assertThat(response.status()).isEqualTo(403);
        assertNoPermission(response);
    }

    @Test
    void aScriptThatSendsWithoutAskingIsRefused() throws IOException {
        // fetch(..., {mode: "no-cors"}): a simple content type, an origin or, from a sandbox, null.
        for (String origin : new String[] {"http://evil.example", "null"}) {
            Response response = ask(post(
                    "127.0.0.1:9901",
                    "Content-Type: text/plain;charset=UTF-8\r\nOrigin: " + origin
                            + "\r\nSec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\n",
                    "{}"));
            assertThat(response.status()).isEqualTo(403);
            assertNoPermission(response);
        }
        assertThat(server.admin.meters.adminTraffic().refusals()).containsEntry(Refusal.CROSS_SITE, 2L);
    }

    @Test
    void aScriptThatAsksFirstIsNotAllowed() throws IOException {
        Response preflight = ask("OPTIONS /change HTTP/1.1\r\nHost: 127.0.0.1:9901\r\nOrigin: https://evil.example\r\n"
                + "Access-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: content-type\r\n"
                + "Access-Control-Request-Private-Network: true\r\n\r\n");
        assertThat(preflight.status()).isEqualTo(405);
        assertNoPermission(preflight);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Origin: http://evil.example",
                "Origin: null",
                "Origin: http://localhost",
                "Origin: http://localhost:9902",
                "Origin: http://localhost:99010",
                "Origin: http://127.0.0.1:9901",
                "Origin: http://localhost:9901.evil.example",
                "Origin: http://localhost:9901@evil.example",
                "Origin: http://evil.example/localhost:9901",
                "Origin: file://localhost:9901",
                "Origin: localhost:9901",
                "Origin: ",
                "Origin: http://localhost:9901\r\nOrigin: http://evil.example",
                "Origin: http://localhost:9901, http://evil.example",
                "Sec-Fetch-Site: cross-site",
                "Sec-Fetch-Site: same-site",
                "Sec-Fetch-Site: same-origin, cross-site",
                "Sec-Fetch-Site: same-origin\r\nSec-Fetch-Site: cross-site",
                "Origin: http://localhost:9901\r\nSec-Fetch-Site: same-site",
                "Sec-Fetch-Site: tomorrow"
            })
    void jsonFromAnywhereButOurOwnPageIsRefused(String headers) throws IOException {
        Response response = ask(post("localhost:9901", JSON + headers + "\r\n", "{}"));
        assertThat(response.status()).isEqualTo(403);
        assertThat(response.header("connection")).isEqualTo("close");
        assertNoPermission(response);
    }

    @Test
    void aNameThatWasPointedAtUsIsRefusedThoughItsOriginMatches() throws IOException {
        // DNS rebinding: for the browser, page and proxy are one origin.
        Response response = ask(post(
                "evil.example:9901",
                JSON + "Origin: http://evil.example:9901\r\nSec-Fetch-Site: same-origin\r\n",
                "{}"));
        assertThat(response.status()).isEqualTo(403);
        assertThat(response.body()).contains("Host: evil.example:9901");
    }

    @Test
    void aTokenThatTheBrowserAddsByItselfDoesNotHelp() throws Exception {
        try (ChangeFixture guarded = new ChangeFixture(AdminFixture.named(), Changes.DEADLINE_MILLIS)) {
            String basic = "Authorization: Basic b3BlcmF0b3I6czNjcmV0\r\n";
            Response ours = Wire.ask(guarded.address(), post("ops.example", basic + JSON, "{}"));
            assertThat(ours.status()).as("operator:s3cret").isEqualTo(200);
            Response theirs = Wire.ask(
                    guarded.address(), post("ops.example", basic + JSON + "Origin: https://evil.example\r\n", "{}"));
            assertThat(theirs.status()).isEqualTo(403);
            assertThat(guarded.made).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost:9901|Origin: http://localhost:9901\r\nSec-Fetch-Site: same-origin",
                "LOCALHOST:9901|Origin: http://localhost:9901",
                "127.0.0.1|Origin: http://127.0.0.1",
                "127.0.0.1:80|Origin: http://127.0.0.1",
                "127.0.0.1|Origin: https://127.0.0.1:443",
                "[::1]:9901|Origin: http://[::1]:9901",
                "localhost:9901|Sec-Fetch-Site: none"
            })
    void ourOwnPageMay(String hostAndHeaders) throws Exception {
        String[] parts = hostAndHeaders.split("\\|", 2);
        try (ChangeFixture another = ChangeFixture.open()) {
            assertThat(Wire.ask(another.address(), post(parts[0], JSON + parts[1] + "\r\n", "{}"))
                            .status())
                    .isEqualTo(200);
        }
    }

    private Response ask(String request) throws IOException {
        return Wire.ask(server.address(), request);
    }

    private static String post(String host, String headers, String body) {
        return "POST /change HTTP/1.1\r\nHost: " + host + "\r\n" + headers + "Content-Length: " + body.length()
                + "\r\n\r\n" + body;
    }

    private static void assertNoPermission(Response response) {
        assertThat(response.headers()).noneMatch(header -> header.startsWith("access-control-"));
        assertThat(response.header("cross-origin-resource-policy")).isEqualTo("same-origin");
    }
}
