package dev.spillway.bench.sim;

import dev.spillway.bench.sim.Campaign.Results;
import dev.spillway.bench.sim.Campaign.Row;
import dev.spillway.bench.sim.Scenario.Kind;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** What is asked of our policy (done when 1 of issue 4), and whether the results have it. */
public final class Demands {
    /** No level may stay above its high mark for longer, in milliseconds. */
    static final long LONGEST_ABOVE = 500;

    /** In percent, where honest and hostile differ in progress. */
    static final double MOST_FALSE_KILLS = 1;

    /** Recovery ends with some epoch; one more or less is chance. In milliseconds. */
    static final long EPOCH = 50;

    private static final Set<Kind> ATTACKED = EnumSet.of(Kind.STALLED, Kind.DIFFERING);

    private Demands() {}

    /**
     * One demand.
     *
     * @param text what is asked
     * @param scenarios how many it is asked of
     * @param failures where it does not hold, and by how much; empty if it holds
     */
    public record Demand(String text, int scenarios, List<String> failures) {
        /** Whether it holds everywhere. */
        public boolean holds() {
            return failures.isEmpty();
        }
    }

    /** All of them, judged. */
    public static List<Demand> of(Results results) {
        List<Demand> demands = new ArrayList<>();
        demands.add(demand(
                results,
                "calm: nobody is closed",
                EnumSet.of(Kind.CALM),
                row -> row.ours().kills() == 0
                        ? Stream.empty()
                        : Stream.of(row.ours().kills() + " closed")));
        demands.add(demand(
                results,
                "stalled peers attack: no honest connection is closed",
                EnumSet.of(Kind.STALLED),
                row -> row.ours().falseKills() == 0
                        ? Stream.empty()
                        : Stream.of("%d of %d closed"
                                .formatted(row.ours().falseKills(), row.ours().exposed()))));
        demands.add(demand(
                results,
                "honest and hostile differ in progress: under 1 % of the honest are closed",
                EnumSet.of(Kind.DIFFERING, Kind.EXEMPT),
                row -> row.ours().falseKillPercent() < MOST_FALSE_KILLS
                        ? Stream.empty()
                        : Stream.of("%.2f %%".formatted(row.ours().falseKillPercent()))));
        demands.add(demand(
                results,
                "never above a high mark for longer than 500 ms",
                EnumSet.of(Kind.STALLED, Kind.DIFFERING, Kind.MIMIC),
                row -> row.ours().aboveLongest() <= LONGEST_ABOVE
                        ? Stream.empty()
                        : Stream.of(row.ours().aboveLongest() + " ms")));
        demands.add(demand(
                results,
                "fewer false kills than each other policy, or none",
                EnumSet.of(Kind.CALM, Kind.STALLED, Kind.DIFFERING, Kind.EXEMPT, Kind.MIMIC),
                Demands::moreFalseKills));
        demands.add(demand(
                results,
                "recovery not later than with each other policy, but for one epoch",
                ATTACKED,
                Demands::laterRecovery));
        return demands;
    }

    private static Demand demand(
            Results results, String text, Set<Kind> kinds, Function<Row, Stream<String>> failures) {
        List<Row> asked = results.rows().stream()
                .filter(row -> kinds.contains(row.scenario().kind()))
                .toList();
        List<String> failed = asked.stream()
                .flatMap(
                        row -> failures.apply(row).map(failure -> row.scenario().name() + ": " + failure))
                .toList();
        return new Demand(text, asked.size(), failed);
    }

    private static Stream<String> moreFalseKills(Row row) {
        double ours = row.ours().falseKillPercent();
        return row.others().stream()
                .filter(other -> ours > 0 && ours >= other.falseKillPercent())
                .map(other ->
                        "%.2f %%, %s %.2f %%".formatted(ours, other.policy().label(), other.falseKillPercent()));
    }

    private static Stream<String> laterRecovery(Row row) {
        Cell ours = row.ours();
        return row.others().stream()
                .filter(other -> !ours.recovered() && other.recovered()
                        || ours.recovery() >= 0 && other.recovery() >= 0 && ours.recovery() > other.recovery() + EPOCH)
                .map(other -> "%.0f ms%s, %s %.0f ms"
                        .formatted(
                                ours.recovery(),
                                ours.recovered() ? "" : " and not yet",
                                other.policy().label(),
                                other.recovery()));
    }
}
