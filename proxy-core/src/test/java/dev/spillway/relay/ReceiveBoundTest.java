package dev.spillway.relay;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReceiveBoundTest {
    private static final int BOUND = 24 << 10;
    private static final long MILLISECOND = 1_000_000;

    @Test
    void aBoundLimitsWhereARoundTripBringsItsShareOrMore() {
        // 10 ms to the peer, 10 round trips.
        assertThat(ReceiveBound.limits(10L * BOUND / 2, 100 * MILLISECOND, 10_000, BOUND / 2.0))
                .isTrue();
        assertThat(ReceiveBound.limits(10L * BOUND / 2 - 10, 100 * MILLISECOND, 10_000, BOUND / 2.0))
                .isFalse();
    }

    @Test
    void aSlowPeerNeedsNoMoreHoweverFarItIs() {
        assertThat(ReceiveBound.limits(BOUND, 60_000 * MILLISECOND, 200_000, BOUND / 2.0))
                .isFalse();
    }

    @Test
    void bytesInNoTimeAreNoDivisionByZero() {
        assertThat(ReceiveBound.limits(BOUND, 0, 20, BOUND / 2.0)).isTrue();
        assertThat(ReceiveBound.limits(0, 0, 0, BOUND / 2.0)).isFalse();
    }
}
