package dev.spillway.bench.attack;

import dev.spillway.bench.measure.Spread;
import dev.spillway.bench.report.Figures;
import dev.spillway.bench.report.Machine;
import dev.spillway.bench.report.MarkdownTable;
import dev.spillway.bench.report.Report.Entrant;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.ToDoubleFunction;

/** The two floods as tables, and whether what Spillway has to hold was held. */
public final class FloodReport {
    /** The title of its section in a document, for connects. */
    public static final String CONNECTS = "spillway-bench-connflood";

    /** The same for silent connections. */
    public static final String SILENT = "spillway-bench-silent";

    private static final double NEW_SERVED = 0.99;
    private static final double GOODPUT_KEPT = 0.95;
    private static final long MOST_HEAP_GROWTH = 1 << 20;
    private static final double MEBI = 1 << 20;
    private static final double PERCENT = 100;
    private static final DateTimeFormatter WHEN = DateTimeFormatter.ofPattern("d MMM yyyy, HH:mm 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private FloodReport() {}

    /** What was run, for the head of a report. */
    public record Run(
            Instant startedAt, Duration took, String command, Machine machine, List<Entrant> entrants, int rounds) {
        String header() {
            StringBuilder text = new StringBuilder(String.format(
                    Locale.ROOT,
                    "Measured on %s in %d s by `java -jar proxy-bench/target/spillway-bench.jar %s`, on %d × %s, %d MiB,"
                            + " Linux %s; load average before the run %.2f; rounds: %d, in turn.%n%n",
                    WHEN.format(startedAt),
                    took.toSeconds(),
                    command,
                    machine.processors(),
                    machine.processor(),
                    machine.memoryMiB(),
                    machine.kernel(),
                    machine.loadAverage(),
                    rounds));
            for (Entrant entrant : entrants) {
                text.append("- **%s**: %s. %s.%n".formatted(entrant.name(), entrant.version(), entrant.setUp()));
            }
            return text.append("\n").toString();
        }
    }

    /** The table of floods of connects, with the ratio of the paired rounds. */
    public static String connects(Run run, List<ConnFloodTrial.Outcome> outcomes) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(
                "proxy",
                "connects refused / admitted / unanswered",
                "flood, s",
                "honest newcomers served, %",
                "99 % of them, ms: calm / flood",
                "established closed",
                "CPU per refused connect, µs: net / gross",
                "live heap before / after, MiB",
                "resident before / after, MiB"));
        for (String name : run.entrants().stream().map(Entrant::name).toList()) {
            List<ConnFloodTrial.Outcome> of = outcomes.stream()
                    .filter(each -> each.contender().equals(name))
                    .toList();
            if (!of.isEmpty()) {
                rows.add(connectsRow(name, of));
            }
        }
        List<Double> ratios = ratios(outcomes);
        return run.header()
                + MarkdownTable.of(rows)
                + (ratios.isEmpty()
                        ? ""
                        : "\nNet CPU per refused connect, Spillway over HAProxy of the same round: "
                                + Figures.of(Spread.of(ratios)) + ".\n");
    }

    private static List<String> connectsRow(String name, List<ConnFloodTrial.Outcome> of) {
        return List.of(
                name,
                whole(of, each -> each.flood().refused()) + " / "
                        + whole(of, each -> each.flood().admitted()) + " / "
                        + whole(of, each -> each.flood().unanswered()),
                spread(of, ConnFloodTrial.Outcome::seconds),
                spread(of, each -> PERCENT * each.newcomersServed()),
                spread(of, each -> each.calmNewcomers().latencyMillis(NEW_SERVED)) + " / "
                        + spread(of, each -> each.newcomers().latencyMillis(NEW_SERVED)),
                whole(of, ConnFloodTrial.Outcome::lostLives),
                spread(of, ConnFloodTrial.Outcome::cpuMicrosPerRefused) + " / "
                        + spread(of, ConnFloodTrial.Outcome::grossMicrosPerRefused),
                heap(of.get(0).heapBefore()) + " / "
                        + heap(of.get(of.size() - 1).heapAfter()),
                Figures.of(median(of, each -> each.residentBefore() / MEBI)) + " / "
                        + Figures.of(median(of, each -> each.residentAfter() / MEBI)));
    }

    private static String heap(OptionalLong bytes) {
        return bytes.isPresent() ? Figures.of(bytes.getAsLong() / MEBI) : "–";
    }

    /** Outcomes of one round stand beside each other. */
    static List<Double> ratios(List<ConnFloodTrial.Outcome> outcomes) {
        List<Double> ours = cpu(outcomes, "spillway");
        List<Double> theirs = cpu(outcomes, "haproxy");
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < Math.min(ours.size(), theirs.size()); i++) {
            if (theirs.get(i) > 0) {
                ratios.add(ours.get(i) / theirs.get(i));
            }
        }
        return ratios;
    }

    private static List<Double> cpu(List<ConnFloodTrial.Outcome> outcomes, String name) {
        return outcomes.stream()
                .filter(each -> each.contender().equals(name))
                .map(ConnFloodTrial.Outcome::cpuMicrosPerRefused)
                .toList();
    }

    /** What Spillway did not hold; empty if it held everything. */
    public static List<String> brokenByConnects(List<ConnFloodTrial.Outcome> outcomes) {
        List<String> broken = new ArrayList<>();
        for (ConnFloodTrial.Outcome each : outcomes) {
            if (each.contender().equals("spillway")) {
                demand(broken, "honest newcomers served", each.newcomersServed(), NEW_SERVED);
                long growth = each.heapAfter().orElse(0) - each.heapBefore().orElse(0);
                if (growth > MOST_HEAP_GROWTH) {
                    broken.add("live heap grew by " + growth + " bytes (expected: at most " + MOST_HEAP_GROWTH + ")");
                }
                if (each.lostLives() > 0) {
                    broken.add("established connections closed: " + each.lostLives() + " (expected: 0)");
                }
            }
        }
        return broken;
    }

    /** The table of silent floods. */
    public static String silent(Run run, List<SilentTrial.Outcome> outcomes) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(
                "proxy",
                "honest new connections through, %: calm / ramp / flood",
                "honest goodput kept, %",
                "99 % of new ones, ms: calm / flood",
                "established honest closed",
                "silent ones held at the end",
                "closed by the proxy / not let in",
                "resident, MiB"));
        for (String name : run.entrants().stream().map(Entrant::name).toList()) {
            List<SilentTrial.Outcome> of = outcomes.stream()
                    .filter(each -> each.contender().equals(name))
                    .toList();
            if (!of.isEmpty()) {
                rows.add(silentRow(name, of));
            }
        }
        return run.header() + MarkdownTable.of(rows);
    }

    private static List<String> silentRow(String name, List<SilentTrial.Outcome> of) {
        return List.of(
                name,
                Figures.of(median(of, each -> PERCENT * each.calm().newShare())) + " / "
                        + Figures.of(median(of, each -> PERCENT * each.ramp().newShare())) + " / **"
                        + Figures.of(median(of, each -> PERCENT * each.flood().newShare())) + "**",
                "**" + spread(of, each -> PERCENT * each.keptGoodput()) + "**",
                spread(of, each -> each.calm().fresh().latencyMillis(NEW_SERVED)) + " / "
                        + spread(of, each -> each.flood().fresh().latencyMillis(NEW_SERVED)),
                whole(of, SilentTrial.Outcome::closed),
                whole(of, each -> each.crowd().connected()),
                whole(of, each -> each.crowd().closed()) + " / "
                        + whole(of, each -> each.crowd().refused()),
                Figures.of(median(of, each -> each.residentBytes() / MEBI)));
    }

    /** What Spillway did not hold; empty if it held everything. */
    public static List<String> brokenBySilence(List<SilentTrial.Outcome> outcomes) {
        List<String> broken = new ArrayList<>();
        for (SilentTrial.Outcome each : outcomes) {
            if (each.contender().equals("spillway")) {
                demand(broken, "honest new connections through", each.newShare(), NEW_SERVED);
                demand(broken, "honest goodput kept", each.keptGoodput(), GOODPUT_KEPT);
                if (each.closed() > 0) {
                    broken.add("established honest connections closed: " + each.closed() + " (expected: 0)");
                }
            }
        }
        return broken;
    }

    private static void demand(List<String> broken, String what, double share, double least) {
        if (!(share >= least)) {
            broken.add("%s: %s %% (expected: %s or more)"
                    .formatted(what, Figures.of(PERCENT * share), Figures.of(PERCENT * least)));
        }
    }

    private static <T> double median(List<T> of, ToDoubleFunction<T> figure) {
        List<Double> figures =
                of.stream().map(figure::applyAsDouble).filter(Double::isFinite).toList();
        return figures.isEmpty() ? 0 : Spread.of(figures).median();
    }

    private static <T> String whole(List<T> of, ToDoubleFunction<T> figure) {
        return Long.toString(Math.round(median(of, figure)));
    }

    /** The median, and the ends if they differ; a dash if nothing was done at all. */
    private static <T> String spread(List<T> of, ToDoubleFunction<T> figure) {
        List<Double> figures =
                of.stream().map(figure::applyAsDouble).filter(Double::isFinite).toList();
        return figures.isEmpty()
                ? "–"
                : figures.size() == 1 ? Figures.of(figures.get(0)) : Figures.of(Spread.of(figures));
    }
}
