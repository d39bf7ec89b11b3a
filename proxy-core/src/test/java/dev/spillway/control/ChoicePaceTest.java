package dev.spillway.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChoicePaceTest {
    /** So that all that follows has wrapped around. */
    private static final long START = Long.MAX_VALUE;

    private final ChoicePace pace = new ChoicePace();

    @Test
    void theFirstIsMadeAtOnce() {
        assertThat(pace.due(START)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 100000000",
        "500000, 100000000",
        "2000000, 100000000",
        "4000000, 200000000",
        "19999999, 999999950",
        "20000000, 1000000000",
        "5000000000, 1000000000",
        "9223372036854775807, 1000000000"
    })
    void theNextIsMadeWhenTheLastHasTakenAFiftiethOfTheTime(long took, long pause) {
        pace.chose(START, took);
        assertThat(pace.due(START + pause - 1)).isFalse();
        assertThat(pace.due(START + pause)).isTrue();
    }

    @Test
    void afterCalmTheNextIsMadeAtOnce() {
        pace.chose(START, TimeUnit.SECONDS.toNanos(1));
        pace.reset();
        assertThat(pace.due(START + 1)).isTrue();
    }
}
