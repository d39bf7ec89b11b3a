package dev.spillway.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spillway.connection.ConnectionFacts;
import dev.spillway.connection.Cost;
import dev.spillway.connection.Phase;
import dev.spillway.connection.Progress;
import dev.spillway.connection.SourceGroup;
import dev.spillway.pressure.Demand;
import dev.spillway.pressure.Demand.Reach;
import dev.spillway.pressure.Signal;
import dev.spillway.security.NetworkProfile;
import dev.spillway.security.Standing;
import dev.spillway.security.Verdict;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who goes first (S25), by example. Connections stand still after a second. */
class PrunerTest {
    private static final long SECOND = 1_000_000_000L;
    private final Pruner pruner = new Pruner(new PruneSettings(Duration.ofSeconds(1), 100, 32, 64));
    private final List<ConnectionFacts> crowd = new ArrayList<>();

    /** One more connection; its id is its place, from 1. */
    private void connection(String source, Standing standing, long idle, long stalled, long held, long received)
            throws Exception {
        connection(source, standing, idle, stalled, held, 0, received);
    }

    private void connection(
            String source, Standing standing, long idle, long stalled, long held, long kernel, long received)
            throws Exception {
        crowd.add(new ConnectionFacts(
                crowd.size() + 1,
                "web",
                SourceGroup.of(InetAddress.getByName(source), 32, 64),
                new Verdict(standing, NetworkProfile.PUBLIC, 1),
                Phase.RELAYING,
                60 * SECOND,
                idle,
                Progress.stalled(stalled, held),
                new Cost(7000, held, kernel),
                received,
                0));
    }

    private void eligible(String source, long idle, long stalled, long held, long received) throws Exception {
        connection(source, Standing.ELIGIBLE, idle, stalled, held, received);
    }

    private List<Long> victims(Signal signal, long amount, Reach reach) {
        return pruner.plan(new Demand(signal, amount, reach), crowd).victims().stream()
                .map(victim -> victim.connection().id())
                .toList();
    }

    @Test
    void oneThatStandsStillGoesBeforeOneThatMovesThoughItHoldsLess() throws Exception {
        eligible("127.0.0.1", 0, SECOND / 5 - 1, 1 << 20, 0);
        eligible("127.0.0.2", 0, SECOND, 1, 0);
        assertThat(victims(Signal.LEDGER, 1, Reach.ANYONE)).containsExactly(2L);
        assertThat(victims(Signal.LEDGER, 2, Reach.ANYONE)).containsExactly(2L, 1L);
        assertThat(victims(Signal.LEDGER, 2, Reach.STALLED)).containsExactly(2L);
    }

    @Test
    void ofThoseWhoTakeNothingTheOneThatHoldsMoreGoesFirstHoweverLongItHasBeenSo() throws Exception {
        eligible("127.0.0.1", SECOND, 9 * SECOND, 1000, 5);
        eligible("127.0.0.2", SECOND, 2 * SECOND, 3000, 5);
        eligible("127.0.0.3", SECOND, 3 * SECOND, 2000, 5);
        assertThat(victims(Signal.LEDGER, Long.MAX_VALUE / 2, Reach.STALLED)).containsExactly(2L, 3L, 1L);
    }

    @Test
    void whoHasJustBegunToTakeNothingGoesAfterTheStalledAndBeforeTheActive() throws Exception {
        eligible("127.0.0.1", 0, SECOND / 5 - 1, 9000, 0);
        eligible("127.0.0.2", 0, SECOND / 5, 3000, 0);
        eligible("127.0.0.3", 0, SECOND, 1, 0);
        assertThat(victims(Signal.LEDGER, Long.MAX_VALUE / 2, Reach.ANYONE)).containsExactly(3L, 2L, 1L);
        assertThat(victims(Signal.LEDGER, Long.MAX_VALUE / 2, Reach.STALLED)).containsExactly(3L, 2L);
    }

    @Test
    void ofAllThatIsAskedForThoseWhoProgressGiveOnlyTheirPart() throws Exception {
        eligible("127.0.0.1", 0, SECOND / 5, 1000, 0);
        eligible("127.0.0.2", 0, SECOND / 5, 1000, 0);
        eligible("127.0.0.3", 0, SECOND / 50, 1000, 0);
        eligible("127.0.0.4", 0, SECOND / 50, 1000, 0);
        assertThat(pruner.plan(new Demand(Signal.LEDGER, 4000, 1), crowd).victims())
                .extracting(Victim::guilt)
                .containsExactly(Guilt.STALLING, Guilt.STALLING);
        assertThat(pruner.plan(new Demand(Signal.LEDGER, 4000, 2001), crowd).victims())
                .extracting(Victim::guilt)
                .containsExactly(Guilt.STALLING, Guilt.STALLING, Guilt.ACTIVE);
    }

