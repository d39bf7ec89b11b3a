package dev.spillway.server.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.spillway.BindFailure;
import dev.spillway.server.admin.Wire.Response;
import dev.spillway.server.metrics.AdminTraffic;
import dev.spillway.server.metrics.AdminTraffic.Refusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whatever arrives at the port: it stays bounded, and the next honest request is answered. */
class HostileClientsTest {
    private static final int MAX_CONNECTIONS = 16;
    private static final String GET = "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n";

    private AdminFixture admin;

    @BeforeEach
    void start() throws BindFailure {
        admin = new AdminFixture(AdminFixture.settings(Optional.empty(), MAX_CONNECTIONS, Duration.ofSeconds(2)));
    }

    @AfterEach
    void everythingIsOverAndTheServerAnswers() throws IOException {
        assertThat(Wire.get(admin.address(), "/health/ready").status()).isEqualTo(200);
        await().until(() -> traffic().open() == 0);
        admin.close();
    }

    @Test
    void randomBytesDoNoHarm() throws IOException {
        Random random = new Random(20261121);
        for (int round = 0; round < 300; round++) {
            byte[] bytes = new byte[1 + random.nextInt(round % 10 == 0 ? 100_000 : 500)];
            random.nextBytes(bytes);
            sayAndLeave(bytes, random.nextBoolean());
        }
        assertThat(Wire.get(admin.address(), "/metrics").status()).isEqualTo(200);
    }

