package dev.spillway.bench.sim;

import dev.spillway.bench.report.MarkdownTable;
import dev.spillway.bench.sim.Campaign.Results;
import dev.spillway.bench.sim.Campaign.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Results as text for people. */
public final class PressureReport {
    /** The title of its section in a document. */
    public static final String SECTION = "spillway-bench simulate";

    private PressureReport() {}

    /** The verdicts, the table of all scenarios, and what its columns mean. */
    public static String of(Results results, String command) {
        Campaign campaign = results.campaign();
        StringBuilder text = new StringBuilder();
        text.append("Made by `java -jar proxy-bench/target/spillway-bench.jar ")
                .append(command)
                .append("`: ")
                .append(results.rows().size())
                .append(" scenarios, ")
                .append(campaign.seeds())
                .append(campaign.seeds() == 1 ? " seed" : " seeds")
                .append(" each. The same command gives the same figures.\n\n");
        Demands.of(results).forEach(demand -> text.append(line(demand)));
        text.append("\nIn each cell: ")
                .append(results.campaign().ours().label())
                .append(campaign.others().stream()
                        .map(other -> " / " + other.label())
                        .collect(Collectors.joining()))
                .append(".\n\n");
        text.append(table(results));
        text.append("\n").append(LEGEND);
        return text.toString();
    }

    /** One demand with its verdict, for a list. */
    public static String line(Demands.Demand demand) {
        String verdict = demand.scenarios() == 0 ? "not asked here" : demand.holds() ? "holds" : "fails";
        String where = demand.failures().isEmpty() ? "" : ": " + String.join("; ", demand.failures());
        return "- **%s** (%d scenarios): %s%s%n".formatted(verdict, demand.scenarios(), demand.text(), where);
    }

    private static final String LEGEND = """
            Closed: connections closed a run. False kills: honest connections closed, of those that lived under pressure. Reaction: from a level's
            crossing of its high mark to the first close that has had its effect, longest of all runs. Above: longest stretch above a high mark of
            all runs, and all stretches of a run together in the mean. Recovery: from a crossing until all levels are below their low marks, longest
            of each run, mean over the runs; `>`: not in every run. Goodput: what honest clients and servers got after the attack began, of what the same
            seed gives them when nobody attacks. Overshot: how far below its target a level lay when an episode's closes had had their effect, most of all
            runs. `–`: there was none.
            """;

    private static String table(Results results) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(
                "scenario",
                "what happens",
                "false kills %",
                "recovery ms",
                "goodput %",
                "above ms, longest",
                "above ms, total",
                "reaction ms",
                "closed",
                "overshot KiB"));
        for (Row row : results.rows()) {
            rows.add(List.of(
                    "`" + row.scenario().name() + "`",
                    row.scenario().title() + " (" + row.scenario().kind().name().toLowerCase(Locale.ROOT) + ")",
                    each(row, cell -> figure(cell.falseKillPercent(), 2)),
                    each(row, PressureReport::recovery),
                    each(row, cell -> figure(cell.goodputPercent(), 1)),
                    each(row, cell -> length(cell, cell.aboveLongest())),
                    each(row, cell -> length(cell, cell.aboveTotal())),
                    each(row, cell -> cell.reaction() < 0 ? "–" : String.valueOf(cell.reaction())),
                    each(
                            row,
                            cell -> figure(
                                    (double) cell.kills() / cell.outcomes().size(), 0)),
                    each(row, cell -> figure(cell.overshot() / 1024.0, 0))));
        }
        return MarkdownTable.of(rows);
    }

    private static String recovery(Cell cell) {
        return (cell.recovered() ? "" : ">") + length(cell, cell.recovery());
    }

    private static String length(Cell cell, double milliseconds) {
        return cell.crossings() == 0 ? "–" : figure(milliseconds, 0);
    }

    private static String each(Row row, Function<Cell, String> figure) {
        return row.cells().stream().map(figure).collect(Collectors.joining(" / "));
    }

    /** With at most {@code decimals}; a plain 0 for nothing at all. */
    private static String figure(double value, int decimals) {
        return value == 0 ? "0" : ("%." + decimals + "f").formatted(value);
    }
}
