package dev.spillway.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.pressure.Evaluation;
import dev.spillway.pressure.PressureSettings;
import dev.spillway.pressure.Reading;
import dev.spillway.pressure.Signal;
import dev.spillway.pressure.Watermarks;
import dev.spillway.prune.PruneSettings;
import dev.spillway.relay.RelaySettings;
import dev.spillway.relay.Relays;
import dev.spillway.transport.Transport;
import dev.spillway.transport.TransportKind;
import dev.spillway.transport.TransportSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ForesightTest {
    private static final Map<Signal, Watermarks> MARKS = Map.of(Signal.CONNECTIONS, new Watermarks(0.5, 0.6, 0.9));
    private static final PressureSettings PRESSURE =
            PressureSettings.of(Duration.ofMillis(100), Duration.ofMillis(50), Duration.ofSeconds(10), MARKS);
    private static final PruneSettings PRUNE = new PruneSettings(Duration.ofMillis(250), 1000, 32, 64);
    private static final long HOUR = Duration.ofHours(1).toNanos();

    private Transport transport;
    private Foresight foresight;
    private long now = Long.MAX_VALUE - 100 * HOUR;

    @BeforeEach
    void open() throws Exception {
        transport = Transport.open(new TransportSettings(Optional.of(TransportKind.NIO), 1));
        RelaySettings relay = new RelaySettings(
                1 << 20, 2048, 65536, Duration.ZERO, Duration.ZERO, Duration.ZERO, true, true, 0, 0, 0, 0, 64 << 10);
        foresight = new Foresight(new Forecaster(new Relays(relay, 10, transport)));
    }

    @AfterEach
    void close() {
        transport.close();
    }

    private boolean look(long connections) {
        return foresight.take(
                now, Evaluation.of(List.of(new Reading(Signal.CONNECTIONS, connections, 100)), MARKS), PRESSURE, PRUNE);
    }

    @Test
    void belowTheLowMarkNobodyIsAskedAbout() {
        assertThat(look(49)).isFalse();
        assertThat(look(50)).isTrue();
    }

    @Test
    void itRestsAfterEachLookAlsoWhereTheClockWrapsAround() {
        now = Long.MAX_VALUE - 5;
        assertThat(look(60)).isTrue();
        now += Foresight.LEAST_PAUSE_NANOS - 1;
        assertThat(look(60)).isFalse();
        now += HOUR;
        assertThat(look(60)).isTrue();
    }

    @Test
    void itEndsForGoodWhenEnoughWereAskedAbout() {
        for (long i = 0; i < Foresight.CONNECTIONS; i++) {
            assertThat(look(80)).isTrue();
            now += HOUR / 1000;
        }
        now += HOUR;
        assertThat(look(80)).isFalse();
    }
}
