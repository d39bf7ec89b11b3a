package dev.spillway.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.spillway.connection.CloseReason;
import dev.spillway.fixture.TestServer;
import dev.spillway.transport.TransportKind;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The first-byte timeout of one that was not listened to. */
@Timeout(60)
class SilenceTest {
    private static final Duration FIRST_BYTE = Duration.ofMinutes(10);
    private static final long HELD_NANOS = TimeUnit.SECONDS.toNanos(5);

    @Test
    void theTimeInWhichNobodyReadFromItIsNoSilenceOfItsOwn() throws Exception {
        RelaySettings settings = new RelaySettings(
                8 << 20, 2048, 32768, Duration.ZERO, FIRST_BYTE, Duration.ZERO, true, false, 0, 0, 0, 0, 64 << 10);
        try (TestServer server = TestServer.echo();
                Junction junction = new Junction(TransportKind.NIO, settings, server)) {
            junction.connect(0);
            await().until(() -> junction.facts().size() == 1);
            junction.relays().holdBack(Set.of(junction.facts().get(0).id()));
            await().until(() -> junction.relays().heldBack() == 1);
            long timeout = junction.facts().get(0).ageNanos() + HELD_NANOS;
            await().until(() -> junction.facts().get(0).ageNanos() > timeout + TimeUnit.SECONDS.toNanos(1));
            junction.relays().holdBack(Set.of());
            junction.relays().timeoutScale((double) timeout / FIRST_BYTE.toNanos());
            assertThat(junction.relays().counts().timeoutScale()).isBetween(0.005, 0.5);
            await().until(() -> junction.facts().get(0).idleNanos() > TimeUnit.MILLISECONDS.toNanos(1_500));
            assertThat(junction.relays().active()).isEqualTo(1);
            await().until(() -> junction.relays().counts().closed().get(CloseReason.FIRST_BYTE_TIMEOUT) == 1);
        }
    }
}
