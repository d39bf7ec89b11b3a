package dev.spillway.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class SteadinessTest {
    private final Steadiness steadiness = new Steadiness(0.1, 8);

    @Test
    void twoStretchesAreTheLeast() {
        assertThat(steadiness.isOver(List.of())).isFalse();
        assertThat(steadiness.isOver(List.of(1.0, 1.0, 1.0, 1.0, 1.0))).isFalse();
        assertThat(steadiness.isOver(List.of(1.0, 1.0, 1.0, 1.0, 1.0, 1.0))).isTrue();
    }

    @Test
    void whoIsNoBetterThanBeforeButForTheToleranceIsSteady() {
        assertThat(steadiness.isSteady(List.of(1.0, 1.0, 1.0, 1.0, 0.91, 1.0))).isTrue();
        assertThat(steadiness.isSteady(List.of(1.0, 1.0, 1.0, 1.0, 0.89, 1.0))).isFalse();
    }

    @Test
    void aLeapAfterTwoEqualFiguresIsSeen() {
        assertThat(steadiness.isSteady(List.of(2.0, 2.0, 2.0, 2.0, 2.0, 1.0))).isFalse();
        assertThat(steadiness.isSteady(List.of(2.0, 2.0, 2.0, 1.0, 1.0, 1.0))).isFalse();
        assertThat(steadiness.isSteady(List.of(2.0, 2.0, 2.0, 1.0, 1.0, 1.0, 1.0)))
                .isTrue();
    }

    @Test
    void figuresThatOtherWorkMadeWorseCountForNothing() {
        assertThat(steadiness.isSteady(List.of(1.0, 5.0, 5.0, 5.0, 1.0, 5.0))).isTrue();
        assertThat(steadiness.isSteady(List.of(5.0, 5.0, 1.0, 5.0, 5.0, 5.0))).isTrue();
    }

    @Test
    void theBoundEndsWhatNeverGetsSteady() {
        List<Double> restless = List.of(128.0, 64.0, 32.0, 16.0, 8.0, 4.0, 2.0, 1.0);
        assertThat(steadiness.isOver(restless.subList(0, 7))).isFalse();
        assertThat(steadiness.isOver(restless)).isTrue();
        assertThat(steadiness.isSteady(restless)).isFalse();
    }

    @Test
    void valuesOutOfRangeAreRefused() {
        assertThatThrownBy(() -> new Steadiness(0, 4)).hasMessage("tolerance: 0.0 (expected: 0 < tolerance < 1)");
        assertThatThrownBy(() -> new Steadiness(0.1, 1)).hasMessage("bound: 1 (expected: at least 2)");
    }
}
