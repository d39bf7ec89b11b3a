package dev.spillway.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.spillway.connection.CloseReason;
import dev.spillway.connection.ConnectionFacts;
import dev.spillway.fixture.Clients;
import dev.spillway.fixture.RandomBytes;
import dev.spillway.fixture.TestServer;
import dev.spillway.security.Standing;
import dev.spillway.transport.TransportKind;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The gentler steps before closing: connections that have to stop reading, and timeouts that shrink. */
@Timeout(60)
class RestraintTest {
    private static final String TRANSPORTS = "dev.spillway.fixture.Transports#all";

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    private <T extends AutoCloseable> T keep(T closeable) {
        open.add(closeable);
        return closeable;
    }

    private Junction junction(TransportKind kind, Duration idle, Duration firstByte) throws Exception {
        RelaySettings settings = new RelaySettings(
                8 << 20,
                2048,
                65536,
                idle,
                firstByte,
                Duration.ofMinutes(5),
                true,
                false,
                0,
                0,
                64 << 10,
                16 << 10,
                64 << 10);
        return keep(new Junction(kind, settings, keep(TestServer.echo())));
    }

    private static long only(Junction junction) {
        await().until(() -> junction.facts().size() == 1);
        return junction.facts().get(0).id();
    }

    private static long moved(Junction junction) {
        ConnectionFacts facts = junction.facts().get(0);
        return facts.receivedBytes() + facts.sentBytes();
    }

