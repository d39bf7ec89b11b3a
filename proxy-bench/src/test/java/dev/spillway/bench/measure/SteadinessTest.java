package dev.spillway.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class SteadinessTest {
    private final Steadiness steadiness = new Steadiness(0.1, 4);

    @Test
    void oneFigureIsNeverEnough() {
        assertThat(steadiness.isOver(List.of())).isFalse();
        assertThat(steadiness.isOver(List.of(1.0))).isFalse();
    }

    @Test
    void twoFiguresLessThanTheToleranceApartAreSteady() {
        assertThat(steadiness.isSteady(List.of(1.0, 0.91))).isTrue();
        assertThat(steadiness.isSteady(List.of(0.91, 1.0))).isTrue();
        assertThat(steadiness.isSteady(List.of(1.0, 0.89))).isFalse();
        assertThat(steadiness.isSteady(List.of(0.89, 1.0))).isFalse();
    }

    @Test
    void onlyTheLastTwoCount() {
        assertThat(steadiness.isSteady(List.of(1.0, 1.0, 0.5))).isFalse();
        assertThat(steadiness.isSteady(List.of(9.0, 0.5, 0.5))).isTrue();
    }

    @Test
    void theBoundEndsWhatNeverGetsSteady() {
        List<Double> restless = List.of(8.0, 4.0, 2.0, 1.0);
        assertThat(steadiness.isOver(restless.subList(0, 3))).isFalse();
        assertThat(steadiness.isOver(restless)).isTrue();
        assertThat(steadiness.isSteady(restless)).isFalse();
    }

    @Test
    void valuesOutOfRangeAreRefused() {
        assertThatThrownBy(() -> new Steadiness(0, 4)).hasMessage("tolerance: 0.0 (expected: 0 < tolerance < 1)");
        assertThatThrownBy(() -> new Steadiness(0.1, 1)).hasMessage("bound: 1 (expected: at least 2)");
    }
}
