package dev.spillway.server.admin;

import static dev.spillway.server.admin.ChangeFixture.head;
import static dev.spillway.server.admin.ChangeFixture.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.spillway.server.admin.Wire.Response;
import dev.spillway.server.metrics.AdminTraffic;
import dev.spillway.server.metrics.AdminTraffic.Refusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is sent as a body: it stays bounded, changes nothing, and the next honest change is made. */
class HostileBodiesTest {
    private static final String JSON = "Content-Type: application/json\r\n";
    private static final String CHUNKED = head("POST /change") + JSON + "Transfer-Encoding: chunked\r\n\r\n";
    private static final int MOST = RequestBody.MOST_BYTES;

    private ChangeFixture server;

    @BeforeEach
    void start() throws Exception {
        server = ChangeFixture.open();
    }

    @AfterEach
    void nothingWasChangedAndTheNextChangeIsMade() throws IOException {
        assertThat(server.made).isEmpty();
        assertThat(Wire.ask(server.address(), post("{}", "Connection: close")).status())
                .isEqualTo(200);
        await().until(() -> traffic().open() == 0);
        assertThat(traffic().bodyBytes()).isZero();
        assertThat(traffic().answers(5)).isZero();
        server.close();
    }

    @Test
    void aSlowBodyIsCutInTimeWithTheRequestItBelongsTo() throws Exception {
        long began = System.nanoTime();
        try (Wire silent = Wire.to(server.address());
                Wire slow = Wire.to(server.address());
                Wire after = Wire.to(server.address())) {
            silent.say(head("POST /change") + JSON + "Content-Length: 10\r\n\r\n{\"a\"");
            slow.say(CHUNKED);
            after.say(head("GET /health/live") + "\r\n" + CHUNKED + "1\r\n{\r\n");
            assertThat(after.response().status()).isEqualTo(200);
            await().until(() -> traffic().bodyBytes() >= 5);
            await().pollInterval(Duration.ofMillis(200))
                    .atMost(Duration.ofSeconds(15))
                    .until(() -> {
                        try {
                            slow.say("1\r\n \r\n");
                            return false;
                        } catch (IOException cut) {
                            return true;
                        }
                    });
            assertThat(silent.closed()).isTrue();
            assertThat(slow.closed()).isTrue();
            assertThat(after.closed()).isTrue();
        }
        assertThat(Duration.ofNanos(System.nanoTime() - began))
                .isBetween(Duration.ofMillis(4_500), Duration.ofSeconds(15));
        assertThat(refusals(Refusal.SLOW_REQUEST)).isEqualTo(3);
    }

    @Test
    void aBodyThatEndsBeforeItsLengthIsNoChange() throws IOException {
        for (String request : List.of(
                head("POST /change") + JSON + "Content-Length: 3\r\n\r\n{}",
                CHUNKED + "2\r\n{}\r\n",
                CHUNKED + "2\r\n{}\r\n0\r\n",
                CHUNKED + "ff\r\n{}\r\n0\r\n\r\n")) {
            try (Wire wire = Wire.to(server.address())) {
                wire.say(request);
                wire.socket().shutdownOutput();
                assertThat(wire.closed()).isTrue();
            }
        }
    }

    @Test
    void whatComesAfterTheLengthIsANewRequestOrNone() throws IOException {
        try (Wire wire = Wire.to(server.address())) {
            wire.say(head("POST /change") + JSON + "Content-Length: 1\r\n\r\n{} rubbish\r\n\r\n");
            Response half = wire.response();
            assertThat(half.status()).isEqualTo(400);
            assertThat(half.body()).contains("body, line 1, column ");
            assertThat(wire.response().status()).isEqualTo(400);
            assertThat(wire.closed()).isTrue();
        }
    }

