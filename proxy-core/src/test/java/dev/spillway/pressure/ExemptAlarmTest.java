package dev.spillway.pressure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** When it is told that those who may not be closed take too much. */
class ExemptAlarmTest {
    private final ExemptAlarm alarm = new ExemptAlarm();

    @Test
    void itIsRaisedAtTheBudgetAndClearedBelowFourFifthsOfIt() {
        assertThat(alarm.look(999, 1000)).isFalse();
        assertThat(alarm.look(1000, 1000)).isTrue();
        assertThat(alarm.raised()).isTrue();
        assertThat(alarm.look(800, 1000)).isFalse();
        assertThat(alarm.raised()).isTrue();
        assertThat(alarm.look(799, 1000)).isTrue();
        assertThat(alarm.raised()).isFalse();
    }

    @Test
    void whatTremblesAroundTheBudgetIsToldOnce() {
        int changes = 0;
        for (int i = 0; i < 100; i++) {
            changes += alarm.look(i % 2 == 0 ? 1001 : 900, 1000) ? 1 : 0;
        }
        assertThat(changes).isEqualTo(1);
    }

    @Test
    void aBudgetOfNothingTellsNeverAndClears() {
        assertThat(alarm.look(Long.MAX_VALUE, 0)).isFalse();
        alarm.look(10, 10);
        assertThat(alarm.look(10, 0)).isTrue();
        assertThat(alarm.raised()).isFalse();
    }
}
