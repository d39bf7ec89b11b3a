package dev.spillway.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.connection.SourceGroup;
import dev.spillway.limit.Entry.Place;
import dev.spillway.security.Allowance;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;

/**
 * S16: what holds of the limits of sources whatever they do, against an exact count without a bound. All sources are put
 * in one set of eight slots, which is the worst that can happen to them.
 */
class SourceLimitsPropertyTest {
    private static final long MILLI = 1_000_000;

    /** Either somebody comes, or one of those who are half-open is so no more. */
    record Step(int source, long laterMillis, boolean leaves, int which) {}

    @Provide
    Arbitrary<List<Step>> fewSources() {
        return steps(SourceTable.WAYS);
    }

    @Provide
    Arbitrary<List<Step>> manySources() {
        return steps(40);
    }

    private static Arbitrary<List<Step>> steps(int sources) {
        Arbitrary<Integer> source = Arbitraries.frequencyOf(
                Tuple.of(2, Arbitraries.integers().between(0, sources - 1)),
                Tuple.of(1, Arbitraries.integers().between(0, Math.min(2, sources - 1))));
        Arbitrary<Long> later = Arbitraries.frequencyOf(
                Tuple.of(3, Arbitraries.just(0L)),
                Tuple.of(2, Arbitraries.longs().between(0, 300)));
        Arbitrary<Boolean> leaves = Arbitraries.of(false, false, true);
        return Combinators.combine(source, later, leaves, Arbitraries.integers().between(0, 1000))
                .as(Step::new)
                .list()
                .ofMaxSize(400);
    }

    @Provide
    Arbitrary<Allowance> allowances() {
        return Combinators.combine(
                        Arbitraries.of(0, 1, 3, 10),
                        Arbitraries.integers().between(1, 5),
                        Arbitraries.integers().between(0, 4))
                .as(Allowance::new);
    }

    /** One source's half-open connections: where the table counts them, and whether the exact count has them too. */
    private record Held(SourceGroup source, Place place) {}

    @Property(tries = 500)
    void upToEightSourcesASetTheCountIsExact(
            @ForAll("fewSources") List<Step> steps, @ForAll("allowances") Allowance allowance, @ForAll long start) {
        SourceTable table = new SourceTable(SourceTable.WAYS);
        ExactLimits exact = new ExactLimits(allowance);
        List<Held> held = new ArrayList<>();
        long now = start;
        long stamp = 0;
        for (Step step : steps) {
            now += step.laterMillis() * MILLI;
            if (step.leaves() && !held.isEmpty()) {
                Held gone = held.remove(step.which() % held.size());
                table.leave(gone.place());
                exact.leave(gone.source());
                continue;
            }
            SourceGroup source = Sources.v4(step.source());
            Entry entry = table.enter(0, 1, source, allowance, now, ++stamp);
            assertThat(entry instanceof Place).isEqualTo(exact.enter(source, now));
            if (entry instanceof Place place) {
                held.add(new Held(source, place));
            }
            assertThat(table.halfOpen(0, 1, source)).isEqualTo(exact.halfOpen(source));
        }
    }

    @Property(tries = 500)
    void whoKeepsToItsRateIsNeverDeniedWhateverOthersDo(
            @ForAll("manySources") List<Step> steps, @ForAll("allowances") Allowance allowance) {
        SourceTable table = new SourceTable(SourceTable.WAYS);
        ExactLimits exact = new ExactLimits(allowance);
        SourceGroup honest = Sources.v6(1);
        List<Place> others = new ArrayList<>();
        List<Place> own = new ArrayList<>();
        long now = 0;
        long stamp = 0;
        for (Step step : steps) {
            now += step.laterMillis() * MILLI;
            boolean mine = step.source() == 0;
            if (step.leaves()) {
                List<Place> those = mine ? own : others;
                if (!those.isEmpty()) {
                    table.leave(those.remove(step.which() % those.size()));
                    if (mine) {
                        exact.leave(honest);
                    }
                }
            } else if (!mine) {
                if (table.enter(0, 1, Sources.v4(step.source()), allowance, now, ++stamp) instanceof Place place) {
                    others.add(place);
                }
            } else if (exact.enter(honest, now)) {
                // It comes only when it may.
                Entry entry = table.enter(0, 1, honest, allowance, now, ++stamp);
                assertThat(entry).isInstanceOf(Place.class);
                own.add((Place) entry);
            }
        }
    }

