package dev.spillway.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spillway.relay.Sampler.Standing;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Whose turn it is, and when a pass is over, on a clock of our own: a look takes a microsecond. */
class SamplerTest {
    private static final long LOOK = TimeUnit.MICROSECONDS.toNanos(1);
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final List<Subject> looked = new ArrayList<>();
    private long now = 1;
    private final Sampler sampler = new Sampler(true, 2, () -> now, () -> now);

    private class Subject extends Sampler.Place {
        private Standing standing;

        private Subject(Standing standing) {
            this.standing = standing;
        }

        @Override
        Standing look(long at) {
            looked.add(this);
            now += LOOK;
            return standing;
        }
    }

    private List<Subject> add(int count, Standing standing) {
        List<Subject> added = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Subject subject = new Subject(standing);
            sampler.add(subject);
            added.add(subject);
        }
        now++;
        return added;
    }

    /** Lets every one be looked at once, and forgets that. */
    private void settle() {
        sampler.pass(SECOND);
        looked.clear();
        now += SECOND;
    }

    @Test
    void whoEndsWhileItIsLookedAtIsNotLookedAtAgain() {
        Sampler.Place ending = new Sampler.Place() {
            @Override
            Standing look(long at) {
                sampler.remove(this);
                return Standing.STANDS;
            }
        };
        sampler.add(ending);
        now++;
        sampler.pass(SECOND);
        assertThat(sampler.view().suspects()).isZero();
        assertThat(sampler.view().unseen()).isZero();
    }

    @Test
    void aPassEndsWithItsBudgetAndTheNextGoesOnWhereItEnded() {
        List<Subject> all = add(250, Standing.STIRS);
        List<Subject> order = new ArrayList<>();
        for (int pass = 0; pass < 3; pass++) {
            sampler.pass(100 * LOOK);
            assertThat(looked).hasSizeLessThanOrEqualTo(100);
            order.addAll(looked);
            looked.clear();
            now++;
        }
        assertThat(order.subList(0, 250)).containsExactlyElementsOf(all);
        assertThat(order.subList(250, 300)).containsExactlyElementsOf(all.subList(0, 50));
    }

    @Test
    void nobodyIsLookedAtTwiceInAPass() {
        add(10, Standing.STANDS);
        add(10, Standing.STIRS);
        sampler.pass(SECOND);
        assertThat(looked).hasSize(20).doesNotHaveDuplicates();
    }

    @Test
    void suspectsComeFirstAndLeaveAShareToNewcomers() {
        List<Subject> suspects = add(1_000, Standing.STANDS);
        settle();
        List<Subject> newcomers = add(1_000, Standing.STIRS);

        sampler.pass(400 * LOOK);

        assertThat(looked.subList(0, 200)).containsExactlyElementsOf(suspects.subList(0, 200));
        assertThat(looked).contains(newcomers.get(0), newcomers.get(99)).doesNotContain(newcomers.get(100));
        assertThat(looked).hasSize(400);
    }

    @Test
    void whatASharerLeavesTheOthersGet() {
        List<Subject> suspects = add(1_000, Standing.STANDS);
        settle();
        sampler.pass(400 * LOOK);
        assertThat(looked).containsExactlyElementsOf(suspects.subList(0, 400));
    }

    @Test
    void aQuietOneIsLeftAloneUntilSomethingMovesOrHalfAMinuteHasPassed() {
        Subject quiet = add(1, Standing.QUIET).get(0);
        settle();
        sampler.pass(SECOND);
        now += 28 * SECOND;
        sampler.tick();
        assertThat(looked).isEmpty();

        now += SECOND;
        sampler.tick();
        assertThat(looked).containsExactly(quiet);

        sampler.stir(quiet, now);
        sampler.stir(quiet, now);
        now++;
        sampler.pass(SECOND);
        assertThat(looked).containsExactly(quiet, quiet);
    }

    @Test
    void manyThatChatterDoNotHideOneForWhichBytesWait() {
        List<Subject> chattering = add(1_000, Standing.QUIET);
        Subject filling = add(1, Standing.QUIET).get(0);
        settle();
        chattering.forEach(each -> sampler.move(each, now));
        sampler.move(filling, now);
        sampler.stir(filling, now);
        now++;

        sampler.pass(100 * LOOK);
        assertThat(looked.get(0)).isSameAs(filling);
        assertThat(looked).hasSize(100);
    }

    @Test
    void oneThatMovesWithNothingWaitingIsLookedAtOnceASecond() {
        Subject moving = add(1, Standing.QUIET).get(0);
        settle();
        for (int tick = 0; tick < 31; tick++) {
            sampler.move(moving, now);
            sampler.tick();
            now += TimeUnit.MILLISECONDS.toNanos(Sampler.TICK_MILLIS);
        }
        assertThat(looked).hasSize(2);
    }

    @Test
    void inCalmTimesTheSameOneIsNotLookedAtAgainBeforeAPause() {
        add(3, Standing.STANDS);
        add(4, Standing.STIRS);
        settle();
        for (int tick = 0; tick < 10; tick++) {
            sampler.tick();
            now += TimeUnit.MILLISECONDS.toNanos(Sampler.TICK_MILLIS);
        }
        // Suspects at every third tick, stirring ones at every one.
        assertThat(looked.stream().filter(each -> each.standing == Standing.STANDS))
                .hasSize(4 * 3);
        assertThat(looked.stream().filter(each -> each.standing == Standing.STIRS))
                .hasSize(10 * 4);
    }

    @Test
    void inCalmTimesTwoLoopsTakeHalfAPercentEach() {
        add(20_000, Standing.STIRS);
        now += SECOND;
        sampler.tick();
        assertThat(looked).hasSize((int) (TimeUnit.MILLISECONDS.toNanos(Sampler.TICK_MILLIS) / 200 / LOOK));
    }

    @Test
    void oneThatEndsIsNotLookedAtAgainWhereverItWas() {
        List<Subject> all = add(3, Standing.STANDS);
        all.addAll(add(3, Standing.STIRS));
        all.addAll(add(3, Standing.QUIET));
        settle();
        all.addAll(add(3, Standing.STIRS));

        for (Subject each : List.of(all.get(1), all.get(3), all.get(8), all.get(9), all.get(11))) {
            sampler.remove(each);
        }
        now += 60 * SECOND;
        sampler.pass(SECOND);

        assertThat(looked)
                .containsExactlyInAnyOrder(
                        all.get(0), all.get(2), all.get(4), all.get(5), all.get(6), all.get(7), all.get(10));
        assertThat(sampler.view().unseen()).isZero();
    }

    @Test
    void aLookThatFailsDoesNotKeepTheOthersFromTheirs() {
        Subject faulty = new Subject(Standing.QUIET) {
            @Override
            Standing look(long at) {
                throw new IllegalStateException("as a fault of ours would be");
            }
        };
        sampler.add(faulty);
        List<Subject> others = add(2, Standing.STIRS);
        assertThatThrownBy(() -> sampler.pass(SECOND)).isInstanceOf(IllegalStateException.class);
        now++;
        sampler.pass(SECOND);
        assertThat(looked).containsExactlyElementsOf(others);
    }

    @Test
    void theViewTellsWhatItCostAndWhatIsLate() {
        add(500, Standing.STANDS);
        add(30_000, Standing.STIRS);
        add(500, Standing.QUIET);
        now += SECOND / 10;
        assertThat(sampler.view().samples()).isZero();

        for (int tick = 0; tick < 10; tick++) {
            sampler.tick();
            now += SECOND / 10;
        }

        SamplingView view = sampler.view();
        assertThat(view.kernelTold()).isTrue();
        assertThat(view.samples()).isEqualTo(looked.size()).isGreaterThan(4_000);
        assertThat(view.nanos()).isEqualTo(looked.size() * LOOK);
        assertThat(view.cutShort()).isEqualTo(10);
        assertThat(view.suspects() + view.stirring() + view.quiet()).isEqualTo(31_000);
        assertThat(view.unseen()).isGreaterThan(20_000);
        assertThat(view.stale()).isZero();

        for (int tick = 0; tick < 20; tick++) {
            sampler.tick();
            now += SECOND / 10;
        }
        assertThat(sampler.view().stale()).isBetween(10_000, 31_000);
    }
}
