package dev.spillway.server.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class LatenciesTest {
    @Property
    void aValueIsKeptToAnEighth(@ForAll @LongRange(max = 3_600_000_000L) long micros) {
        Latencies latencies = new Latencies();
        latencies.record(micros * 1000);
        long shown = latencies.snapshot().quantile(0.5).toNanos() / 1000;
        assertThat(shown).isBetween(micros, micros + micros / 8 + 1);
    }

    @Test
    void quantilesAreThoseOfWhatWasRecordedSince() {
        Latencies latencies = new Latencies();
        latencies.record(Duration.ofSeconds(5).toNanos());
        Latencies.Snapshot before = latencies.snapshot();
        for (int i = 1; i <= 100; i++) {
            latencies.record(Duration.ofMillis(i).toNanos());
        }
        Latencies.Snapshot since = latencies.snapshot().minus(before);
        assertThat(since.quantile(0.5)).isBetween(Duration.ofMillis(50), Duration.ofMillis(57));
        assertThat(since.quantile(0.99)).isBetween(Duration.ofMillis(99), Duration.ofMillis(112));
        assertThat(since.plus(before).quantile(1)).isGreaterThanOrEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void nothingRecordedIsZero() {
        assertThat(new Latencies().snapshot().quantile(0.99)).isZero();
    }

    @Test
    void valuesOutOfRangeGoToTheEnds() {
        Latencies latencies = new Latencies();
        latencies.record(-1);
        latencies.record(Long.MAX_VALUE);
        assertThat(latencies.snapshot().quantile(0.5)).isZero();
        assertThat(latencies.snapshot().quantile(1)).isGreaterThan(Duration.ofHours(1));
    }
}