    /** Whatever was under way when it was held back has come to rest; says how much had moved. */
    private static long settled(Junction junction) {
        long[] last = {-1};
        await().pollInterval(Duration.ofMillis(200)).until(() -> {
            long before = last[0];
            last[0] = moved(junction);
            return before == last[0];
        });
        return last[0];
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void oneThatIsHeldBackReadsNoMoreHoldsNothingAndLosesNothing(TransportKind kind) throws Exception {
        Junction junction = junction(kind, Duration.ZERO, Duration.ZERO);
        RandomBytes bytes = new RandomBytes(7, 512 << 20);
        Socket client = junction.connect(0);
        long id = only(junction);
        junction.relays().holdBack(Set.of(id));
        await().until(() -> junction.relays().heldBack() == 1);
        CompletableFuture<String> received = new CompletableFuture<>();
        CompletableFuture<Void> sent = bytes.send(client);
        Thread reader = new Thread(() -> {
            try {
                received.complete(bytes.receive(client.getInputStream()));
            } catch (IOException impossible) {
                received.completeExceptionally(impossible);
            }
        });
        reader.start();
        for (int turn = 0; turn < 4; turn++) {
            long then = settled(junction);
            assertThat(sent).isNotDone();
            assertThat(junction.facts().get(0).heldBytes()).isZero();
            junction.relays().holdBack(Set.of());
            await().pollInterval(Duration.ofMillis(1)).until(() -> moved(junction) > then + (1 << 20));
            junction.relays().holdBack(Set.of(id));
            await().until(() -> junction.relays().heldBack() == 1);
        }
        junction.relays().holdBack(Set.of());
        assertThat(received.get(30, TimeUnit.SECONDS)).isEqualTo(bytes.whole());
        reader.join();
        await().until(() -> junction.relays().active() == 0);
        assertThat(junction.relays().counts().closed().get(CloseReason.FINISHED))
                .isEqualTo(1);
        assertThat(junction.relays().budget().held()).isZero();
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void oneThatEndedItsDirectionIsHeldBackTooAndIsNotHeardUntilItMayReadOn(TransportKind kind) throws Exception {
        Junction junction = junction(kind, Duration.ZERO, Duration.ZERO);
        Socket client = junction.connect(0);
        Clients.exchange(client);
        junction.relays().holdBack(Set.of(only(junction)));
        await().until(() -> junction.relays().heldBack() == 1);
        client.getOutputStream().write(new byte[1 << 20]);
        client.shutdownOutput();
        // The read that was asked for before may bring a buffer each way; then nothing moves.
        assertThat(settled(junction)).isLessThanOrEqualTo(2 + 2 * 65536);
        junction.relays().holdBack(List.of());
        assertThat(client.getInputStream().readAllBytes()).hasSize(1 << 20);
        await().until(() -> junction.relays().active() == 0);
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void oneThatIsResetOrEndsWhileItIsHeldBackLeavesTheCount(TransportKind kind) throws Exception {
        Junction junction = junction(kind, Duration.ZERO, Duration.ZERO);
        Socket client = junction.connect(0);
        Clients.exchange(client);
        long id = only(junction);
        junction.relays().holdBack(Set.of(id, id + 1));
        await().until(() -> junction.relays().heldBack() == 1);
        client.setSoLinger(true, 0);
        client.close();
        await().until(() -> junction.relays().heldBack() == 0);
        // It leaves those that are held back first.
        await().until(() -> junction.relays().active() == 0);
        junction.relays().holdBack(Set.of(id));
        junction.relays().holdBack(Set.of());
        await().until(() -> junction.relays().heldBack() == 0);
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void onlyTheGreedyAreHeldBackAndTheLaterCallWins(TransportKind kind) throws Exception {
        Junction junction = junction(kind, Duration.ZERO, Duration.ZERO);
        Socket greedy = junction.connect(0);
        long id = only(junction);
        Socket honest = junction.connect(0);
        Clients.exchange(greedy);
        Clients.exchange(honest);
        junction.relays().holdBack(Set.of(id));
        await().until(() -> junction.relays().heldBack() == 1);
        for (int i = 0; i < 100; i++) {
            Clients.exchange(honest);
        }
        long other = junction.facts().get(1).id();
        junction.relays().holdBack(Set.of(other));
        Clients.exchange(greedy);
        junction.relays().holdBack(Set.of());
        Clients.exchange(honest);
        await().until(() -> junction.relays().heldBack() == 0);
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void oneThatIsHeldBackIsNotIdleByItsOwnDoing(TransportKind kind) throws Exception {
        Junction junction = junction(kind, Duration.ofMinutes(10), Duration.ofMinutes(5));
        Socket client = junction.connect(0);
        Clients.exchange(client);
        junction.relays().holdBack(Set.of(only(junction)));
        await().until(() -> junction.relays().heldBack() == 1);
        junction.relays().timeoutScale(0.001);
        await().until(() -> junction.facts().get(0).idleNanos() > TimeUnit.SECONDS.toNanos(3));
        assertThat(junction.relays().heldBack()).isEqualTo(1);
        junction.relays().holdBack(Set.of());
        assertThatThrownBy(() -> client.getInputStream().read()).hasMessageContaining("reset");
        await().until(() -> junction.relays().counts().closed().get(CloseReason.IDLE_TIMEOUT) == 1);
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void oneThatNeverSaidAnythingIsClosedAfterTheFirstByteTimeoutAndOneThatDidIsNot(TransportKind kind)
            throws Exception {
        Junction junction = junction(kind, Duration.ZERO, Duration.ofMinutes(10));
        Socket silent = junction.connect(0);
        Socket talker = junction.connect(0);
        Clients.exchange(talker);
        await().until(() -> junction.relays().active() == 2);
        junction.relays().timeoutScale(0.001);
        assertThatThrownBy(() -> silent.getInputStream().read()).hasMessageContaining("reset");
        await().until(() -> junction.relays().counts().closed().get(CloseReason.FIRST_BYTE_TIMEOUT) == 1);
        Clients.exchange(talker);
        assertThat(junction.relays().active()).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void timeoutsShrinkForThoseThatMayBeClosedAndNotForTheExempt(TransportKind kind) throws Exception {
        Junction junction = junction(kind, Duration.ofMinutes(10), Duration.ofMinutes(5));
        Socket quiet = junction.connect(0);
        Clients.exchange(quiet);
        junction.standing(Standing.EXEMPT_PORT);
        Socket exempt = junction.connect(0);
        await().until(() -> junction.facts().size() == 2);
        junction.relays().timeoutScale(0.001);
        assertThatThrownBy(() -> quiet.getInputStream().read()).hasMessageContaining("reset");
        await().until(() -> junction.relays().counts().closed().get(CloseReason.IDLE_TIMEOUT) == 1);
        await().until(() -> junction.facts().get(0).idleNanos() > TimeUnit.SECONDS.toNanos(2));
        assertThat(junction.relays().active()).isEqualTo(1);
        Clients.exchange(exempt);
        junction.standing(Standing.ELIGIBLE);
        junction.relays().timeoutScale(1);
        Socket late = junction.connect(0);
        Clients.exchange(late);
        await().until(() -> junction.facts().get(1).idleNanos() > TimeUnit.SECONDS.toNanos(2));
        Clients.exchange(late);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -0.5, 1.0001, Double.NaN, Double.POSITIVE_INFINITY})
    void aScaleOutOfItsRangeIsRefused(double scale) throws Exception {
        Junction junction = junction(TransportKind.NIO, Duration.ZERO, Duration.ZERO);
        assertThatThrownBy(() -> junction.relays().timeoutScale(scale))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("timeout scale: " + scale);
        assertThat(junction.relays().timeoutScale()).isEqualTo(1);
    }
}
