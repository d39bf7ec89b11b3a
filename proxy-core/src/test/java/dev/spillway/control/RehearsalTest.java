package dev.spillway.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.pressure.PressureSettings;
import dev.spillway.pressure.Signal;
import dev.spillway.pressure.Watermarks;
import dev.spillway.prune.PruneSettings;
import dev.spillway.relay.RelayCounts;
import dev.spillway.relay.RelaySettings;
import dev.spillway.relay.Relays;
import dev.spillway.transport.Transport;
import dev.spillway.transport.TransportKind;
import dev.spillway.transport.TransportSettings;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RehearsalTest {
    private Transport transport;
    private Relays relays;

    @BeforeEach
    void open() throws Exception {
        transport = Transport.open(new TransportSettings(Optional.of(TransportKind.NIO), 1));
        RelaySettings relay = new RelaySettings(
                1 << 20, 2048, 65536, Duration.ZERO, Duration.ZERO, Duration.ZERO, true, true, 0, 0, 0, 0, 64 << 10);
        relays = new Relays(relay, 10, transport);
    }

    @AfterEach
    void close() {
        transport.close();
    }

    private Course course(Map<Signal, Watermarks> marks) {
        return Course.of(
                PressureSettings.of(Duration.ofMillis(100), Duration.ofMillis(50), Duration.ofSeconds(10), marks),
                new PruneSettings(Duration.ofMillis(250), 1000, 32, 64));
    }

    /** Else the first victim would pay for what was not played. */
    @ParameterizedTest
    @EnumSource(Signal.class)
    void eachSignalHasItsVictimsInTheRehearsalHoweverHighItsMarksAre(Signal signal) {
        for (double high : new double[] {0.02, 0.8, 1}) {
            Map<Signal, Watermarks> marks = Map.of(signal, new Watermarks(0.01, 0.02, high));
            assertThat(new Rehearsal(course(marks), relays).run()).isPositive();
        }
    }

    @ParameterizedTest
    @EnumSource(Signal.class)
    void nothingOutsideIsTouched(Signal signal) {
        RelayCounts before = relays.counts();
        new Rehearsal(course(Map.of(signal, new Watermarks(0.5, 0.6, 0.8))), relays).run();
        assertThat(relays.counts()).isEqualTo(before);
        assertThat(relays.sampling().samples()).isZero();
    }

    @Test
    void allSignalsAtOnceAreShortToo() {
        Map<Signal, Watermarks> marks = Arrays.stream(Signal.values())
                .collect(Collectors.toMap(Function.identity(), signal -> new Watermarks(0.5, 0.6, 0.8)));
        assertThat(new Rehearsal(course(marks), relays).run()).isPositive();
    }
}
