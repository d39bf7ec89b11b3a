package dev.spillway.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.connection.CloseReason;
import dev.spillway.connection.Phase;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ExpiryTest {
    private static final long SECOND = 1_000_000_000;
    private static final long QUITE_LONG = 365L * 86_400 * SECOND;
    private static final Expiry ALL = new Expiry(Duration.ofSeconds(10), Duration.ofSeconds(5), Duration.ofSeconds(2));
    private static final Expiry NONE = new Expiry(Duration.ZERO, Duration.ZERO, Duration.ZERO);

    @Test
    void aTimeoutIsReachedWithItsLastNanosecond() {
        assertThat(ALL.reason(Phase.RELAYING, 10 * SECOND - 1, 0, 1)).isNull();
        assertThat(ALL.reason(Phase.RELAYING, 10 * SECOND, 0, 1)).isEqualTo(CloseReason.IDLE_TIMEOUT);
        assertThat(ALL.reason(Phase.RELAYING, 5 * SECOND, 5 * SECOND - 1, 1)).isNull();
        assertThat(ALL.reason(Phase.RELAYING, 5 * SECOND, 5 * SECOND, 1)).isEqualTo(CloseReason.FIRST_BYTE_TIMEOUT);
        assertThat(ALL.reason(Phase.HALF_CLOSED, 2 * SECOND - 1, 0, 1)).isNull();
        assertThat(ALL.reason(Phase.HALF_CLOSED, 2 * SECOND, 0, 1)).isEqualTo(CloseReason.HALF_CLOSE_TIMEOUT);
    }

    @Test
    void zeroIsNever() {
        for (Phase phase : Phase.values()) {
            assertThat(NONE.reason(phase, QUITE_LONG, QUITE_LONG, 0.001)).isNull();
        }
    }

    @Test
    void aSilentConnectionGoesByTheIdleTimeoutIfThatIsShorterOrItsOwnIsNone() {
        Expiry longer = new Expiry(Duration.ofSeconds(5), Duration.ofSeconds(9), Duration.ZERO);
        assertThat(longer.reason(Phase.RELAYING, 5 * SECOND, 5 * SECOND, 1)).isEqualTo(CloseReason.IDLE_TIMEOUT);
        Expiry none = new Expiry(Duration.ofSeconds(5), Duration.ZERO, Duration.ZERO);
        assertThat(none.reason(Phase.RELAYING, 4 * SECOND, 4 * SECOND, 1)).isNull();
        assertThat(none.reason(Phase.RELAYING, 5 * SECOND, 5 * SECOND, 1)).isEqualTo(CloseReason.IDLE_TIMEOUT);
    }

    @Test
    void theScaleShortensIdleAndFirstByteButNotTheHalfClosed() {
        assertThat(ALL.reason(Phase.RELAYING, SECOND - 1, 0, 0.1)).isNull();
        assertThat(ALL.reason(Phase.RELAYING, SECOND, 0, 0.1)).isEqualTo(CloseReason.IDLE_TIMEOUT);
        assertThat(ALL.reason(Phase.RELAYING, SECOND / 2, SECOND / 2, 0.1)).isEqualTo(CloseReason.FIRST_BYTE_TIMEOUT);
        assertThat(ALL.reason(Phase.HALF_CLOSED, SECOND, 0, 0.1)).isNull();
        assertThat(ALL.reason(Phase.LINGERING, SECOND, 0, 0.1)).isNull();
        assertThat(ALL.reason(Phase.LINGERING, 2 * SECOND, 0, 1)).isEqualTo(CloseReason.LINGER_TIMEOUT);
    }

    @Test
    void oneThatIsBeingConnectedOrIsOverIsNoneOfItsBusiness() {
        assertThat(ALL.reason(Phase.CONNECTING, QUITE_LONG, QUITE_LONG, 1)).isNull();
        assertThat(ALL.reason(Phase.CLOSED, QUITE_LONG, QUITE_LONG, 1)).isNull();
    }
}
