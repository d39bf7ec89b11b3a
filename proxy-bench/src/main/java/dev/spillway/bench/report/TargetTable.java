package dev.spillway.bench.report;

import dev.spillway.bench.measure.Spread;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What was asked, what was measured, and whether it is met: a table for people. */
final class TargetTable {
    private TargetTable() {}

    /** A row for each target and each contender of {@code report} that is judged; empty if none is or nothing was measured. */
    static String of(Report report) {
        List<List<String>> rows = new ArrayList<>();
        boolean several = report.judged().size() > 1;
        List<Target.Yardstick> floors = Target.FLOORS.stream()
                .filter(floor -> Target.all().stream()
                        .anyMatch(target ->
                                target.floor(report.measurements(), floor).isPresent()))
                .toList();
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
                        spread(target, verdict.measured()),
                        worst(verdict),
                        verdict.standing().word()));
                for (Target.Yardstick floor : floors) {
                    row.add(spread(target, target.floor(report.measurements(), floor)));
                }
                rows.add(row);
            }
        }
        if (!measured) {
            return "";
        }
        rows.add(0, head(several, floors));
        return MarkdownTable.of(rows);
    }

    private static List<String> head(boolean several, List<Target.Yardstick> floors) {
        List<String> head = new ArrayList<>(List.of("work", "asked"));
        if (several) {
            head.add("proxy");
        }
        head.addAll(List.of("measured", "the worst of it", "met"));
        floors.forEach(floor -> head.add(floor.title()));
        return head;
    }

    private static String spread(Target target, Optional<Spread> measured) {
        return measured.map(Figures::of)
                .map(figures -> target.reference().isPresent() ? "×" + figures : figures + " " + target.unit())
                .orElse("–");
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
