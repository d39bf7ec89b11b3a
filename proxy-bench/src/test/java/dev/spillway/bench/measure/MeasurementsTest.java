package dev.spillway.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class MeasurementsTest {
    private static final Metric METRIC = new Metric("bulk", "Bulk", "CPU s/GB", Metric.Kind.COST);

    private final Measurements measurements = new Measurements();

    @Test
    void theRatioIsTakenRoundByRound() {
        // The machine was twice as slow in round 1; pairs do not see it, medians of the columns would.
        add("a", 0, 1.0);
        add("b", 0, 2.0);
        add("a", 1, 2.0);
        add("b", 1, 4.0);
        add("a", 2, 1.0);
        add("b", 2, 3.0);
        Spread ratio = measurements.ratio(METRIC, "b", "a").orElseThrow();
        assertThat(ratio.median()).isCloseTo(2, within(1e-9));
        assertThat(ratio.max()).isCloseTo(3, within(1e-9));
    }

    @Test
    void aRoundInWhichOneIsMissingHasNoRatio() {
        add("a", 0, 1.0);
        add("b", 1, 5.0);
        assertThat(measurements.ratio(METRIC, "b", "a")).isEmpty();
        add("b", 0, 3.0);
        assertThat(measurements.ratio(METRIC, "b", "a")).hasValue(new Spread(3, 3, 3));
    }

    @Test
    void nothingIsDividedByZero() {
        add("a", 0, 0);
        add("b", 0, 3.0);
        assertThat(measurements.ratio(METRIC, "b", "a")).isEmpty();
    }

    @Test
    void anAmountThatMayBeNothingHasNoRatio() {
        Metric amount = new Metric("idle.kernel", "Kernel", "KiB", Metric.Kind.AMOUNT);
        measurements.add(amount, "a", 0, 0.01);
        measurements.add(amount, "b", 0, 0.2);
        assertThat(measurements.ratio(amount, "b", "a")).isEmpty();
    }

    @Test
    void whatWasNotMeasuredIsAbsent() {
        assertThat(measurements.spread(METRIC, "a")).isEmpty();
        assertThat(measurements.figures(METRIC, "a")).isEmpty();
        assertThat(measurements.contenders(METRIC)).isEmpty();
        assertThat(measurements.ratio(METRIC, "a", "b")).isEmpty();
    }

    @Test
    void figuresKeepTheOrderOfTheRoundsWhenTurnsRotate() {
        add("a", 2, 3.0);
        add("a", 0, 1.0);
        add("a", 1, 2.0);
        assertThat(measurements.figures(METRIC, "a")).containsExactly(1.0, 2.0, 3.0);
    }

    private void add(String contender, int round, double figure) {
        measurements.add(METRIC, contender, round, figure);
    }
}
