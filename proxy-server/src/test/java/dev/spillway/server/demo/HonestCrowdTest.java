package dev.spillway.server.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.spillway.server.demo.HonestCrowd.Group;
import dev.spillway.server.demo.HonestCrowd.Habit;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class HonestCrowdTest {
    private static final LoopbackSources SOURCES = LoopbackSources.detect();
    private static final InetSocketAddress ANY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    @Test
    void exchangesGetDoneOnKeptAndOnFreshConnections() throws IOException {
        try (DemoUpstream upstream = DemoUpstream.start(ANY, 1000, PATIENCE, "");
                HonestCrowd crowd = HonestCrowd.start(
                        List.of(
                                group("kept", upstream.address(), Habit.KEPT, 3),
                                group("fresh", upstream.address(), Habit.FRESH, 2)),
                        SOURCES)) {
            await().until(() -> crowd.exchanges("kept").done() > 60
                    && crowd.exchanges("fresh").done() > 40);
            Exchanges all = crowd.exchanges("kept").plus(crowd.exchanges("fresh"));
            assertThat(all.failed()).isZero();
            assertThat(all.latency(0.5)).isPositive().isLessThanOrEqualTo(all.latency(0.99));
            assertThat(upstream.accepted())
                    .isGreaterThan(40)
                    .isLessThanOrEqualTo(3 + crowd.exchanges("fresh").done() + 2);
        }
    }

    @Test
    void theCrowdKeepsToItsPace() throws IOException {
        try (DemoUpstream upstream = DemoUpstream.start(ANY, 1000, PATIENCE, "")) {
            long start = System.nanoTime();
            try (HonestCrowd crowd =
                    HonestCrowd.start(List.of(group("kept", upstream.address(), Habit.KEPT, 4)), SOURCES)) {
                await().until(() -> crowd.exchanges("kept").done() >= 100);
                long done = crowd.exchanges("kept").done();
                double turns = 4.0
                                * (System.nanoTime() - start)
                                / Duration.ofMillis(10).toNanos()
                        + 4;
                assertThat((double) done).isLessThanOrEqualTo(turns);
            }
        }
    }

    @Test
    void aServerThatGoesAwayIsCountedAsResetAndRefused() throws IOException {
        DemoUpstream upstream = DemoUpstream.start(ANY, 1000, PATIENCE, "");
        try (HonestCrowd crowd =
                HonestCrowd.start(List.of(group("kept", upstream.address(), Habit.KEPT, 3)), SOURCES)) {
            await().until(() -> crowd.exchanges("kept").done() > 10);
            Exchanges before = crowd.exchanges("kept");
            upstream.close();
            await().until(() -> crowd.exchanges("kept").refused() >= 3);
            Exchanges since = crowd.exchanges("kept").minus(before);
            assertThat(since.reset()).isBetween(1L, 3L);
            assertThat(since.timedOut() + since.wrong()).isZero();
        } finally {
            upstream.close();
        }
    }

    @Test
    void aServerThatDoesNotAnswerIsGivenUp() throws IOException {
        try (ServerSocket mute = new ServerSocket()) {
            mute.bind(ANY);
            Group group = new Group(
                    "mute",
                    (InetSocketAddress) mute.getLocalSocketAddress(),
                    Habit.FRESH,
                    1,
                    Duration.ofMillis(20),
                    Duration.ofMillis(100));
            try (HonestCrowd crowd = HonestCrowd.start(List.of(group), SOURCES)) {
                await().until(() -> crowd.exchanges("mute").timedOut() >= 2);
                assertThat(crowd.exchanges("mute").done()).isZero();
            }
        }
    }

    @Test
    void anAnswerThatWasNotAskedForIsWrong() throws IOException {
        try (ServerSocket liar = new ServerSocket()) {
            liar.bind(ANY);
            Group group = group("asked", (InetSocketAddress) liar.getLocalSocketAddress(), Habit.KEPT, 1);
            try (HonestCrowd crowd = HonestCrowd.start(List.of(group), SOURCES);
                    Socket socket = liar.accept()) {
                socket.getInputStream().read();
                socket.getOutputStream()
                        .write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nother".getBytes(StandardCharsets.US_ASCII));
                await().until(() -> crowd.exchanges("asked").wrong() == 1);
                assertThat(crowd.exchanges("asked").done()).isZero();
            }
        }
    }

    @Test
    void anUnknownGroupIsNamed() throws IOException {
        try (HonestCrowd crowd = HonestCrowd.start(List.of(group("a", ANY, Habit.KEPT, 1)), SOURCES)) {
            assertThatExceptionOfType(NoSuchElementException.class)
                    .isThrownBy(() -> crowd.exchanges("b"))
                    .withMessage("group b (expected: one of [a])");
        }
    }

    private static Group group(String name, InetSocketAddress target, Habit habit, int clients) {
        return new Group(name, target, habit, clients, Duration.ofMillis(10), PATIENCE);
    }
}
