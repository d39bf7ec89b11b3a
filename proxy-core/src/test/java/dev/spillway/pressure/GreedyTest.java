package dev.spillway.pressure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.connection.ConnectionFacts;
import dev.spillway.fixture.Facts;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Who is not read from while memory gets short. */
class GreedyTest {
    private static final long KIB = 1024;
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Greedy greedy = new Greedy();
    private final List<ConnectionFacts> crowd = new ArrayList<>();
    private long now = Long.MAX_VALUE - SECOND;

    private void modest(int many, long burden) {
        for (int i = 0; i < many; i++) {
            crowd.add(Facts.stalled(1000 + i, burden, 0));
        }
    }

    private Set<Long> choose() {
        return greedy.choose(now, crowd);
    }

    @Test
    void whoHoldsFarMoreThanTheOthersIsHeldBack() {
        modest(10, 20 * KIB);
        crowd.add(Facts.stalled(1, 50 * KIB, 50 * KIB));
        crowd.add(Facts.stalled(2, 60 * KIB, 0));
        assertThat(choose()).containsExactly(1L);
    }

    @Test
    void amongEqualsNobodyIsGreedy() {
        modest(10, 500 * KIB);
        assertThat(choose()).isEmpty();
    }

    @Test
    void whoIsAloneIsNotGreedy() {
        crowd.add(Facts.stalled(1, 5000 * KIB, 0));
        assertThat(choose()).isEmpty();
    }

    @Test
    void whoAloneHoldsSomethingIsGreedy() {
        modest(10, 0);
        crowd.add(Facts.stalled(1, 64 * KIB, 0));
        assertThat(choose()).containsExactly(1L);
    }

    @Test
    void littleIsNeverTooMuch() {
        modest(10, 1);
        crowd.add(Facts.stalled(1, 64 * KIB - 1, 0));
        crowd.add(Facts.stalled(2, 64 * KIB, 0));
        assertThat(choose()).containsExactly(2L);
    }

    @Test
    void theFastMayHaveFourTimesAsMuch() {
        modest(10, 20 * KIB);
        crowd.add(Facts.moving(1, 200 * KIB, 1000));
        crowd.add(Facts.moving(2, 200 * KIB, 1500));
        assertThat(choose()).containsExactly(2L);
        crowd.set(10, Facts.moving(1, 4000 * KIB, 10));
        assertThat(choose()).contains(1L);
    }

    @Test
    void theExemptAreNeitherHeldBackNorCounted() {
        modest(10, 20 * KIB);
        crowd.add(Facts.exempt(1, 100_000 * KIB));
        crowd.add(Facts.stalled(2, 80 * KIB, 0));
        assertThat(choose()).containsExactly(2L);
    }

    @Test
    void heIsLetGoAtHalfOfWhatMadeHimGreedyAndNotBefore() {
        modest(10, 20 * KIB);
        crowd.add(Facts.stalled(1, 100 * KIB, 0));
        choose();
        crowd.set(10, Facts.stalled(1, 41 * KIB, 0));
        assertThat(choose()).containsExactly(1L);
        crowd.set(10, Facts.stalled(1, 40 * KIB, 0));
        assertThat(choose()).isEmpty();
    }

    @Test
    void heIsLetGoAfterFiveSecondsAndNotHeldAgainBeforeThereIsCalm() {
        modest(10, 20 * KIB);
        crowd.add(Facts.stalled(1, 100 * KIB, 0));
        choose();
        now += 5 * SECOND - 1;
        assertThat(choose()).containsExactly(1L);
        now += 1;
        assertThat(choose()).isEmpty();
        now += 100 * SECOND;
        assertThat(choose()).isEmpty();
        greedy.release();
        assertThat(choose()).containsExactly(1L);
    }

    @Test
    void whoHasEndedIsForgotten() {
        modest(10, 20 * KIB);
        crowd.add(Facts.stalled(1, 100 * KIB, 0));
        choose();
        crowd.remove(10);
        assertThat(choose()).isEmpty();
    }

    @Property(tries = 200)
    void noneExemptIsEverHeldBackAndEachIsLetGoInTime(
            @ForAll @Size(max = 30) List<@LongRange(min = 0, max = 1 << 22) Long> burdens, @ForAll long start) {
        List<ConnectionFacts> all = new ArrayList<>();
        for (int i = 0; i < burdens.size(); i++) {
            long burden = burdens.get(i);
            all.add(
                    switch (i % 3) {
                        case 0 -> Facts.exempt(i, burden);
                        case 1 -> Facts.stalled(i, burden, 0);
                        default -> Facts.moving(i, burden, burden % 2000);
                    });
        }
        Greedy own = new Greedy();
        Set<Long> held = own.choose(start, all);
        assertThat(held).noneMatch(id -> id % 3 == 0);
        assertThat(held).allMatch(id -> burdens.get((int) (long) id) >= Greedy.LEAST_BYTES);
        assertThat(own.choose(start + Greedy.MOST_SECONDS * SECOND, all)).isEmpty();
        assertThat(own.choose(start + 2 * Greedy.MOST_SECONDS * SECOND, all)).isEmpty();
    }
}
