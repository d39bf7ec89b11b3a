package dev.spillway.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.connection.SourceGroup;
import dev.spillway.limit.Entry.Denial;
import dev.spillway.limit.RateLimitEvent.Hit;
import dev.spillway.limit.RateLimitEvent.Over;
import dev.spillway.limit.RateLimitEvent.Scope;
import org.junit.jupiter.api.Test;

class RefusalBoutTest {
    private static final long QUIET = 100;
    private static final SourceGroup FIRST = Sources.v4(1);

    private final RefusalBout bout = new RefusalBout("web", Denial.RATE, Scope.SOURCE, QUIET);

    @Test
    void withoutARefusalThereIsNothingToTell() {
        assertThat(bout.tell(0, true)).isEmpty();
        assertThat(bout.tell(Long.MAX_VALUE, false)).isEmpty();
    }

    @Test
    void aMillionRefusalsMakeTwoEvents() {
        bout.refused(FIRST, 0);
        bout.refused(Sources.v4(2), 1);
        assertThat(bout.tell(2, true)).contains(new Hit("web", Denial.RATE, Scope.SOURCE, FIRST, 2));
        for (int i = 2; i < 1_000_000; i++) {
            bout.refused(FIRST, i);
            if (i % 1000 == 0) {
                assertThat(bout.tell(i, true)).isEmpty();
            }
        }
        assertThat(bout.tell(999_999 + QUIET - 1, true)).isEmpty();
        assertThat(bout.tell(999_999 + QUIET, true))
                .contains(new Over("web", Denial.RATE, Scope.SOURCE, 999_999, 1_000_000, 2, false, FIRST, 999_999));
        assertThat(bout.tell(Long.MAX_VALUE, true)).isEmpty();
    }

    @Test
    void theNextBoutBeginsFromNothing() {
        bout.refused(FIRST, 0);
        bout.tell(0, true);
        bout.tell(QUIET, true);
        SourceGroup other = Sources.v4(7);
        bout.refused(other, 1000);
        assertThat(bout.tell(1000, true)).contains(new Hit("web", Denial.RATE, Scope.SOURCE, other, 1));
        assertThat(bout.tell(1000 + QUIET, true))
                .contains(new Over("web", Denial.RATE, Scope.SOURCE, 0, 1, 1, false, other, 1));
    }

    @Test
    void aBoutEndsWithTheLimitAndIsNotLostIfItWasNotToldYet() {
        bout.refused(FIRST, 5);
        assertThat(bout.tell(6, false)).containsInstanceOf(Hit.class);
        assertThat(bout.tell(6, false)).containsInstanceOf(Over.class);
        assertThat(bout.tell(6, false)).isEmpty();
    }

    @Test
    void theClockMayWrapAround() {
        bout.refused(FIRST, Long.MAX_VALUE - 5);
        bout.tell(Long.MAX_VALUE - 5, true);
        bout.refused(FIRST, Long.MIN_VALUE);
        assertThat(bout.tell(Long.MIN_VALUE + QUIET - 1, true)).isEmpty();
        assertThat(bout.tell(Long.MIN_VALUE + QUIET, true))
                .get()
                .isInstanceOfSatisfying(
                        Over.class, over -> assertThat(over.durationNanos()).isEqualTo(6));
    }

    @Test
    void theHeaviestIsFoundAmongAnyNumberOfOthers() {
        SourceGroup heaviest = Sources.v4(1_000_000);
        int others = 0;
        for (int i = 0; i < 10_000; i++) {
            for (int other = 0; other < 9; other++) {
                bout.refused(Sources.v4(others++), i);
            }
            bout.refused(heaviest, i);
        }
        bout.tell(10_000, true);
        assertThat(bout.tell(1_000_000, true)).get().isInstanceOfSatisfying(Over.class, over -> {
            assertThat(over.heaviest()).isEqualTo(heaviest);
            assertThat(over.refused()).isEqualTo(100_000);
            assertThat(over.more()).isTrue();
            assertThat(over.sources()).isEqualTo(RefusalBout.MOST);
            assertThat(over.ofHeaviest()).isBetween(10_000L, 10_000L + 100_000 / RefusalBout.MOST);
        });
    }
}
