package dev.spillway.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class QuantityTest {
    @Test
    void aSizeIsInTheUnitAnOperatorWritesItIn() {
        assertThat(Quantity.size(0)).isEqualTo("0B");
        assertThat(Quantity.size(1023)).isEqualTo("1023B");
        assertThat(Quantity.size(65536)).isEqualTo("64KiB");
        assertThat(Quantity.size(100_000)).isEqualTo("97.7KiB");
        assertThat(Quantity.size(256L << 20)).isEqualTo("256MiB");
        assertThat(Quantity.size(100L << 30)).isEqualTo("100GiB");
        assertThat(Quantity.size(Long.MAX_VALUE)).endsWith("TiB");
    }

    @Test
    void aTimeIsInTheLargestUnitWithoutRest() {
        assertThat(Quantity.time(Duration.ZERO)).isEqualTo("0ms");
        assertThat(Quantity.time(Duration.ofMillis(250))).isEqualTo("250ms");
        assertThat(Quantity.time(Duration.ofMillis(1500))).isEqualTo("1500ms");
        assertThat(Quantity.time(Duration.ofSeconds(90))).isEqualTo("90s");
        assertThat(Quantity.time(Duration.ofMinutes(10))).isEqualTo("10m");
        assertThat(Quantity.time(Duration.ofHours(1))).isEqualTo("1h");
        assertThat(Quantity.time(Duration.ofDays(365))).isEqualTo("365d");
    }
}
