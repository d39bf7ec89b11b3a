package dev.spillway.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class CpuTimeTest {
    @Test
    void userAndSystemTicksAreFoundWhateverTheProgramIsCalled() {
        String stat = "4711 (a) S 1 (b c) R 1 4711 4711 0 -1 4194560 907 0 2 0 12 30 7 8 20 0 1 0 99 0 0";
        assertThat(CpuTime.of(stat, Map.of(7L, 1L))).isEqualTo(new CpuTime(12, 30, Map.of(7L, 1L)));
    }

    @Test
    void aTextThatIsNoStatIsRefused() {
        assertThatThrownBy(() -> CpuTime.of("4711 (sh) S 1", Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least 15 fields");
    }

    @Test
    void theFirstFieldOfSchedstatIsTheTimeOnAProcessor() {
        assertThat(CpuTime.nanosIn("123456789 42 7\n")).isEqualTo(123456789);
    }

    @Test
    void theFineCountIsTakenWhileTheCoarseOneAgrees() {
        CpuTime before = new CpuTime(50, 50, Map.of(1L, 1_000_000L, 2L, 500L));
        CpuTime after = new CpuTime(55, 55, Map.of(1L, 99_000_000L, 2L, 1_500L));
        assertThat(after.nanosSince(before)).isEqualTo(98_001_000);
    }

    @Test
    void aThreadThatBeganInBetweenCountsInFull() {
        CpuTime before = new CpuTime(0, 0, Map.of(1L, 10L));
        CpuTime after = new CpuTime(0, 0, Map.of(1L, 10L, 2L, 77L));
        assertThat(after.nanosSince(before)).isEqualTo(77);
    }

    @Test
    void theTimeOfAThreadThatEndedInBetweenIsNotLost() {
        CpuTime before = new CpuTime(50, 50, Map.of(1L, 10L, 2L, 1_000_000_000L));
        CpuTime after = new CpuTime(90, 90, Map.of(1L, 20L));
        assertThat(after.nanosSince(before)).isEqualTo(80 * CpuTime.TICK_NANOS);
    }

    @Test
    void processesAddUp() {
        CpuTime before = new CpuTime(0, 1, Map.of(1L, 5L)).plus(new CpuTime(1, 1, Map.of(9L, 6L)));
        CpuTime after = new CpuTime(0, 1, Map.of(1L, 15L)).plus(new CpuTime(1, 1, Map.of(9L, 26L)));
        assertThat(after.nanosSince(before)).isEqualTo(30);
    }

    @Test
    void theShareOfTheKernelIsThatOfTheTicksInBetween() {
        CpuTime before = new CpuTime(10, 90, Map.of());
        assertThat(new CpuTime(40, 100, Map.of()).systemShareSince(before)).isEqualTo(0.25);
        assertThat(before.systemShareSince(before)).isZero();
    }
}