    @Test
    void aCrowdBehindOneAddressPaysBeforeALoneConnectionThatIsHeavierThanEachOfThem() throws Exception {
        eligible("127.0.0.9", 0, 2 * SECOND, 1500, 5);
        for (int i = 0; i < 4; i++) {
            eligible("127.0.0.1", 0, 2 * SECOND, 1000, 5);
        }
        assertThat(victims(Signal.LEDGER, 3000, Reach.STALLED)).containsExactly(5L, 4L, 3L);
        assertThat(victims(Signal.LEDGER, 4000, Reach.STALLED)).containsExactly(5L, 4L, 3L, 1L);
    }

    @Test
    void amongEqualsTheNewestGoes() throws Exception {
        for (int i = 0; i < 3; i++) {
            eligible("127.0.0.1", 0, 2 * SECOND, 1000, 5);
        }
        assertThat(victims(Signal.LEDGER, 2000, Reach.STALLED)).containsExactly(3L, 2L);
    }

    @Test
    void quietAndCheapIsNotGuiltyWhileBytesAreShort() throws Exception {
        eligible("127.0.0.1", 3600 * SECOND, 0, 0, 0);
        assertThat(victims(Signal.LEDGER, 1, Reach.ANYONE)).isEmpty();
        assertThat(victims(Signal.DIRECT, 1, Reach.ANYONE)).isEmpty();
        assertThat(victims(Signal.CONNECTIONS, 1, Reach.STALLED)).containsExactly(1L);
        assertThat(victims(Signal.HEAP, 1, Reach.STALLED)).containsExactly(1L);
        assertThat(victims(Signal.DESCRIPTORS, 2, Reach.STALLED)).containsExactly(1L);
    }

    @Test
    void whereSlotsAreShortTheSilentGoBeforeTheIdleAndTheseBeforeTheActive() throws Exception {
        eligible("127.0.0.1", 0, 0, 0, 5000);
        eligible("127.0.0.2", 100 * SECOND, 0, 0, 5000);
        eligible("127.0.0.3", 2 * SECOND, 0, 0, 0);
        assertThat(victims(Signal.CONNECTIONS, 3, Reach.ANYONE)).containsExactly(3L, 2L, 1L);
        assertThat(victims(Signal.CONNECTIONS, 3, Reach.STALLED)).containsExactly(3L);
    }

    @Test
    void aNewcomerIsNotSilentBeforeItHadTimeToSpeak() throws Exception {
        eligible("127.0.0.1", SECOND / 5 - 1, 0, 0, 0);
        assertThat(victims(Signal.CONNECTIONS, 1, Reach.STALLED)).isEmpty();
        eligible("127.0.0.1", SECOND / 5, 0, 0, 0);
        eligible("127.0.0.1", SECOND, 0, 0, 0);
        assertThat(victims(Signal.CONNECTIONS, 3, Reach.STALLED)).containsExactly(3L, 2L);
    }

    @Test
    void theExemptStayThoughTheyHoldTheMost() throws Exception {
        connection("127.0.0.1", Standing.EXEMPT_PORT, 9 * SECOND, 9 * SECOND, 1 << 30, 1 << 30, 0);
        connection("127.0.0.1", Standing.PRIVATE_PROFILE, 9 * SECOND, 9 * SECOND, 1 << 30, 1 << 30, 0);
        connection("127.0.0.1", Standing.DOMAIN_PROFILE, 9 * SECOND, 9 * SECOND, 1 << 30, 1 << 30, 0);
        connection("127.0.0.1", Standing.MPP_DISABLED, 9 * SECOND, 9 * SECOND, 1 << 30, 1 << 30, 0);
        connection("127.0.0.2", Standing.ELIGIBLE, 9 * SECOND, 9 * SECOND, 1, 1, 0);
        for (Signal signal : Signal.values()) {
            PrunePlan plan = pruner.plan(new Demand(signal, Long.MAX_VALUE / 2, Reach.ANYONE), crowd);
            assertThat(plan.victims()).extracting(v -> v.connection().id()).containsExactly(5L);
            assertThat(plan.fallsShort()).isTrue();
        }
    }