    @Test
    void aBodyThatIsAnnouncedTooLargeIsRefusedUnread() throws IOException {
        for (String length : List.of(Integer.toString(MOST + 1), "99999999999", "9223372036854775807")) {
            Response response = Wire.ask(
                    server.address(),
                    head("POST /change", "Expect: 100-continue") + JSON + "Content-Length: " + length + "\r\n\r\n");
            assertThat(response.status()).as(length).isEqualTo(413);
            assertThat(response.body()).contains("at most 65536 bytes");
            assertThat(response.header("connection")).isEqualTo("close");
        }
        assertThat(Wire.ask(
                                server.address(),
                                head("POST /change") + JSON + "Content-Length: 99999999999999999999\r\n\r\n")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void theLargestBodyIsReadAndOneByteMoreIsNot() throws IOException {
        String largest = "[" + " ".repeat(MOST - 2) + "]";
        assertThat(Wire.ask(server.address(), post(largest)).body()).contains("body: []", "one JSON object");
        assertThat(Wire.ask(server.address(), CHUNKED + chunks(largest, 1000)).body())
                .contains("body: []");

        Response more = Wire.ask(server.address(), CHUNKED + chunks(largest + " ", 1000));
        assertThat(more.status()).isEqualTo(413);
        assertThat(more.header("connection")).isEqualTo("close");
    }

    @Test
    void aChunkWithoutEndIsCut() throws IOException {
        try (Wire wire = Wire.to(server.address())) {
            wire.say(CHUNKED + "7fffffff\r\n");
            byte[] blanks = " ".repeat(8192).getBytes(StandardCharsets.US_ASCII);
            try {
                for (int i = 0; i < 10_000; i++) {
                    wire.say(blanks);
                }
            } catch (IOException cut) {
                // Either it was told first, or it was cut while it sent.
            }
            assertThat(wire.closed()).isTrue();
        }
        assertThat(traffic().answers(4)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "xyz\r\n{}\r\n0\r\n\r\n",
                "-2\r\n{}\r\n0\r\n\r\n",
                "fffffffffffffffff\r\n{}",
                "80000000\r\n{}",
                "\r\n{}\r\n0\r\n\r\n",
                "2\r\n{}xx0\r\n\r\n",
                "2;\n{}\r\n0\r\n\r\n",
                "2;a=\nb\r\n{}\r\n0\r\n\r\n"
            })
    void brokenChunksEndTheConnection(String chunks) throws IOException {
        try (Wire wire = Wire.to(server.address())) {
            wire.say(CHUNKED + chunks + "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(wire.response().status()).isEqualTo(400);
            assertThat(wire.closed()).isTrue();
        }
    }

    @Test
    void endlessExtensionsAndTrailersAreCut() throws IOException {
        String extension = "2;" + "a".repeat(5_000) + "\r\n{}\r\n0\r\n\r\n";
        String trailers = "1\r\n{\r\n0\r\n" + ("X: " + "a".repeat(1_000) + "\r\n").repeat(20) + "\r\n";
        for (String chunks : List.of(extension, trailers)) {
            try (Wire wire = Wire.to(server.address())) {
                wire.say(CHUNKED + chunks);
                assertThat(wire.response().status()).isEqualTo(400);
                assertThat(wire.closed()).isTrue();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 2\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: chunked\r\nContent-Length: 2",
                "Transfer-Encoding: gzip, chunked",
                "Transfer-Encoding: chunked, identity",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: xchunked",
                "Transfer-Encoding: identity",
                "Content-Length: 2\r\nContent-Length: 3",
                "Content-Length: 2, 3",
                "Content-Length: +2",
                "Content-Length: -2",
                "Content-Length: 0x2",
                "Content-Length: 2 2"
            })
    void aLengthThatCanBeReadInTwoWaysEndsTheConnection(String lengths) throws IOException {
        try (Wire wire = Wire.to(server.address())) {
            wire.say(head("POST /change") + JSON + lengths + "\r\n\r\n0\r\n\r\n"
                    + "POST /change HTTP/1.1\r\nHost: localhost\r\n" + JSON + "Content-Length: 2\r\n\r\n{}");
            assertThat(wire.response().status()).isEqualTo(400);
            assertThat(wire.closed()).isTrue();
        }
    }

    @Test
    void chunksInHttp10AreRefused() throws IOException {
        Response response = Wire.ask(
                server.address(),
                "POST /change HTTP/1.0\r\nHost: localhost\r\n" + JSON
                        + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n");
        assertThat(response.status()).isEqualTo(400);
    }

    @Test
    void deepNestingIsRefused() throws IOException {
        for (String body : List.of(
                "[".repeat(MOST),
                "{\"a\":".repeat(10_000),
                "{\"a\":".repeat(ChangeBody.MOST_DEPTH + 1) + "1" + "}".repeat(ChangeBody.MOST_DEPTH + 1))) {
            Response response = Wire.ask(server.address(), post(body));
            assertThat(response.status()).isEqualTo(400);
            assertThat(response.body())
                    .contains("nesting depth (17) exceeds the maximum allowed (16)")
                    .doesNotContain("StreamReadConstraints");
        }
    }

    @Test
    void whatIsNotUtf8IsRefused() throws IOException {
        for (byte[] body : List.of(
                new byte[] {'{', '"', (byte) 0xe4, '"', ':', '1', '}'},
                new byte[] {'{', '"', (byte) 0xc0, (byte) 0x80, '"', ':', '1', '}'},
                new byte[] {'{', '"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"', ':', '1', '}'},
                "{\"a\":1}".getBytes(StandardCharsets.UTF_16),
                "{\"a\":1}".getBytes(StandardCharsets.UTF_16LE))) {
            try (Wire wire = Wire.to(server.address())) {
                wire.say(head("POST /change") + JSON + "Content-Length: " + body.length + "\r\n\r\n");
                wire.say(body);
                assertThat(wire.response().status()).isEqualTo(400);
            }
        }
    }

    @Test
    void randomBodiesDoNoHarm() throws IOException {
        Random random = new Random(4229);
        for (int round = 0; round < 200; round++) {
            byte[] body = new byte[1 + random.nextInt(2_000)];
            random.nextBytes(body);
            body[0] = '[';
            try (Wire wire = Wire.to(server.address())) {
                wire.say(head("POST /change") + JSON + "Content-Length: " + body.length + "\r\n\r\n");
                wire.say(body);
                assertThat(wire.response().status()).isEqualTo(400);
            }
        }
    }

    @Test
    void halvesOfBodiesKeepNobodyOutAndAreCounted() throws IOException {
        List<Wire> crowd = new ArrayList<>();
        try {
            for (int i = 0; i < 16; i++) {
                Wire half = Wire.to(server.address());
                crowd.add(half);
                half.say(head("POST /change") + JSON + "Content-Length: " + MOST + "\r\n\r\n" + " ".repeat(MOST - 1));
            }
            await().until(() -> traffic().bodyBytes() == 16L * (MOST - 1));
            assertThat(Wire.get(server.address(), "/health/live").status()).isEqualTo(200);
            assertThat(refusals(Refusal.DISPLACED)).isPositive();
            assertThat(server.admin.meters.scrape()).contains("spillway_admin_bodies_bytes");
        } finally {
            for (Wire each : crowd) {
                each.close();
            }
        }
        await().until(() -> traffic().bodyBytes() == 0);
    }

    private static String chunks(String body, int size) {
        StringBuilder chunks = new StringBuilder();
        for (int from = 0; from < body.length(); from += size) {
            String chunk = body.substring(from, Math.min(body.length(), from + size));
            chunks.append(Integer.toHexString(chunk.length()))
                    .append("\r\n")
                    .append(chunk)
                    .append("\r\n");
        }
        return chunks.append("0\r\n\r\n").toString();
    }

    private AdminTraffic traffic() {
        return server.admin.meters.adminTraffic();
    }

    private long refusals(Refusal why) {
        return traffic().refusals().get(why);
    }
}
