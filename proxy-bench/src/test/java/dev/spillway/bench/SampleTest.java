package dev.spillway.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class SampleTest {
    private static Sample with(OptionalDouble otherCpuSeconds) {
        return new Sample(100, 2, 1, 0.5, 1, otherCpuSeconds);
    }

    @Test
    void whatOthersHadIsToldInProcessors() {
        assertThat(with(OptionalDouble.of(0.5)).othersBusy()).hasValue(0.25);
        assertThat(with(OptionalDouble.of(0.5)).othersBusyInWords()).isEqualTo("0.250 CPUs");
    }

    @Test
    void whatNobodyTellsOfOthersIsUnknown() {
        assertThat(with(OptionalDouble.empty()).othersBusy()).isEmpty();
        assertThat(with(OptionalDouble.empty()).othersBusyInWords()).isEqualTo("unknown");
    }
}
