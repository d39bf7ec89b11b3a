package dev.spillway.prune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.connection.ConnectionFacts;
import dev.spillway.connection.Cost;
import dev.spillway.connection.Phase;
import dev.spillway.connection.Progress;
import dev.spillway.connection.SourceGroup;
import dev.spillway.connection.WindowState;
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
            return SourceGroup.of(
                    InetAddress.getByAddress(new byte[] {127, 0, (byte) (last >> 8), (byte) last}), 32, 64);
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
        Arbitrary<Long> received = Arbitraries.of(0L, 1L, 5000L, 300_000L, 1L << 30);
        Arbitrary<Long> earned = Arbitraries.of(0L, 50_000_000L, 60_000_000L, 750_000_000L);
        Arbitrary<Progress> progress = Combinators.combine(
                        nanos, nanos, held, paces(), Arbitraries.of(WindowState.class), earned, nanos)
                .as((stalled, more, waiting, pace, window, taking, roundTrip) -> waiting == 0
                        ? Progress.NOTHING_WAITS
                        : new Progress(stalled, stalled + more, waiting, pace, window, taking, roundTrip));
        Arbitrary<Cost> cost = Combinators.combine(held, held).as((bytes, kernel) -> new Cost(7000, bytes, kernel));
        return Combinators.combine(
                        Arbitraries.integers().between(1, 5), standing, nanos, ages(), progress, cost, received)
                .as((last, judged, idle, age, fares, takes, in) -> new ConnectionFacts(
                        0,
                        "web",
                        source(last),
                        new Verdict(judged, NetworkProfile.PUBLIC, 1),
                        Phase.RELAYING,
                        age,
                        idle,
                        fares,
                        takes,
                        in,
                        0))
                .list()
                .ofMaxSize(40)
                .map(PrunerPropertyTest::numbered);
    }

    private static Arbitrary<Double> paces() {
        return Arbitraries.oneOf(
                Arbitraries.of(0.0, 10.0), Arbitraries.doubles().between(0, 1e8));
    }

    private static Arbitrary<Long> ages() {
        return Arbitraries.oneOf(
                Arbitraries.of(0L, 20_000_000L, 5_000_000_000L),
                Arbitraries.longs().between(0, 60_000_000_000L));
    }

    private static List<ConnectionFacts> numbered(List<ConnectionFacts> facts) {
        List<ConnectionFacts> numbered = new ArrayList<>();
        for (ConnectionFacts each : facts) {
            numbered.add(with(each, numbered.size() + 1, each.source(), each.cost(), each.receivedBytes()));
        }
        return numbered;
    }

    private static ConnectionFacts with(ConnectionFacts f, long id, SourceGroup source, Cost cost, long received) {
        return new ConnectionFacts(
                id,
                f.listener(),
                source,
                f.verdict(),
                f.phase(),
                f.ageNanos(),
                f.idleNanos(),
                f.progress(),
                cost,
                received,
                f.sentBytes());
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
        if (signal == Signal.KERNEL_TCP || signal == Signal.CONTAINER_TCP) {
            assertThat(plan.victims())
                    .allMatch(victim -> victim.connection().cost().kernelBytes() > 0);
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
        long exempt = crowd.stream().mapToLong(signal::gain).sum() - all;
        if (exempt <= all) {
            assertThat(plan.fallsShort()).isEqualTo(all < amount);
        }
    }

    @Property(tries = 500)
    void allOfOneGuiltGoBeforeAnyOfTheNext(@ForAll("crowds") List<ConnectionFacts> crowd, @ForAll Signal signal) {
        PrunePlan plan = new Pruner(SETTINGS).plan(new Demand(signal, Long.MAX_VALUE / 2, Reach.ANYONE), crowd);
        assertThat(plan.victims()).isSortedAccordingTo((a, b) -> a.guilt().compareTo(b.guilt()));
        PrunePlan stalled = new Pruner(SETTINGS).plan(new Demand(signal, Long.MAX_VALUE / 2, Reach.STALLED), crowd);
        assertThat(stalled.victims()).allMatch(victim -> victim.guilt().standsStill());
    }

    /**
     * Told by the facts, not by the kinds: one without credit that took nothing for the time of a stall and a round trip, never would at its pace
     * and has earned nothing, or for twenty times as long whatever it has earned; and one that passes all it holds within that time.
     */
    @Property(tries = 500)
    void noneThatProgressesGoesBeforeOneThatStandsStill(
            @ForAll("crowds") List<ConnectionFacts> crowd, @ForAll Signal signal) {
        boolean progressed = false;
        for (Victim victim : everybody(crowd, signal)) {
            ConnectionFacts connection = victim.connection();
            Progress progress = connection.progress();
            long stalled = Math.min(connection.ageNanos(), progress.stalledNanos());
            boolean credit = connection.receivedBytes() > connection.cost().burdenBytes();
            boolean never = progress.turnoverNanos() >= 600_000_000_000L;
            long enough = (never && progress.takingNanos() == 0 ? 100_000_000 : 2_000_000_000L)
                    + Math.min(300_000_000, progress.roundTripNanos());
            if (progress.waitingBytes() > 0 && stalled >= enough && !credit) {
                assertThat(progressed).isFalse();
            }
            boolean spoke = connection.receivedBytes() > 0;
            progressed |= spoke && stalled < 100_000_000 && progress.turnoverNanos() < 100_000_000;
        }
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

    @Property(tries = 2000)
    void whatIsPlannedIsWhatTheSimpleRuleSays(
            @ForAll("crowds") List<ConnectionFacts> crowd,
            @ForAll Signal signal,
            @ForAll Reach reach,
            @ForAll @LongRange(min = 1, max = 1_000_000) long amount,
            @ForAll @IntRange(min = 1, max = 50) int most) {
        PruneSettings settings = new PruneSettings(Duration.ofMillis(100), most, 32, 64);
        Demand demand = new Demand(signal, amount, reach);
        assertThat(new Pruner(settings).plan(demand, crowd)).isEqualTo(new PlainPruner(settings).plan(demand, crowd));
    }

    @Property(tries = 20)
    void manySourcesArePlannedAsTheSimpleRuleSays(
            @ForAll @IntRange(min = 50, max = 700) int connections,
            @ForAll @IntRange(min = 60, max = 700) int sources) {
        Random random = new Random(connections * 1000L + sources);
        List<ConnectionFacts> crowd = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            long stalled = random.nextInt(3) * 100_000_000L;
            long bytes = 1 + random.nextInt(3);
            crowd.add(new ConnectionFacts(
                    i,
                    "web",
                    source(random.nextInt(sources)),
                    new Verdict(Standing.ELIGIBLE, NetworkProfile.PUBLIC, 1),
                    Phase.RELAYING,
                    5_000_000_000L,
                    0,
                    Progress.stalled(stalled, bytes),
                    new Cost(7000, bytes, 0),
                    1,
                    0));
        }
        Demand demand = new Demand(Signal.LEDGER, 300, Reach.ANYONE);
        assertThat(new Pruner(SETTINGS).plan(demand, crowd)).isEqualTo(new PlainPruner(SETTINGS).plan(demand, crowd));
    }

    /**
     * One source's eligible connections are split in two, each with half of what it held and had received. Then the source weighs no less,
     * and when anybody else has to go it keeps no more than that one's source had.
     */
    @Property(tries = 1000)
    void aSourceGainsNothingBySplittingWhatItHolds(
            @ForAll("crowds") List<ConnectionFacts> crowd,
            @ForAll Signal signal,
            @ForAll @LongRange(min = 1, max = 500_000) long amount) {
        SourceGroup splitter = source(1);
        List<ConnectionFacts> split = new ArrayList<>();
        for (ConnectionFacts each : crowd) {
            if (each.source().equals(splitter) && each.verdict().eligible()) {
                split.add(half(each, each.id(), 0));
                split.add(half(each, 1000 + each.id(), 1));
            } else {
                split.add(each);
            }
        }
        double one = 0;
        double two = 0;
        for (Guilt kind : Guilt.values()) {
            // A half may be of a worse kind than the whole, so what goes before the next kind is compared.
            one += weight(crowd, signal, splitter, kind);
            two += weight(split, signal, splitter, kind);
            // Halves are of whole bytes, and scores of whole byte-milliseconds.
            assertThat(two).isGreaterThanOrEqualTo(one * 0.999 - 0.01 * crowd.size());
        }
        List<Victim> all = everybody(split, signal);
        List<Victim> planned = new Pruner(SETTINGS)
                .plan(new Demand(signal, amount, Reach.ANYONE), split)
                .victims();
        assertThat(all.subList(0, planned.size())).isEqualTo(planned);
        for (int i = 0; i < planned.size(); i++) {
            Victim victim = planned.get(i);
            List<Victim> left = all.subList(i, all.size());
            assertThat(weight(left, splitter, victim.guilt()))
                    .isLessThanOrEqualTo(weight(left, victim.connection().source(), victim.guilt()) * (1 + 1e-9));
        }
    }

    private static ConnectionFacts half(ConnectionFacts whole, long id, int rest) {
        Cost cost = whole.cost();
        Cost half = new Cost(cost.fixedBytes(), (cost.heldBytes() + rest) / 2, (cost.kernelBytes() + rest) / 2);
        return with(whole, id, whole.source(), half, (whole.receivedBytes() + rest) / 2);
    }

    private static List<Victim> everybody(List<ConnectionFacts> crowd, Signal signal) {
        return new Pruner(SETTINGS)
                .plan(new Demand(signal, Long.MAX_VALUE / 2, Reach.ANYONE), crowd)
                .victims();
    }

    private static double weight(List<ConnectionFacts> crowd, Signal signal, SourceGroup source, Guilt kind) {
        return weight(everybody(crowd, signal), source, kind);
    }

    private static double weight(List<Victim> victims, SourceGroup source, Guilt kind) {
        return victims.stream()
                .filter(victim ->
                        victim.guilt() == kind && victim.connection().source().equals(source))
                .mapToDouble(Victim::score)
                .sum();
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
