package dev.spillway.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spillway.bench.measure.Steadiness;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlanTest {
    @Test
    void everythingIsInAPlanThatNamesNothing() {
        Plan plan = plan(List.of());
        assertThat(Plan.ids()).allMatch(plan::includes);
        assertThat(plan.hasTraffic()).isTrue();
    }

    @Test
    void aBeginningNamesAllThatBeginSo() {
        Plan plan = plan(List.of("bulk-download", "idle"));
        assertThat(Plan.ids().filter(plan::includes))
                .containsExactly("bulk-download-1", "bulk-download-4", "bulk-download-32", "idle");
    }

    @Test
    void aPlanOfFootprintsAloneHasNoTraffic() {
        assertThat(plan(List.of("idle", "start")).hasTraffic()).isFalse();
    }

    @Test
    void aNameThatIsNoneIsRefusedWithTheOnesThereAre() {
        assertThatThrownBy(() -> plan(List.of("bulk", "latencies")))
                .hasMessageStartingWith("--only: 'latencies' (expected: the beginning of one of bulk-download-1, ");
        assertThatThrownBy(() -> plan(List.of(""))).hasMessageStartingWith("--only: ''");
    }

    @Test
    void countsOutOfRangeAreRefused() {
        assertThatThrownBy(() ->
                        new Plan(List.of(), 0, Duration.ofSeconds(1), new Steadiness(0.1, 2), 1, 2, Idling.DEFAULT, 0))
                .hasMessage("--rounds: 0 (expected: positive)");
        assertThatThrownBy(() ->
                        new Plan(List.of(), 1, Duration.ofSeconds(1), new Steadiness(0.1, 2), 5, 5, Idling.DEFAULT, 0))
                .hasMessageStartingWith("--idle: 5,5");
        assertThatThrownBy(() ->
                        new Plan(List.of(), 1, Duration.ofNanos(1), new Steadiness(0.1, 2), 1, 2, Idling.DEFAULT, 0))
                .hasMessageStartingWith("--seconds");
    }

    @Test
    void theCapacityHasRoomForTheIdleConnections() {
        assertThat(plan(List.of()).idleCapacity()).isGreaterThan(4000);
    }

    @Test
    void eachContenderGoesFirstInTurnAndTheOthersFollowEitherWay() {
        List<String> all = List.of("a", "b", "c");
        assertThat(Rotation.of(all, 0)).containsExactly("a", "b", "c");
        assertThat(Rotation.of(all, 1)).containsExactly("b", "a", "c");
        assertThat(Rotation.of(all, 2)).containsExactly("c", "a", "b");
        assertThat(Rotation.of(all, 5)).containsExactly("c", "b", "a");
    }

    private static Plan plan(List<String> only) {
        return new Plan(only, 5, Duration.ofSeconds(1), new Steadiness(0.1, 12), 1000, 4000, Idling.DEFAULT, 0);
    }
}