    @Test
    void requestsWithRandomDamageDoNoHarm() throws IOException {
        Random random = new Random(42);
        byte[] request = ("GET /api/v1/connections?limit=5 HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n"
                        + "Content-Length: 0\r\nConnection: keep-alive\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        for (int round = 0; round < 500; round++) {
            byte[] damaged = request.clone();
            for (int i = 0; i <= random.nextInt(4); i++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            sayAndLeave(damaged, true);
        }
        assertThat(Wire.get(admin.address(), "/metrics").status()).isEqualTo(200);
    }

    @Test
    void anOversizedLineIsToldItsLimit() throws IOException {
        Response response = Wire.ask(admin.address(), "GET /" + "a".repeat(100_000) + " HTTP/1.1\r\n\r\n");

        assertThat(response.status()).isEqualTo(414);
        assertThat(response.body()).contains("at most 4096 bytes");
    }

    @Test
    void oversizedHeadersAreToldTheirLimit() throws IOException {
        String one = "X-Filler: " + "a".repeat(100_000) + "\r\n";
        String many = "X-Filler: a\r\n".repeat(10_000);

        for (String headers : List.of(one, many)) {
            Response response = Wire.ask(admin.address(), "GET / HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n");
            assertThat(response.status()).isEqualTo(431);
            assertThat(response.body()).contains("at most 8192 bytes");
        }
    }

    @Test
    void smugglingFormsAreRefused() throws IOException {
        String smuggled = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n";
        for (String headers : List.of(
                "Content-Length: 5\r\nContent-Length: 6\r\n",
                "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
                "Transfer-Encoding: xchunked\r\n",
                "Content-Length: +5\r\n",
                "Content-Length : 5\r\n",
                "Host: localhost\r\n")) {
            try (Wire wire = Wire.to(admin.address())) {
                wire.say("GET /health/live HTTP/1.1\r\n" + headers + "\r\n" + smuggled);
                int status = wire.response().status();
                assertThat(status).as(headers).isIn(200, 400, 413);
                if (status != 200) {
                    assertThat(wire.closed()).as(headers).isTrue();
                }
            }
        }
        assertThat(traffic().answers(5)).isZero();
    }

    @Test
    void slowHalfAndSilentClientsAreClosedInTime() throws Exception {
        long began = System.nanoTime();
        try (Wire silent = Wire.to(admin.address());
                Wire half = Wire.to(admin.address());
                Wire slow = Wire.to(admin.address())) {
            half.say("GET /metrics HT");
            CompletableFuture<Void> dripping = CompletableFuture.runAsync(() -> drip(slow));
            assertThat(silent.closed()).isTrue();
            assertThat(half.closed()).isTrue();
            assertThat(slow.closed()).isTrue();
            dripping.join();
        }
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        assertThat(took).isBetween(Duration.ofMillis(4_500), Duration.ofSeconds(15));
        assertThat(refusals(Refusal.SLOW_REQUEST)).isEqualTo(3);
    }

    @Test
    void aRequestInManyPiecesIsAnsweredAtItsEnd() throws IOException {
        try (Wire wire = Wire.to(admin.address())) {
            wire.socket().setTcpNoDelay(true);
            for (int request = 0; request < 2; request++) {
                for (byte each : GET.getBytes(StandardCharsets.US_ASCII)) {
                    wire.say(new byte[] {each});
                }
                assertThat(wire.response().status()).isEqualTo(200);
            }
        }
    }

    @Test
    void anIdleConnectionIsClosedAfterItsTimeout() throws IOException {
        try (Wire wire = Wire.to(admin.address())) {
            wire.say(GET);
            assertThat(wire.response().status()).isEqualTo(200);
            assertThat(wire.closed()).isTrue();
        }
        assertThat(refusals(Refusal.SLOW_REQUEST)).isZero();
    }

    @Test
    void aPipelinedFloodIsAnsweredInOrderOneAtATime() throws Exception {
        int requests = 5_000;
        try (Wire wire = Wire.to(admin.address())) {
            CompletableFuture<Void> asking = CompletableFuture.runAsync(() -> {
                for (int i = 0; i < requests; i++) {
                    say(wire, i % 2 == 0 ? GET : "GET /x" + i + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
                }
            });
            for (int i = 0; i < requests; i++) {
                Response response = wire.response();
                assertThat(response.status()).isEqualTo(i % 2 == 0 ? 200 : 404);
                assertThat(response.body()).contains(i % 2 == 0 ? "live" : "/x" + i + "\"");
            }
            asking.join();
        }
    }

    @Test
    void aBurstOfTheSmallestRequestsIsCutOrAnswered() throws IOException {
        try (Wire wire = Wire.to(admin.address())) {
            wire.say("GET / HTTP/1.1\nHost:[::]\n\n".repeat(1_000));
            assertThat(wire.closed()).isTrue();
        }
        assertThat(traffic().answers(5)).isZero();
    }

    @Test
    void aClientThatAsksAndNeverReadsIsCutWhileOthersAreAnswered() throws Exception {
        admin.proxy.connectionCount = 1000;
        try (Wire greedy = Wire.to(admin.address())) {
            greedy.socket().setReceiveBufferSize(4096);
            CompletableFuture<Void> asking = CompletableFuture.runAsync(() -> {
                String request = "GET /api/v1/connections?limit=1000 HTTP/1.1\r\nHost: localhost\r\n\r\n";
                try {
                    for (int i = 0; i < 2_000; i++) {
                        greedy.say(request);
                    }
                } catch (IOException cut) {
                    // What this waits for.
                }
            });
            await().atMost(Duration.ofSeconds(25)).until(() -> {
                assertThat(Wire.get(admin.address(), "/health/ready").status()).isEqualTo(200);
                return refusals(Refusal.SLOW_READER) == 1;
            });
            asking.join();
        }
    }

    @Test
    void idleConnectionsGiveWayToNewOnes() throws IOException {
        List<Wire> crowd = new ArrayList<>();
        try {
            for (int i = 0; i < 200; i++) {
                crowd.add(Wire.to(admin.address()));
            }
            assertThat(Wire.get(admin.address(), "/health/ready").status()).isEqualTo(200);
            assertThat(traffic().open()).isLessThanOrEqualTo(MAX_CONNECTIONS);
            assertThat(refusals(Refusal.DISPLACED)).isGreaterThanOrEqualTo(200 - MAX_CONNECTIONS);
        } finally {
            closeAll(crowd);
        }
    }

    @Test
    void aWholeRequestIsAnsweredWhileEveryPlaceIsTakenByHalfOnes() throws IOException {
        List<Wire> crowd = new ArrayList<>();
        try {
            for (int round = 0; round < 3; round++) {
                for (int i = 0; i < MAX_CONNECTIONS; i++) {
                    Wire half = Wire.to(admin.address());
                    half.say("GET /metr");
                    crowd.add(half);
                }
                await().until(() -> traffic().open() == MAX_CONNECTIONS);
                assertThat(Wire.get(admin.address(), "/health/live").status()).isEqualTo(200);
                assertThat(Wire.get(admin.address(), "/metrics").status()).isEqualTo(200);
            }
            assertThat(refusals(Refusal.DISPLACED)).isPositive();
            assertThat(traffic().open()).isLessThanOrEqualTo(MAX_CONNECTIONS);
        } finally {
            closeAll(crowd);
        }
        await().until(() -> traffic().open() == 0);
    }

    private static void closeAll(List<Wire> crowd) throws IOException {
        for (Wire each : crowd) {
            each.close();
        }
    }

    private void sayAndLeave(byte[] bytes, boolean waitForAnEnd) throws IOException {
        try (Wire wire = Wire.to(admin.address())) {
            wire.say(bytes);
            if (waitForAnEnd) {
                wire.socket().shutdownOutput();
                assertThat(wire.closed()).isTrue();
            }
        } catch (IOException reset) {
            // An answer to it too: the server may close while more is on its way.
        }
    }

    private static void drip(Wire slow) {
        try {
            for (byte each : "GET /metrics HTTP/1.1\r\nHost: localhost\r\nX: aaaaaaaaaaaaaaaaaaaaaaaa"
                    .getBytes(StandardCharsets.US_ASCII)) {
                slow.say(new byte[] {each});
                Thread.sleep(200);
            }
        } catch (IOException | InterruptedException cut) {
            // What this waits for.
        }
    }

    private static void say(Wire wire, String text) {
        try {
            wire.say(text);
        } catch (IOException cut) {
            throw new UncheckedIOException(cut);
        }
    }

    private AdminTraffic traffic() {
        return admin.meters.adminTraffic();
    }

    private long refusals(Refusal why) {
        return traffic().refusals().get(why);
    }
}
