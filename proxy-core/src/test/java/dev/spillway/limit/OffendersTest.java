package dev.spillway.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.connection.SourceGroup;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Who is refused most, so that the kernel can keep him out. */
class OffendersTest {
    private static final long SECOND = 1_000_000_000;

    private final Offenders offenders = new Offenders();

    private void refuse(int source, int times, long now) {
        for (int i = 0; i < times; i++) {
            offenders.refused(Sources.v4(source), now);
        }
    }

    @Test
    void nobodyIsOfferedWhoWasRefusedLessOftenThanAsked() {
        refuse(1, 99, 0);
        refuse(2, 100, 0);
        refuse(3, 300, 0);
        assertThat(offenders.offer(0, 100))
                .containsExactly(
                        new Offender(Sources.v4(3), 300, 0, 30 * SECOND),
                        new Offender(Sources.v4(2), 100, 0, 30 * SECOND));
    }

    /** Many behind one address, of whom one in ten is refused, are no offender; one who is let in now and then is. */
    @Test
    void whoIsLetInATenthAsOftenAsRefusedIsNone() {
        refuse(1, 1000, 0);
        refuse(2, 1000, 0);
        for (int i = 0; i < 101; i++) {
            offenders.admitted(Sources.v4(1), 0);
        }
        for (int i = 0; i < 100; i++) {
            offenders.admitted(Sources.v4(2), 0);
        }
        offenders.admitted(Sources.v4(3), 0);
        assertThat(offenders.offer(0, 100)).extracting(Offender::source).containsExactly(Sources.v4(2));
        assertThat(offenders.size()).isEqualTo(2);
    }

    @Test
    void whoIsKeptOutStaysSoForAWhileAndIsForgottenThen() {
        refuse(1, 100, 0);
        offenders.offer(SECOND, 100);
        assertThat(offenders.offer(31 * SECOND - 1, 100))
                .extracting(Offender::source, Offender::until)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(Sources.v4(1), 31 * SECOND));
        assertThat(offenders.offer(31 * SECOND, 100)).isEmpty();
        assertThat(offenders.size()).isZero();
        refuse(1, 100, 32 * SECOND);
        assertThat(offenders.offer(32 * SECOND, 100)).hasSize(1);
    }

    @Test
    void whatIsLongAgoCountsLess() {
        refuse(1, 100, 0);
        assertThat(offenders.offer(10 * SECOND, 51)).isEmpty();
        assertThat(offenders.offer(10 * SECOND, 50)).hasSize(1);
        refuse(2, 1000, 10 * SECOND);
        assertThat(offenders.offer(1_000_000 * SECOND, 1)).isEmpty();
        assertThat(offenders.size()).isZero();
    }

    @Test
    void aCrowdThatComesOnceEachIsNeverOfferedAndTakesNoMoreMemory() {
        for (int i = 0; i < 100_000; i++) {
            offenders.refused(Sources.v4(i), 0);
            if (i % 50 == 0) {
                offenders.refused(Sources.v6(1), 0);
            }
        }
        assertThat(offenders.size()).isEqualTo(Offenders.MOST);
        List<Offender> offered = offenders.offer(0, 100);
        assertThat(offered).extracting(Offender::source).containsExactly(Sources.v6(1));
        assertThat(offered.get(0).refused()).isBetween(1000L, 2000L);
    }

    @Test
    void whoIsKeptOutIsNotPushedOutByACrowdBeforeItsTime() {
        refuse(1, 10, 0);
        assertThat(offenders.offer(0, 10)).hasSize(1);
        for (int i = 1000; i < 200_000; i++) {
            offenders.refused(Sources.v4(i), SECOND);
        }
        assertThat(offenders.offer(SECOND, 1_000_000))
                .extracting(Offender::source)
                .containsExactly(Sources.v4(1));
    }

    @Test
    void noMoreAreOfferedThanLeavePlacesForOthers() {
        for (int i = 0; i < Offenders.MOST; i++) {
            refuse(i, 10 + i, 0);
        }
        assertThat(offenders.offer(0, 1)).hasSize(Offenders.MOST_OFFERED);
        for (int i = 1000; i < 10_000; i++) {
            offenders.refused(Sources.v4(i), 0);
        }
        assertThat(offenders.size()).isEqualTo(Offenders.MOST);
        assertThat(offenders.offer(0, 1)).extracting(Offender::source).contains(Sources.v4(Offenders.MOST - 1));
    }

    @Test
    void timeMayOverflow() {
        refuse(1, 100, Long.MAX_VALUE - SECOND);
        List<Offender> offered = offenders.offer(Long.MAX_VALUE, 100);
        assertThat(offered).hasSize(1);
        assertThat(offenders.offer(Long.MIN_VALUE + SECOND, 100))
                .isEqualTo(List.of(
                        new Offender(Sources.v4(1), 100, 0, offered.get(0).until())));
        assertThat(offenders.offer(offered.get(0).until(), 100)).isEmpty();
    }

    @Property(tries = 300)
    void nobodyIsSaidToHaveDoneMoreThanHeHasAndTheHeaviestAreThere(
            @ForAll @Size(max = 3000) List<@IntRange(min = 0, max = 900) Integer> refusals) {
        Offenders tried = new Offenders();
        Map<SourceGroup, Long> truth = new HashMap<>();
        for (int each : refusals) {
            // Squared, so that some are refused much more often than others.
            SourceGroup source = Sources.v4(each * each / 900);
            tried.refused(source, 0);
            truth.merge(source, 1L, Long::sum);
        }
        Map<SourceGroup, Offender> offered = new HashMap<>();
        tried.offer(0, 1).forEach(each -> offered.put(each.source(), each));
        assertThat(tried.size()).isLessThanOrEqualTo(Offenders.MOST);
        offered.forEach((source, offender) -> {
            assertThat(offender.refused()).isLessThanOrEqualTo(truth.get(source));
            assertThat(offender.refused() + offender.uncertain()).isGreaterThanOrEqualTo(truth.get(source));
            assertThat(offender.uncertain()).isLessThanOrEqualTo(refusals.size() / Offenders.MOST);
        });
        truth.forEach((source, count) -> {
            if (count > 2L * refusals.size() / Offenders.MOST) {
                assertThat(offered).containsKey(source);
            }
        });
    }
}
