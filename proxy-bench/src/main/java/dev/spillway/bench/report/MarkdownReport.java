package dev.spillway.bench.report;

import dev.spillway.bench.measure.Measurements;
import dev.spillway.bench.measure.Metric;
import dev.spillway.bench.measure.Spread;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A report for people: costs with spread and ratio, the controls that say how far to trust them, and what failed. */
public final class MarkdownReport {
    private static final DateTimeFormatter WHEN =
            DateTimeFormatter.ofPattern("d MMMM yyyy, HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

    /** Ratios between these are called level: closer than what two runs on one machine differ by. */
    private static final double LEVEL_FROM = 0.9;

    private static final double LEVEL_TO = 1.1;

    /** What traffic straight to the backend is called, where there is a figure of it. */
    private static final String CONTROL = "direct";

    private final Report report;
    private final Measurements measurements;

    private MarkdownReport(Report report) {
        this.report = report;
        this.measurements = report.measurements();
    }

    /** The text of {@code report}, with a line end. */
    public static String of(Report report) {
        MarkdownReport markdown = new MarkdownReport(report);
        return Stream.of(
                        markdown.header(),
                        TargetTable.of(report),
                        markdown.costs(),
                        markdown.reading(),
                        Headroom.of(report.measurements(), CONTROL),
                        markdown.controls(),
                        markdown.list("Not measured", markdown.failures()),
                        markdown.list("To be known", report.measurements().notes()))
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining("\n"));
    }

    private String header() {
        Machine machine = report.machine();
        StringBuilder text = new StringBuilder();
        text.append(String.format(
                Locale.ROOT,
                "Measured on %s in %d s by `java -jar proxy-bench/target/spillway-bench.jar %s`, on %d × %s, %d MiB,"
                        + " Linux %s with %s; load generator and backend on %s; load average before the run %.2f.%n%n",
                WHEN.format(report.startedAt()),
                report.took().toSeconds(),
                report.command(),
                machine.processors(),
                machine.processor(),
                machine.memoryMiB(),
                machine.kernel(),
                machine.congestionControl(),
                machine.java(),
                machine.loadAverage()));
        for (Report.Entrant entrant : report.contenders()) {
            text.append("- **%s**: %s. %s.%n".formatted(entrant.name(), entrant.version(), entrant.setUp()));
        }
        return text.toString();
    }

    private String costs() {
        List<Metric> costs = metrics(Metric.Kind::isUse);
        if (costs.isEmpty()) {
            return "";
        }
        List<String> columns = columns(costs);
        List<List<String>> rows = new ArrayList<>();
        rows.add(row("cost (less is better)", "unit", columns));
        for (Metric metric : costs) {
            rows.add(row(
                    metric.title(),
                    metric.unit(),
                    columns.stream().map(column -> cost(metric, column)).toList()));
        }
        return MarkdownTable.of(rows);
    }

    private String cost(Metric metric, String contender) {
        Optional<Spread> spread = measurements.spread(metric, contender);
        if (spread.isEmpty()) {
            return "–";
        }
        Optional<Spread> ratio = contender.equals(report.reference())
                ? Optional.empty()
                : measurements.ratio(metric, contender, report.reference());
        return Figures.of(spread.get())
                + ratio.map(times -> " **×" + Figures.of(times.median()) + "**").orElse("");
    }

    /** In words, from the same figures: where the first contender costs more than the reference, and where less. */
    private String reading() {
        if (report.contenders().isEmpty()) {
            return "";
        }
        String first = report.contenders().get(0).name();
        List<String> more = new ArrayList<>();
        List<String> level = new ArrayList<>();
        List<String> less = new ArrayList<>();
        for (Metric metric : metrics(Metric.Kind::isUse)) {
            Optional<Spread> ratio = measurements.ratio(metric, first, report.reference());
            if (ratio.isEmpty() || first.equals(report.reference())) {
                continue;
            }
            double times = ratio.get().median();
            (times > LEVEL_TO ? more : times < LEVEL_FROM ? less : level)
                    .add(metric.id() + " (×" + Figures.of(times) + ")");
        }
        StringBuilder text = new StringBuilder();
        sentence(text, "%s costs more than %s in".formatted(first, report.reference()), more);
        sentence(text, "Level, within a tenth:", level);
        sentence(text, "Less in", less);
        return text.toString();
    }

    private static void sentence(StringBuilder to, String beginning, List<String> items) {
        if (!items.isEmpty()) {
            to.append("%s %s.%n".formatted(beginning, String.join(", ", items)));
        }
    }

    private String controls() {
        List<Metric> controls = metrics(kind -> !kind.isUse());
        if (controls.isEmpty()) {
            return "";
        }
        List<String> columns = columns(controls);
        List<List<String>> rows = new ArrayList<>();
        rows.add(row("control (medians)", "unit", columns));
        for (Metric metric : controls) {
            rows.add(row(
                    "`" + metric.id() + "`",
                    metric.unit(),
                    columns.stream()
                            .map(column -> measurements
                                    .spread(metric, column)
                                    .map(spread -> Figures.of(spread.median()))
                                    .orElse("–"))
                            .toList()));
        }
        return MarkdownTable.of(rows);
    }

    private String list(String title, List<String> items) {
        return items.isEmpty()
                ? ""
                : title + ":\n\n"
                        + items.stream().map(item -> "- " + item + "\n").collect(Collectors.joining());
    }

    private List<String> failures() {
        return measurements.failures().stream()
                .map(failure -> failure.what() + ", " + failure.contender() + ": "
                        + failure.message().replaceAll("\\s+", " "))
                .toList();
    }

    private List<Metric> metrics(Predicate<Metric.Kind> wanted) {
        return measurements.metrics().stream()
                .filter(metric -> wanted.test(metric.kind()))
                .toList();
    }

    /** Contenders in their order, then whoever else has a figure: the control. */
    private List<String> columns(List<Metric> metrics) {
        Set<String> present = new LinkedHashSet<>();
        metrics.forEach(metric -> present.addAll(measurements.contenders(metric)));
        Set<String> columns = new LinkedHashSet<>();
        report.contenders().stream()
                .map(Report.Entrant::name)
                .filter(present::contains)
                .forEach(columns::add);
        columns.addAll(present);
        return List.copyOf(columns);
    }

    private static List<String> row(String first, String second, List<String> rest) {
        List<String> row = new ArrayList<>(List.of(first, second));
        row.addAll(rest);
        return row;
    }
}
