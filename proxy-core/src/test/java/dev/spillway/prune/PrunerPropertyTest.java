package dev.spillway.prune;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

/** What holds of every plan, whoever is connected and whatever is asked for. */
class PrunerPropertyTest {
    private static final PruneSettings SETTINGS = new PruneSettings(Duration.ofMillis(100), 1000, 32, 64);

    private static SourceGroup source(int last) {
        try {
            return SourceGroup.of(InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) last}), 32, 64);
        } catch (UnknownHostException impossible) {
            throw new AssertionError(impossible);
        }
    }

    @Provide
    Arbitrary<List<ConnectionFacts>> crowds() {
        Arbitrary<Long> nanos = Arbitraries.oneOf(
                Arbitraries.longs().between(0, 3_000_000_000L), Arbitraries.of(0L, 99_999_999L, 100_000_000L));
        Arbitrary<Long> held = Arbitraries.oneOf(
                Arbitraries.just(0L),
                Arbitraries.of(256L, 2048L, 65536L),
                Arbitraries.longs().between(0, 70_000));
        Arbitrary<Standing> standing = Arbitraries.frequency(
                net.jqwik.api.Tuple.of(4, Standing.ELIGIBLE),
                net.jqwik.api.Tuple.of(1, Standing.EXEMPT_PORT),
                net.jqwik.api.Tuple.of(1, Standing.PRIVATE_PROFILE));
        Arbitrary<Long> received = Arbitraries.of(0L, 1L, 5000L);
        return Combinators.combine(Arbitraries.integers().between(1, 5), standing, nanos, nanos, held, received)
                .as((last, judged, idle, stalled, bytes, in) -> new ConnectionFacts(
                        0,
                        "web",
                        source(last),
                        new Verdict(judged, NetworkProfile.PUBLIC, 1),
                        Phase.RELAYING,
                        5_000_000_000L,
                        idle,
                        Progress.stalled(stalled, bytes),
                        new Cost(7000, bytes, 0),
                        in,
                        0))
                .list()
                .ofMaxSize(40)
                .map(PrunerPropertyTest::numbered);
    }

    private static List<ConnectionFacts> numbered(List<ConnectionFacts> facts) {
        List<ConnectionFacts> numbered = new ArrayList<>();
        for (ConnectionFacts f : facts) {
            numbered.add(new ConnectionFacts(
                    numbered.size() + 1,
                    f.listener(),
                    f.source(),
                    f.verdict(),
                    f.phase(),
                    f.ageNanos(),
                    f.idleNanos(),
                    f.progress(),
                    f.cost(),
                    f.receivedBytes(),
                    f.sentBytes()));
        }
        return numbered;
    }

    private static List<Long> ids(PrunePlan plan) {
        return plan.victims().stream().map(victim -> victim.connection().id()).toList();
    }

    private static void assertBeginsWith(List<Long> longer, List<Long> shorter) {
        assertThat(longer).hasSizeGreaterThanOrEqualTo(shorter.size());
        assertThat(longer.subList(0, shorter.size())).isEqualTo(shorter);
    }

    @Property(tries = 500)
    void theExemptAreNeverChosen(
            @ForAll("crowds") List<ConnectionFacts> crowd, @ForAll Signal signal, @ForAll Reach reach) {
        PrunePlan plan = new Pruner(SETTINGS).plan(new Demand(signal, Long.MAX_VALUE / 2, reach), crowd);
        assertThat(plan.victims())
                .allMatch(victim -> victim.connection().verdict().eligible());
        assertThat(ids(plan)).doesNotHaveDuplicates();
    }

    @Property(tries = 500)
    void whoWouldGiveNothingBackIsNeverChosen(
            @ForAll("crowds") List<ConnectionFacts> crowd, @ForAll Signal signal, @ForAll Reach reach) {
        PrunePlan plan = new Pruner(SETTINGS).plan(new Demand(signal, Long.MAX_VALUE / 2, reach), crowd);
        assertThat(plan.victims()).allMatch(victim -> victim.gain() > 0);
        if (signal == Signal.LEDGER || signal == Signal.DIRECT) {
            assertThat(plan.victims()).allMatch(victim -> victim.connection().heldBytes() > 0);
        }
    }

    @Property(tries = 500)
    void moreDemandNeverClosesFewerAndBeginsWithTheSame(
            @ForAll("crowds") List<ConnectionFacts> crowd,
            @ForAll Signal signal,
            @ForAll Reach reach,
            @ForAll @LongRange(min = 1, max = 500_000) long some,
            @ForAll @LongRange(min = 0, max = 500_000) long more) {
        Pruner pruner = new Pruner(SETTINGS);
        List<Long> few = ids(pruner.plan(new Demand(signal, some, reach), crowd));
        List<Long> many = ids(pruner.plan(new Demand(signal, some + more, reach), crowd));
        assertBeginsWith(many, few);
        List<Long> anyone = ids(pruner.plan(new Demand(signal, some + more, Reach.ANYONE), crowd));
        assertBeginsWith(anyone, many);
    }

    @Property(tries = 500)
    void aPlanExceedsItsNeedByLessThanOneVictim(
            @ForAll("crowds") List<ConnectionFacts> crowd,
            @ForAll Signal signal,
            @ForAll @LongRange(min = 1, max = 500_000) long amount) {
        PrunePlan plan = new Pruner(SETTINGS).plan(new Demand(signal, amount, Reach.ANYONE), crowd);
        assertThat(plan.gain())
                .isEqualTo(plan.victims().stream().mapToLong(Victim::gain).sum());
        if (!plan.victims().isEmpty()) {
            long last = plan.victims().get(plan.victims().size() - 1).gain();
            assertThat(plan.gain() - last).isLessThan(amount);
        }
        long all = crowd.stream()
                .filter(c -> c.verdict().eligible())
                .mapToLong(signal::gain)
                .sum();
        assertThat(plan.fallsShort()).isEqualTo(all < amount);
    }

    @Property(tries = 500)
    void allOfOneGuiltGoBeforeAnyOfTheNext(@ForAll("crowds") List<ConnectionFacts> crowd, @ForAll Signal signal) {
        PrunePlan plan = new Pruner(SETTINGS).plan(new Demand(signal, Long.MAX_VALUE / 2, Reach.ANYONE), crowd);
        assertThat(plan.victims()).isSortedAccordingTo((a, b) -> a.guilt().compareTo(b.guilt()));
        PrunePlan stalled = new Pruner(SETTINGS).plan(new Demand(signal, Long.MAX_VALUE / 2, Reach.STALLED), crowd);
        assertThat(stalled.victims()).allMatch(victim -> victim.guilt() == Guilt.STALLED);
    }

    @Property(tries = 500)
    void noMoreThanTheMostOfAnEpochAreClosed(
            @ForAll("crowds") List<ConnectionFacts> crowd, @ForAll @IntRange(min = 1, max = 20) int most) {
        Pruner narrow = new Pruner(new PruneSettings(Duration.ofMillis(100), most, 32, 64));
        Demand all = new Demand(Signal.CONNECTIONS, Long.MAX_VALUE / 2, Reach.ANYONE);
        List<Long> few = ids(narrow.plan(all, crowd));
        assertThat(few).hasSizeLessThanOrEqualTo(most);
        assertBeginsWith(ids(new Pruner(SETTINGS).plan(all, crowd)), few);
    }

    @Property(tries = 1000)
    void theOrderInWhichConnectionsAreListedDoesNotMatter(
            @ForAll("crowds") List<ConnectionFacts> crowd, @ForAll Signal signal, @ForAll Random random) {
        Pruner pruner = new Pruner(SETTINGS);
        Demand all = new Demand(signal, Long.MAX_VALUE / 2, Reach.ANYONE);
        List<ConnectionFacts> shuffled = new ArrayList<>(crowd);
        Collections.shuffle(shuffled, random);
        assertThat(ids(pruner.plan(all, shuffled))).isEqualTo(ids(pruner.plan(all, crowd)));
    }

    @Property(tries = 500)
    void eachVictimIsTheWorstOfTheHeaviestSourceThatIsLeft(
            @ForAll("crowds") List<ConnectionFacts> crowd, @ForAll Signal signal) {
        List<Victim> victims = new Pruner(SETTINGS)
                .plan(new Demand(signal, Long.MAX_VALUE / 2, Reach.ANYONE), crowd)
                .victims();
        for (int i = 0; i < victims.size(); i++) {
            Victim victim = victims.get(i);
            Map<SourceGroup, Double> left = new HashMap<>();
            for (Victim other : victims.subList(i, victims.size())) {
                if (other.guilt() == victim.guilt()) {
                    left.merge(other.connection().source(), other.score(), Double::sum);
                    if (other.connection().source().equals(victim.connection().source())) {
                        assertThat(other.score()).isLessThanOrEqualTo(victim.score());
                    }
                }
            }
            double heaviest = Collections.max(left.values());
            assertThat(left.get(victim.connection().source())).isGreaterThanOrEqualTo(heaviest * (1 - 1e-9));
        }
    }
}