    /**
     * By its rate a source gets in at least as often as by the exact count, and beyond what is due to it at most its burst
     * for each time that it was forgotten.
     */
    @Property(tries = 500)
    void forgettingIsInFavourOfTheForgottenAndBounded(
            @ForAll("manySources") List<Step> steps, @ForAll("allowances") Allowance both) {
        Allowance allowance = new Allowance(Math.max(1, both.rate()), both.burst(), 0);
        SourceTable table = new SourceTable(SourceTable.WAYS);
        ExactLimits exact = new ExactLimits(allowance);
        Map<SourceGroup, Integer> admitted = new HashMap<>();
        Map<SourceGroup, Integer> lives = new HashMap<>();
        Map<SourceGroup, Long> stamps = new HashMap<>();
        long now = 0;
        long stamp = 0;
        for (Step step : steps) {
            now += step.laterMillis() * MILLI;
            SourceGroup source = Sources.v4(step.source());
            exact.enter(source, now);
            if (table.enter(0, 1, source, allowance, now, ++stamp) instanceof Place place) {
                admitted.merge(source, 1, Integer::sum);
                Long before = stamps.put(source, place.stamp());
                if (before == null || before != place.stamp()) {
                    lives.merge(source, 1, Integer::sum);
                }
            }
            int in = admitted.getOrDefault(source, 0);
            assertThat(in).isGreaterThanOrEqualTo(exact.admitted(source));
            long due =
                    (long) allowance.burst() * lives.getOrDefault(source, 1) + now * allowance.rate() / 1_000_000_000;
            assertThat((long) in).isLessThanOrEqualTo(due);
        }
    }

    @Property(tries = 500)
    void theCountOfHalfOpenOnesIsNeverMoreThanTheTruthAndEndsAtNothing(
            @ForAll("manySources") List<Step> steps, @ForAll("allowances") Allowance allowance) {
        SourceTable table = new SourceTable(SourceTable.WAYS);
        Map<SourceGroup, Integer> truth = new HashMap<>();
        List<Held> held = new ArrayList<>();
        long now = 0;
        long stamp = 0;
        for (Step step : steps) {
            now += step.laterMillis() * MILLI;
            SourceGroup source = Sources.v4(step.source());
            if (step.leaves() && !held.isEmpty()) {
                Held gone = held.remove(step.which() % held.size());
                source = gone.source();
                truth.merge(source, -1, Integer::sum);
                if (step.which() % 2 == 0) {
                    table.leave(gone.place());
                } else {
                    table.cancel(gone.place());
                }
            } else if (table.enter(0, 1, source, allowance, now, ++stamp) instanceof Place place) {
                truth.merge(source, 1, Integer::sum);
                held.add(new Held(source, place));
            }
            assertThat(table.halfOpen(0, 1, source)).isBetween(0, truth.getOrDefault(source, 0));
        }
        held.forEach(each -> table.leave(each.place()));
        for (int i = 0; i < 40; i++) {
            assertThat(table.halfOpen(0, 1, Sources.v4(i))).isZero();
        }
    }

    /** A connection and how far it has come: half-open, or not any more. */
    private record Life(SourceGroup source, Place place, boolean halfOpen) {}

    @Property(tries = 500)
    void upToEightSourcesASetNobodyHasMoreConnectionsThanAreAllowedAndNobodyIsDeniedBelow(
            @ForAll("fewSources") List<Step> steps, @ForAll @IntRange(min = 1, max = 4) int most) {
        connections(steps, most, true);
    }

    @Property(tries = 500)
    void whatIsCountedOfConnectionsIsNeverMoreThanTheTruthAndEndsAtNothing(
            @ForAll("manySources") List<Step> steps, @ForAll @IntRange(min = 1, max = 4) int most) {
        connections(steps, most, false);
    }

    private static void connections(List<Step> steps, int most, boolean exact) {
        Allowance allowance = new Allowance(0, 0, 0, most);
        SourceTable table = new SourceTable(SourceTable.WAYS);
        Map<SourceGroup, Integer> truth = new HashMap<>();
        List<Life> lives = new ArrayList<>();
        long stamp = 0;
        for (Step step : steps) {
            SourceGroup source = Sources.v4(step.source());
            if (step.leaves() && !lives.isEmpty()) {
                int which = step.which() % lives.size();
                Life life = lives.get(which);
                if (life.halfOpen()) {
                    table.leave(life.place());
                    lives.set(which, new Life(life.source(), life.place(), false));
                } else {
                    table.end(life.place());
                    lives.remove(which);
                    truth.merge(life.source(), -1, Integer::sum);
                }
                source = life.source();
            } else {
                boolean may = truth.getOrDefault(source, 0) < most;
                Entry entry = table.enter(0, 1, source, allowance, 0, ++stamp);
                if (entry instanceof Place place) {
                    truth.merge(source, 1, Integer::sum);
                    lives.add(new Life(source, place, true));
                    assertThat(may || !exact).isTrue();
                } else {
                    assertThat(entry).isEqualTo(Entry.Denial.CONNECTIONS);
                    assertThat(may).isFalse();
                }
            }
            assertThat(table.connections(0, 1, source)).isBetween(0, truth.getOrDefault(source, 0));
        }
        for (Life life : lives) {
            if (life.halfOpen()) {
                table.leave(life.place());
            }
            table.end(life.place());
        }
        for (int i = 0; i < 40; i++) {
            assertThat(table.connections(0, 1, Sources.v4(i))).isZero();
            assertThat(table.halfOpen(0, 1, Sources.v4(i))).isZero();
        }
    }
}
