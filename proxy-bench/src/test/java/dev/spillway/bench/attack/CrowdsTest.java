package dev.spillway.bench.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.spillway.bench.load.Backend;
import dev.spillway.bench.load.Endpoints;
import dev.spillway.bench.load.FirstExchange;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The crowds against the servers themselves, without a proxy in between. */
@EnabledOnOs(OS.LINUX)
class CrowdsTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final int CLIENTS = 20;

    private Backend backend;
    private TargetServer target;
    private Endpoints endpoints;

    @BeforeEach
    void start() throws Exception {
        backend = Backend.start();
        target = TargetServer.start();
        endpoints = new Endpoints(backend.endpoints().echo(), target.source(), target.sink());
    }

    @AfterEach
    void end() {
        target.close();
        backend.close();
    }

    @Test
    void theTargetAnswersAFirstExchangeAsTheBackendDoes() throws Exception {
        for (FirstExchange exchange : FirstExchange.with(endpoints)) {
            exchange.run(() -> {});
        }
        await().untilAsserted(() -> assertThat(target.openConnections()).isZero());
    }

    @Test
    void theSourceSendsWhatItIsAskedFor() throws Exception {
        try (Socket socket =
                new Socket(endpoints.source().getAddress(), endpoints.source().getPort())) {
            socket.getOutputStream()
                    .write(ByteBuffer.allocate(8).putLong(0, 100_000).array());
            assertThat(socket.getInputStream().readAllBytes()).hasSize(100_000);
        }
    }

    @ParameterizedTest
    @EnumSource(Attack.class)
    void everyAttackerHoldsItsConnectionAndComesBackWhenItIsClosed(Attack attack) throws Exception {
        try (AttackerCrowd crowd = attackers(attack, LONG)) {
            await().atMost(LONG).until(() -> crowd.counts().connected() == CLIENTS);
            assertThat(crowd.counts().closed()).isZero();
            assertThat(crowd.firstClosed()).isEmpty();
            if (attack != Attack.SILENT_FLOOD) {
                await().atMost(LONG).until(() -> target.openConnections() == CLIENTS);
                target.dropAll();
                await().atMost(LONG)
                        .untilAsserted(() -> assertThat(crowd.counts().closed()).isEqualTo(CLIENTS));
                assertThat(crowd.firstClosed()).isPresent();
                await().atMost(LONG).until(() -> crowd.counts().connected() == CLIENTS);
                assertThat(crowd.counts().connects()).isEqualTo(2 * CLIENTS);
            }
        }
        await().atMost(LONG).until(() -> target.openConnections() + backend.openConnections() == 0);
    }

    @Test
    void aCrowdEndsByItself() throws Exception {
        try (AttackerCrowd crowd = attackers(Attack.ZERO_WINDOW, Duration.ofMillis(300))) {
            await().atMost(LONG).until(() -> crowd.counts().connects() > 0);
            await().atMost(LONG).until(() -> crowd.counts().connected() == 0 && target.openConnections() == 0);
        }
    }

    @Test
    void aCrowdAttacksLoopbackOnly() {
        assertThatThrownBy(() ->
                        new AttackerCrowd.Plan(Attack.ZERO_WINDOW, new InetSocketAddress("192.0.2.1", 80), 1, 1, LONG))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected: a loopback address");
    }

    @Test
    void honestClientsGetTheirAnswersOnOldAndNewConnections() throws Exception {
        Service old = new Service("old", 64 * 1024, false, 2, 50);
        Service fresh = new Service("fresh", 512, true, 2, 50);
        try (HonestCrowd crowd = HonestCrowd.start(List.of(old, fresh), endpoints.echo())) {
            long[] done = new long[2];
            await().atMost(LONG).until(() -> {
                HonestCrowd.Taken taken = crowd.take();
                done[0] += taken.of(old).done();
                done[1] += taken.of(fresh).done();
                assertThat(taken.of(old).failed() + taken.of(fresh).failed()).isZero();
                return done[0] > 20 && done[1] > 20;
            });
        }
        await().atMost(LONG).until(() -> backend.openConnections() == 0);
    }

    @Test
    void anHonestClientThatIsClosedCountsItAndConnectsAgain() throws Exception {
        Service asking = new Service("asking", 64, false, 1, 20);
        // The source's answer is no echo: wrong for an honest client each time.
        try (HonestCrowd crowd = HonestCrowd.start(List.of(asking), endpoints.source())) {
            long[] failed = new long[1];
            await().atMost(LONG)
                    .until(() -> (failed[0] += crowd.take().of(asking).failed()) >= 3);
        }
    }

    private AttackerCrowd attackers(Attack attack, Duration duration) throws Exception {
        return AttackerCrowd.start(new AttackerCrowd.Plan(attack, attack.target(endpoints), CLIENTS, 1000, duration));
    }
}
