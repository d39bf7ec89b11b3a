package dev.spillway.server.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.pressure.Evaluation;
import dev.spillway.pressure.Reading;
import dev.spillway.pressure.Signal;
import dev.spillway.pressure.Watermarks;
import dev.spillway.server.demo.AttackSummary.ListenerOutcome;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AttackSummaryTest {
    private static final Duration AT_ONCE = Duration.ofMillis(300);

    @Test
    void everyPromiseKeptIsSaidSo() {
        AttackSummary summary = summary(95, 1800, 0, 0, Optional.of(AT_ONCE));
        assertThat(summary.broken()).isEmpty();
        assertThat(summary.text(Palette.PLAIN))
                .contains("peak ledger at 95 %", "below the low mark 0.3 s after the attack")
                .contains("public     90.0 % of the calm pace kept: 1,800 exchanges done, 0 failed")
                .contains("kept what moved");
    }

    @Test
    void aCrowdThatDidNotPressIsNotCalledAVictory() {
        assertThat(summary(89, 2000, 0, 0, Optional.of(AT_ONCE)).verdict()).startsWith("The crowd was too small");
    }

    @Test
    void failuresOnThePublicListenerAreNoBrokenPromiseButSlownessIs() {
        assertThat(summary(95, 1850, 50, 0, Optional.of(AT_ONCE)).broken()).isEmpty();
        assertThat(summary(95, 1790, 0, 0, Optional.of(AT_ONCE)).broken())
                .containsExactly("honest clients on public kept 90 % of their pace (promised: 90 %)");
    }

    @Test
    void oneFailureOnAnExemptListenerIsABrokenPromise() {
        assertThat(summary(95, 2000, 0, 1, Optional.of(AT_ONCE)).broken())
                .containsExactly("1 exchanges failed on exempt (promised: none)");
    }

    @Test
    void pressureThatStaysIsABrokenPromise() {
        assertThat(summary(95, 2000, 0, 0, Optional.empty()).verdict())
                .contains("not every promise was kept", "within 2 s");
        assertThat(summary(95, 2000, 0, 0, Optional.of(Duration.ofMillis(2001))).broken())
                .hasSize(1);
    }

    /** Calm: 5 s with 100 exchanges a second on each listener; attack: 20 s. */
    private static AttackSummary summary(
            int peak, long publicDone, long publicFailed, long exemptFailed, Optional<Duration> recovered) {
        Exchanges calm = exchanges(500, 0);
        return new AttackSummary(
                List.of(
                        new ListenerOutcome("public", true, calm, exchanges(publicDone, publicFailed)),
                        new ListenerOutcome("exempt", false, calm, exchanges(2000, exemptFailed))),
                Duration.ofSeconds(5),
                Duration.ofSeconds(20),
                new HostileCrowd.Counts(0, 100, 1000, 900, 0, 0, 0, 0),
                new HostileCrowd.Plan(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 1),
                        50,
                        50,
                        100,
                        1000,
                        Duration.ofSeconds(20),
                        1 << 20),
                Optional.of(Evaluation.of(
                        List.of(new Reading(Signal.LEDGER, peak, 100)),
                        Map.of(Signal.LEDGER, new Watermarks(0.7, 0.8, 0.9)))),
                900,
                0,
                recovered);
    }

    private static Exchanges exchanges(long done, long failed) {
        return new Exchanges(done, failed, 0, 0, 0, new Latencies().snapshot());
    }
}
