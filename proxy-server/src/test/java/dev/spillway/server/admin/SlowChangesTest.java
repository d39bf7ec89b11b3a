package dev.spillway.server.admin;

import static dev.spillway.server.admin.ChangeFixture.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.spillway.server.admin.Wire.Response;
import dev.spillway.server.metrics.AdminTraffic.Refusal;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Changes that take long, or fail: the admin plane answers others meanwhile, and nobody is told what is not so. */
@Timeout(60)
class SlowChangesTest {
    private final CountDownLatch hold = new CountDownLatch(1);
    private final List<Wire> clients = new ArrayList<>();
    private ChangeFixture server;

    @AfterEach
    void end() throws IOException {
        hold.countDown();
        for (Wire client : clients) {
            client.close();
        }
        server.close();
    }

    @Test
    void othersAreAnsweredMeanwhileAndNoMoreThanAFewWait() throws Exception {
        start(40, Changes.DEADLINE_MILLIS);
        Wire first = say("{\"i\":0}");
        await().until(() -> server.made.size() == 1);
        List<Wire> waiting = new ArrayList<>();
        for (int i = 1; i <= Changes.MOST_WAITING; i++) {
            waiting.add(say("{\"i\":" + i + "}"));
            int bodies = i + 1;
            await().until(() -> server.admin.meters.adminTraffic().bodyBytes() >= 7L * bodies);
        }

        Wire full = say("{\"i\":99}");
        Response busy = full.response();
        assertThat(busy.status()).isEqualTo(503);
        assertThat(busy.header("retry-after")).isEqualTo("1");
        assertThat(busy.body()).contains("changes: 16 wait already", "nothing changed");
        assertThat(server.admin.meters.adminTraffic().refusals()).containsEntry(Refusal.BUSY, 1L);
        assertThat(Wire.get(server.address(), "/metrics").status()).isEqualTo(200);

        hold.countDown();
        assertThat(first.response().status()).isEqualTo(200);
        for (Wire each : waiting) {
            assertThat(each.response().status()).isEqualTo(200);
        }
        assertThat(server.made)
                .as("in the order in which they came")
                .hasSize(17)
                .first()
                .isEqualTo("{\"i\":0}");
        assertThat(server.made).last().isEqualTo("{\"i\":16}");
        full.say(post("{\"i\":100}"));
        assertThat(full.response().status()).isEqualTo(200);
    }

    @Test
    void atItsDeadlineAChangeUnderWayMayStillHappenAndOneThatWaitsNeverWill() throws Exception {
        start(16, 300);
        Wire first = say("{\"i\":1}");
        await().until(() -> server.made.size() == 1);
        Wire second = say("{\"i\":2}");

        Response late = first.response();
        assertThat(late.status()).isEqualTo(504);
        assertThat(late.body()).contains("did not end within 300 ms", "may still happen");
        Response never = second.response();
        assertThat(never.status()).isEqualTo(503);
        assertThat(never.header("retry-after")).isEqualTo("1");
        assertThat(never.body()).contains("did not begin within 300 ms", "nothing changed");

        server.hold = null;
        hold.countDown();
        first.say(post("{\"i\":3}"));
        assertThat(first.response().status()).as("the same connection goes on").isEqualTo(200);
        assertThat(server.made).containsExactly("{\"i\":1}", "{\"i\":3}");
        assertThat(server.admin.meters.adminTraffic().bodyBytes()).isZero();
    }

    @Test
    void aClientThatLeavesMeanwhileLeavesNothingBehind() throws Exception {
        start(16, Changes.DEADLINE_MILLIS);
        Wire gone = say("{\"i\":1}");
        await().until(() -> server.made.size() == 1);
        gone.socket().setSoLinger(true, 0);
        gone.close();

        hold.countDown();

        await().until(() -> server.admin.meters.adminTraffic().open() == 0);
        assertThat(server.admin.meters.adminTraffic().bodyBytes()).isZero();
        assertThat(Wire.ask(server.address(), post("{\"i\":2}")).status()).isEqualTo(200);
        assertThat(server.admin.meters.adminTraffic().refusals()).containsEntry(Refusal.SLOW_READER, 0L);
    }

    @Test
    void aChangeThatFailsTellsNothingAndTheNextIsMade() throws Exception {
        start(16, Changes.DEADLINE_MILLIS);
        hold.countDown();
        for (Error fault : List.of(new AssertionError("the inner secret"), new OutOfMemoryError("the inner secret"))) {
            server.failure = fault;
            Response response = Wire.ask(server.address(), post("{}"));
            assertThat(response.status()).isEqualTo(500);
            assertThat(response.body()).contains("internal error").doesNotContain("secret", "Error");
        }
        server.failure = null;
        assertThat(Wire.ask(server.address(), post("{}")).status()).isEqualTo(200);
    }

    @Test
    void theEndLetsAChangeUnderWayFinishAndGivesUpThoseThatWait() throws Exception {
        start(16, Changes.DEADLINE_MILLIS);
        Wire first = say("{\"i\":1}");
        await().until(() -> server.made.size() == 1);
        Wire second = say("{\"i\":2}");
        await().until(() -> server.admin.meters.adminTraffic().bodyBytes() == 14);

        CompletableFuture<Void> closing = CompletableFuture.runAsync(server::close);
        Response given = second.response();
        assertThat(given.status()).isEqualTo(503);
        assertThat(given.body()).contains("the proxy ends", "nothing changed");
        assertThat(closing).isNotDone();
        hold.countDown();

        closing.join();
        assertThat(first.response().status()).isEqualTo(200);
        assertThat(server.made).containsExactly("{\"i\":1}");
    }

    private void start(int maxConnections, long changeMillis) throws Exception {
        server = new ChangeFixture(
                AdminFixture.settings(Optional.empty(), maxConnections, Duration.ofSeconds(30)), changeMillis);
        server.hold = hold;
    }

    private Wire say(String body) throws IOException {
        Wire wire = Wire.to(server.address());
        clients.add(wire);
        wire.say(post(body));
        return wire;
    }
}
