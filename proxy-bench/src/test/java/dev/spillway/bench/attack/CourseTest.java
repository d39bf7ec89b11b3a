package dev.spillway.bench.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.bench.attack.MemoryWatch.Course;
import org.junit.jupiter.api.Test;

class CourseTest {
    private static final Course TWO_PEAKS =
            new Course(new long[] {0, 10, 20, 30, 40, 50, 60}, new long[] {1, 9, 9, 5, 9, 8, 1});

    @Test
    void theFirstSampleAtAMarkIsTheCrossing() {
        assertThat(TWO_PEAKS.reached(9)).hasValue(10);
        assertThat(TWO_PEAKS.reached(10)).isEmpty();
        assertThat(TWO_PEAKS.peak()).isEqualTo(9);
    }

    @Test
    void theLongestStretchAtAMarkEndsWithTheFirstSampleUnderIt() {
        assertThat(TWO_PEAKS.longestNotUnder(8)).isEqualTo(10);
        assertThat(TWO_PEAKS.longestNotUnder(5)).isEqualTo(40);
        assertThat(TWO_PEAKS.longestNotUnder(10)).isZero();
    }

    @Test
    void aWayDownLastsFromTheHighMarkToUnderTheLowOne() {
        assertThat(TWO_PEAKS.longestFromTo(9, 6)).isEqualTo(20);
        assertThat(TWO_PEAKS.longestFromTo(9, 4)).isEqualTo(50);
    }

    @Test
    void aWayDownThatDoesNotEndLastsToTheLastSample() {
        assertThat(new Course(new long[] {0, 10, 20}, new long[] {9, 9, 9}).longestFromTo(9, 4))
                .isEqualTo(20);
    }

    @Test
    void anEmptyCourseHasNothing() {
        Course empty = new Course(new long[0], new long[0]);
        assertThat(empty.peak()).isZero();
        assertThat(empty.reached(0)).isEmpty();
        assertThat(empty.longestFromTo(1, 1)).isZero();
    }
}
