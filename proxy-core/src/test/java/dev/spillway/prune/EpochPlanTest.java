package dev.spillway.prune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.connection.ConnectionFacts;
import dev.spillway.fixture.Facts;
import dev.spillway.pressure.Demand;
import dev.spillway.pressure.Signal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Whom an epoch closes for all that is short at once. */
class EpochPlanTest {
    private static final Pruner PRUNER = new Pruner(new PruneSettings(Duration.ofSeconds(1), 1000, 32, 64));

    private static Demand stalled(Signal signal, long amount) {
        return new Demand(signal, amount, Demand.Reach.STALLED);
    }

    private static EpochPlan plan(List<Demand> demands, ConnectionFacts... connections) {
        return EpochPlan.of(demands, List.of(connections), PRUNER, 1000);
    }

    private static List<Long> ids(EpochPlan plan) {
        return plan.victims().stream().map(each -> each.connection().id()).toList();
    }

    @Test
    void whatOneDemandsVictimsGiveBackOfTheNextIsNotAskedForAgain() {
        EpochPlan plan = plan(
                List.of(stalled(Signal.LEDGER, 1000), stalled(Signal.KERNEL_TCP, 5000)),
                Facts.stalled(1, 1000, 4000),
                Facts.stalled(2, 0, 1000),
                Facts.stalled(3, 0, 900));
        assertThat(ids(plan)).containsExactly(1L, 2L);
        assertThat(plan.plans())
                .extracting(each -> each.demand().signal())
                .containsExactly(Signal.LEDGER, Signal.KERNEL_TCP);
        assertThat(plan.plans().get(1).demand().amount()).isEqualTo(1000);
    }

    @Test
    void aDemandThatNobodyCanMeetDoesNotHideOneThatSomebodyCan() {
        EpochPlan plan =
                plan(List.of(stalled(Signal.LEDGER, 1000), stalled(Signal.KERNEL_TCP, 10)), Facts.stalled(1, 0, 4000));
        assertThat(ids(plan)).containsExactly(1L);
        assertThat(plan.plans()).singleElement().extracting(PrunePlan::gain).isEqualTo(4000L);
    }

    @Test
    void thoseWhoMakeProgressGiveOnlyWhatMayComeFromAnyone() {
        EpochPlan plan = plan(
                List.of(new Demand(Signal.LEDGER, 10_000, 1500)),
                Facts.stalled(1, 1000, 0),
                Facts.moving(2, 1000, 1),
                Facts.moving(3, 1000, 1),
                Facts.moving(4, 1000, 1));
        assertThat(ids(plan)).hasSize(2).contains(1L);
    }

    /** Who has been chosen for one demand still shows, for the next, that it is not the exempt who fill the memory. */
    @Test
    void whetherTheExemptWeighMoreIsJudgedByAllThereAre() {
        ConnectionFacts both = Facts.stalled(1, 1000, 10_000);
        ConnectionFacts moving = Facts.moving(2, 500, 1);
        List<Demand> demands = List.of(stalled(Signal.KERNEL_TCP, 10_000), new Demand(Signal.LEDGER, 1400, 1400));
        assertThat(ids(plan(demands, both, moving, Facts.exempt(3, 1200)))).containsExactly(1L, 2L);
        assertThat(ids(plan(demands, both, moving, Facts.exempt(3, 1600)))).containsExactly(1L);
    }

    @Test
    void thereAreNoMoreVictimsThanAllowedForAllDemandsTogether() {
        List<ConnectionFacts> crowd = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            crowd.add(Facts.stalled(i, i < 6 ? 100 : 0, 100));
        }
        EpochPlan plan =
                EpochPlan.of(List.of(stalled(Signal.LEDGER, 600), stalled(Signal.KERNEL_TCP, 2000)), crowd, PRUNER, 10);
        assertThat(plan.victims()).hasSize(10);
        assertThat(plan.plans().get(1).gain()).isEqualTo(400);
    }

    @Test
    void nothingIsDemandedOfNobody() {
        assertThat(plan(List.of(), Facts.stalled(1, 1, 1)).isEmpty()).isTrue();
        assertThat(plan(List.of(stalled(Signal.LEDGER, 1)))).isEqualTo(EpochPlan.NOBODY);
    }

    @Property(tries = 200)
    void nobodyIsChosenTwiceNorAnyoneExemptAndNoDemandIsExceededByMoreThanOne(
            @ForAll @Size(max = 40) List<@LongRange(min = 0, max = 10_000) Long> sizes,
            @ForAll @LongRange(min = 1, max = 200_000) long ledger,
            @ForAll @LongRange(min = 1, max = 200_000) long kernel,
            @ForAll @IntRange(min = 1, max = 50) int most) {
        List<ConnectionFacts> crowd = new ArrayList<>();
        for (int i = 0; i < sizes.size(); i++) {
            long size = sizes.get(i);
            crowd.add(
                    switch (i % 3) {
                        case 0 -> Facts.exempt(i, size);
                        case 1 -> Facts.stalled(i, size, size / 2);
                        default -> Facts.stalled(i, 0, size);
                    });
        }
        EpochPlan plan = EpochPlan.of(
                List.of(stalled(Signal.LEDGER, ledger), stalled(Signal.KERNEL_TCP, kernel)), crowd, PRUNER, most);
        List<Long> ids = ids(plan);
        assertThat(new HashSet<>(ids)).hasSize(ids.size());
        assertThat(ids).noneMatch(id -> id % 3 == 0).hasSizeLessThanOrEqualTo(most);
        for (PrunePlan each : plan.plans()) {
            Victim last = each.victims().get(each.victims().size() - 1);
            assertThat(each.gain() - last.gain()).isLessThan(each.demand().amount());
        }
    }
}
