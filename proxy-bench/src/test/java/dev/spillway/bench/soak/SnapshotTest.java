package dev.spillway.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SnapshotTest {
    @Test
    void seriesOfOneMetricAreSummedUp() {
        String text = """
                # HELP spillway_listener_accepted_total Connections taken by a listener.
                # TYPE spillway_listener_accepted_total counter
                spillway_listener_accepted_total{listener="echo"} 3.0
                spillway_listener_accepted_total{listener="a b"} 4.0
                spillway_direct_taken_bytes 3244039.0
                spillway_pressure_level{signal="heap"} NaN
                """;
        assertThat(Snapshot.sums(text))
                .containsEntry("spillway_listener_accepted_total", 7.0)
                .containsEntry("spillway_direct_taken_bytes", 3244039.0)
                .hasSize(3);
    }
}
