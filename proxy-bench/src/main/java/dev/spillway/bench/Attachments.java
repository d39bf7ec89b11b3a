package dev.spillway.bench;

import dev.spillway.bench.report.FigureChart;
import dev.spillway.bench.report.JsonReport;
import dev.spillway.bench.report.PercentileChart;
import dev.spillway.bench.report.RatioChart;
import dev.spillway.bench.report.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What goes beside a document into a directory of its name: every figure of a run, and pictures of them. */
final class Attachments {
    private Attachments() {}

    /** Writes them for {@code document}; returns the lines that show the pictures. */
    static String of(Report report, Path document) throws IOException {
        String name = document.getFileName().toString().replaceFirst("\\.[^.]*$", "");
        Path directory = Files.createDirectories(document.resolveSibling(name));
        Files.writeString(directory.resolve("results.json"), JsonReport.of(report));
        // How long a JVM takes to start is asked in seconds; as a ratio it would only stretch the axis.
        Optional<String> ratios = RatioChart.of(report, metric -> !metric.id().startsWith(Plan.START_UP));
        return picture(
                        directory,
                        "ratios",
                        "What each proxy costs, times what %s does".formatted(report.reference()),
                        ratios)
                + picture(directory, "bulk", "Processor time of bulk transfers", bulk(report))
                + picture(directory, "exchanges", "Processor time of exchanges and new connections", exchanges(report))
                + picture(directory, "latency", "Latency by percentile", PercentileChart.of(report))
                + picture(directory, "memory", "Memory and start-up", memory(report));
    }

    private static Optional<String> bulk(Report report) {
        return FigureChart.of(report, "Bulk", metric -> metric.id().startsWith("bulk"));
    }

    private static Optional<String> exchanges(Report report) {
        return FigureChart.of(
                report,
                "Exchanges and new connections",
                metric -> metric.id().startsWith("exchange") || metric.id().startsWith("connect"));
    }

    private static Optional<String> memory(Report report) {
        return FigureChart.of(
                report,
                "Memory and start-up",
                metric -> metric.id().startsWith(Plan.IDLE) || metric.id().startsWith(Plan.START_UP));
    }

    private static String picture(Path directory, String name, String what, Optional<String> svg) throws IOException {
        if (svg.isEmpty()) {
            return "";
        }
        Files.writeString(directory.resolve(name + ".svg"), svg.get());
        return "\n![%s](%s/%s.svg)\n".formatted(what, directory.getFileName(), name);
    }
}
