package dev.spillway.bench.attack;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TallyTest {
    @Test
    void whatIsTakenStartsAnew() {
        Tally tally = new Tally();
        tally.done(2_000_000);
        tally.failed();
        tally.late();
        Tally.Counts first = tally.take();
        assertThat(first.done()).isEqualTo(1);
        assertThat(first.failed()).isEqualTo(1);
        assertThat(first.late()).isEqualTo(1);
        Tally.Counts second = tally.take();
        assertThat(second.done() + second.failed() + second.late()).isZero();
        assertThat(second.latencyMillis(0.5)).isNaN();
    }

    @Test
    void percentilesHoldOverTwoPhasesTogether() {
        Tally tally = new Tally();
        for (int i = 1; i <= 50; i++) {
            tally.done(2 * i * 1_000_000L);
        }
        Tally.Counts even = tally.take();
        for (int i = 1; i <= 50; i++) {
            tally.done((2 * i - 1) * 1_000_000L);
        }
        Tally.Counts both = tally.take().plus(even);
        assertThat(both.done()).isEqualTo(100);
        assertThat(both.latencyMillis(0.5)).isEqualTo(50);
        assertThat(both.latencyMillis(0.99)).isEqualTo(99);
        assertThat(both.latencyMillis(0)).isEqualTo(1);
    }

    @Test
    void moreLatenciesThanThereIsRoomForAtFirstAreKept() {
        Tally tally = new Tally();
        for (int i = 0; i < 10_000; i++) {
            tally.done(i * 1_000L);
        }
        assertThat(tally.take().latencyMillis(1)).isEqualTo(9.999);
    }
}
