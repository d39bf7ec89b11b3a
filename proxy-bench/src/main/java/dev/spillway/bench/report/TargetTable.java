package dev.spillway.bench.report;

import dev.spillway.bench.measure.Spread;
import java.util.ArrayList;
import java.util.List;

/** What was asked, what was measured, and whether it is met: a table for people. */
final class TargetTable {
    private TargetTable() {}

    /** A row for each target and each contender of {@code report} that is judged; empty if none is or nothing was measured. */
    static String of(Report report) {
        List<List<String>> rows = new ArrayList<>();
        boolean several = report.judged().size() > 1;
        boolean measured = false;
        for (Target target : Target.all()) {
            for (String contender : report.judged()) {
                Target.Verdict verdict = target.verdict(report.measurements(), contender);
                measured |= verdict.standing() != Target.Standing.NOT_MEASURED;
                List<String> row = new ArrayList<>(List.of(target.work(), "≤ " + quantity(target, target.atMost())));
                if (several) {
                    row.add(contender);
                }
                row.addAll(List.of(
                        verdict.measured().map(spread -> spread(target, spread)).orElse("–"),
                        worst(verdict),
                        verdict.standing().word()));
                rows.add(row);
            }
        }
        if (!measured) {
            return "";
        }
        rows.add(0, head(several));
        return MarkdownTable.of(rows);
    }

    private static List<String> head(boolean several) {
        List<String> head = new ArrayList<>(List.of("work", "asked"));
        if (several) {
            head.add("proxy");
        }
        head.addAll(List.of("measured", "the worst of it", "met"));
        return head;
    }

    private static String spread(Target target, Spread spread) {
        return target.reference().isPresent() ? "×" + Figures.of(spread) : Figures.of(spread) + " " + target.unit();
    }

    private static String quantity(Target target, double figure) {
        return target.reference().isPresent() ? "×" + Figures.of(figure) : Figures.of(figure) + " " + target.unit();
    }

    private static String worst(Target.Verdict verdict) {
        return verdict.worst().isEmpty()
                ? "–"
                : "×" + Figures.of(verdict.worstMedian()) + " in `" + verdict.worst() + "`";
    }
}