    @Test
    void whoProgressesDoesNotPayForExemptOnesThatHoldMoreThanAllOthers() throws Exception {
        connection("127.0.0.1", Standing.EXEMPT_PORT, 9 * SECOND, 9 * SECOND, 3001, 0);
        eligible("127.0.0.2", 0, SECOND, 1000, 0);
        eligible("127.0.0.3", 0, 0, 1000, 5000);
        eligible("127.0.0.4", 0, 0, 1000, 5000);
        assertThat(victims(Signal.LEDGER, Long.MAX_VALUE / 2, Reach.ANYONE)).containsExactly(2L);
        eligible("127.0.0.5", 0, 0, 1, 5000);
        assertThat(victims(Signal.LEDGER, Long.MAX_VALUE / 2, Reach.ANYONE)).containsExactly(2L, 4L, 3L, 5L);
    }

    @Test
    void nobodyMeansAnEmptyPlanThatFallsShort() {
        PrunePlan plan = pruner.plan(new Demand(Signal.LEDGER, 1, Reach.ANYONE), List.of());
        assertThat(plan.victims()).isEmpty();
        assertThat(plan.fallsShort()).isTrue();
    }

    @Test
    void aVictimTellsWhyAndWhatItGivesBack() throws Exception {
        eligible("127.0.0.1", SECOND, 2 * SECOND, 4096, 5);
        Victim held = pruner.plan(new Demand(Signal.LEDGER, 1, Reach.STALLED), crowd)
                .victims()
                .get(0);
        assertThat(held).isEqualTo(new Victim(crowd.get(0), Guilt.STALLED, 602 * 4096, 4096));
        Victim slot = pruner.plan(new Demand(Signal.CONNECTIONS, 1, Reach.STALLED), crowd)
                .victims()
                .get(0);
        assertThat(slot).isEqualTo(new Victim(crowd.get(0), Guilt.STALLED, 602, 1));
        assertThat(Guilt.STALLED.label()).isEqualTo("stalled");
    }

    @Test
    void tenThousandCandidatesArePlannedWithinAMoment() throws Exception {
        for (int i = 0; i < 20_000; i++) {
            eligible("127.0." + i % 100 + "." + i % 7, SECOND, 2 * SECOND, 1000 + i, 5);
        }
        long began = System.nanoTime();
        Pruner wide = new Pruner(new PruneSettings(Duration.ofSeconds(1), 20_000, 32, 64));
        PrunePlan plan = wide.plan(new Demand(Signal.LEDGER, Long.MAX_VALUE / 2, Reach.STALLED), crowd);
        assertThat(plan.victims()).hasSize(20_000);
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void slowIsThirtySecondsUnlessItIsSaidAndNeverLessThanStalled() {
        assertThat(new PruneSettings(Duration.ofSeconds(1), 1, 32, 64).slowAfter())
                .isEqualTo(Duration.ofSeconds(30));
        assertThat(new PruneSettings(Duration.ofMinutes(1), 1, 32, 64).slowAfter())
                .isEqualTo(Duration.ofMinutes(1));
        assertThat(new PruneSettings(Duration.ofSeconds(1), Duration.ofSeconds(1), 1, 32, 64).slowAfter())
                .isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void settingsTellWhatIsWrong() {
        Duration fine = Duration.ofSeconds(1);
        assertThatThrownBy(() -> new PruneSettings(Duration.ZERO, 1, 32, 64)).hasMessageContaining("PT0S");
        assertThatThrownBy(() -> new PruneSettings(fine, 0, 32, 64)).hasMessageContaining("0 (expected: positive)");
        assertThatThrownBy(() -> new PruneSettings(fine, Duration.ofMillis(999), 1, 32, 64))
                .hasMessage("slowAfter: PT0.999S (expected: at least stallAfter, PT1S)");
        for (int[] prefixes : new int[][] {{-1, 64}, {33, 64}, {32, -1}, {32, 129}}) {
            assertThatThrownBy(() -> new PruneSettings(fine, 1, prefixes[0], prefixes[1]))
                    .hasMessageContaining("(expected: 0-32 for IPv4, 0-128 for IPv6)");
        }
    }
}
