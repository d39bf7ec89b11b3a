package dev.spillway.pressure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EvaluationTest {
    private static final Watermarks WIDE = new Watermarks(0.5, 0.7, 0.9);
    private static final Watermarks NARROW = new Watermarks(0.8, 0.85, 0.9);

    @ParameterizedTest
    @CsvSource({"0.5,0", "0.9,1", "0.7,0.5", "0.1,-1", "1.3,2", "0,-1.25"})
    void aLevelStandsBetweenItsMarks(double level, double position) {
        assertThat(WIDE.position(level)).isCloseTo(position, within(1e-9));
    }

    @ParameterizedTest
    @CsvSource({
        "0,0.5,0.9",
        "-0.1,0.5,0.9",
        "0.5,0.5,0.9",
        "0.6,0.5,0.9",
        "0.5,0.95,0.9",
        "0.5,0.7,1.01",
        "NaN,0.5,0.9",
        "0.5,NaN,0.9",
        "0.5,0.7,NaN",
        "0.9,0.9,0.9"
    })
    void marksOutOfOrderAreAnError(double low, double reentry, double high) {
        assertThatThrownBy(() -> new Watermarks(low, reentry, high))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("low " + low + ", reentry " + reentry + ", high " + high
                        + " (expected: 0 < low < reentry <= high <= 1)");
    }

    @Test
    void theReentryMarkMayBeTheHighOneAndTheHighOneMayBeAll() {
        assertThat(new Watermarks(0.5, 1, 1).position(1)).isEqualTo(1);
    }

    @Test
    void theWorstIsTheOneHighestBetweenItsOwnMarksNotTheFullest() {
        Evaluation evaluation = Evaluation.of(
                List.of(new Reading(Signal.HEAP, 81, 100), new Reading(Signal.LEDGER, 70, 100)),
                Map.of(Signal.HEAP, NARROW, Signal.LEDGER, WIDE));
        assertThat(evaluation.worst().signal()).isEqualTo(Signal.LEDGER);
        assertThat(evaluation.marks()).isEqualTo(WIDE);
        assertThat(evaluation.position()).isCloseTo(0.5, within(1e-9));
        assertThat(evaluation.describe()).isEqualTo("ledger at 70 % (70 of 100 bytes; low 50 %, high 90 %)");
    }

    @Test
    void aSignalWithoutMarksIsSwitchedOff() {
        Evaluation evaluation = Evaluation.of(
                List.of(new Reading(Signal.HEAP, 100, 100), new Reading(Signal.LEDGER, 1, 100)),
                Map.of(Signal.LEDGER, WIDE));
        assertThat(evaluation.worst().signal()).isEqualTo(Signal.LEDGER);
    }

    @Test
    void withoutAReadingToJudgeThereIsNoJudgement() {
        assertThatThrownBy(() -> Evaluation.of(List.of(), Map.of(Signal.LEDGER, WIDE)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected: one at least of [LEDGER]");
        assertThatThrownBy(() -> Evaluation.of(List.of(new Reading(Signal.HEAP, 1, 100)), Map.of(Signal.LEDGER, WIDE)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatIsPromisedIsStillInUseButNotOwed() {
        Evaluation evaluation =
                Evaluation.of(List.of(new Reading(Signal.LEDGER, 90, 100, 40)), Map.of(Signal.LEDGER, WIDE));
        assertThat(evaluation.position()).isCloseTo(1, within(1e-9));
        assertThat(evaluation.positionOwed()).isCloseTo(0, within(1e-9));
    }

    @Test
    void noMoreIsPromisedThanIsInUse() {
        assertThat(new Reading(Signal.LEDGER, 10, 100, 50).promised()).isEqualTo(10);
        assertThat(new Reading(Signal.LEDGER, 10, 100).promising(-3).promised()).isZero();
        assertThat(new Reading(Signal.LEDGER, 10, 100).promising(50).levelOwed())
                .isZero();
    }

    @ParameterizedTest
    @CsvSource({"-1,100,0", "1,0,0", "1,-1,0", "1,100,-1"})
    void aReadingThatCanNotBeIsAnError(long used, long limit, long promised) {
        assertThatThrownBy(() -> new Reading(Signal.HEAP, used, limit, promised))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("HEAP used " + used + ", limit " + limit + ", promised " + promised);
    }

    @Test
    void aReadingMayExceedItsLimit() {
        assertThat(new Reading(Signal.DIRECT, 150, 100).level()).isEqualTo(1.5);
    }

    @ParameterizedTest
    @CsvSource({"-0.1,0", "1.1,0", "0,-0.1", "0,1.1", "NaN,0", "0,NaN"})
    void ratesAreShares(double synDrop, double kill) {
        assertThatThrownBy(() -> new Rates(synDrop, kill)).hasMessageContaining("(expected: 0..1)");
    }

    @Test
    void aDemandAsksForSomething() {
        assertThatThrownBy(() -> new Demand(Signal.LEDGER, 0, Demand.Reach.ANYONE))
                .hasMessage("amount: 0 (expected: positive)");
    }

    @Test
    void pressureSettingsTellWhatIsWrong() {
        Map<Signal, Watermarks> marks = Map.of(Signal.LEDGER, WIDE);
        Duration fine = Duration.ofMillis(50);
        assertThatThrownBy(() -> PressureSettings.of(Duration.ZERO, fine, fine, marks))
                .hasMessage("interval: PT0S (expected: positive)");
        assertThatThrownBy(() -> PressureSettings.of(fine, Duration.ofMillis(-1), fine, marks))
                .hasMessage("epoch: PT-0.001S (expected: positive)");
        assertThatThrownBy(() -> PressureSettings.of(fine, fine, Duration.ofMillis(-1), marks))
                .hasMessage("grace: PT-0.001S (expected: not negative)");
        assertThatThrownBy(() -> PressureSettings.of(fine, fine, fine, Map.of()))
                .hasMessage("watermarks: none (expected: at least one signal)");
        assertThat(PressureSettings.of(fine, fine, Duration.ZERO, marks).grace())
                .isZero();
    }
}
