package dev.spillway.bench.report;

import dev.spillway.bench.measure.Metric;
import dev.spillway.bench.measure.Spread;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Ratios to the reference as a picture (SVG, written by hand): a row for each cost, in it a dot for each contender at its
 * median and a line from its least to its greatest round, on a logarithmic axis; a red mark shows what is asked. The same
 * report gives the same bytes.
 */
public final class RatioChart {
    private static final int LEFT = 330;
    private static final int RIGHT = 30;
    private static final int LEGEND_ROW = 20;
    private static final int AXIS = 26;
    private static final int LANE = 9;
    private static final int ROW_GAP = 8;

    /** Of the axis at least, so that a chart of ratios near 1 does not magnify noise. */
    private static final double LEAST_REACH = 2;

    /** Of the axis at most: what lies beyond is drawn at its end, or one disturbed round would leave no room for the others. */
    private static final double GREATEST_REACH = 8;

    private final Report report;
    private final Set<String> drawn = new LinkedHashSet<>();
    private double from = 1 / LEAST_REACH;
    private double to = LEAST_REACH;

    /** One row. */
    private record Row(String id, String title, Map<String, Spread> ratios) {}

    private RatioChart(Report report) {
        this.report = report;
    }

    /** The picture of the metrics of {@code report} that are {@code wanted}; empty if they have no ratio. */
    public static Optional<String> of(Report report, Predicate<Metric> wanted) {
        RatioChart chart = new RatioChart(report);
        List<Row> rows = chart.rows(wanted);
        return rows.isEmpty() ? Optional.empty() : Optional.of(chart.draw(rows));
    }

    private List<Row> rows(Predicate<Metric> wanted) {
        List<Row> rows = new ArrayList<>();
        for (Metric metric :
                report.measurements().metrics().stream().filter(wanted).toList()) {
            Map<String, Spread> ratios = new LinkedHashMap<>();
            for (Report.Entrant entrant : report.contenders()) {
                report.measurements()
                        .ratio(metric, entrant.name(), report.reference())
                        // A memory figure of noise may be below nothing, which this axis does not have.
                        .filter(ratio -> ratio.min() > 0 && !entrant.name().equals(report.reference()))
                        .ifPresent(ratio -> ratios.put(entrant.name(), ratio));
            }
            if (!ratios.isEmpty()) {
                rows.add(new Row(metric.id(), metric.title(), ratios));
            }
        }
        for (Row row : rows) {
            row.ratios().forEach((name, ratio) -> {
                drawn.add(name);
                // The next power of two, so that the axis begins and ends with a label.
                from = Math.min(from, Math.pow(2, Math.floor(log2(ratio.min()))));
                to = Math.max(to, Math.pow(2, Math.ceil(log2(ratio.max()))));
            });
        }
        from = Math.max(from, 1 / GREATEST_REACH);
        to = Math.min(to, GREATEST_REACH);
        return rows;
    }

    private String draw(List<Row> rows) {
        int top = LEGEND_ROW + AXIS + 10;
        int height = top + rows.stream().mapToInt(RatioChart::height).sum() + 10;
        Svg svg = new Svg(report, height);
        svg.legend("cost, times that of %s (less is better; red: asked)".formatted(report.reference()), LEFT, drawn);
        axis(svg, top, height - 10);
        int y = top;
        for (Row row : rows) {
            row(svg, row, y);
            y += height(row);
        }
        return svg.finished();
    }

    private static int height(Row row) {
        return Math.max(2, row.ratios().size()) * LANE + ROW_GAP;
    }

    private void axis(Svg svg, int top, int bottom) {
        for (double at = from; at <= to * 1.0001; at *= 2) {
            boolean one = Math.abs(at - 1) < 1e-9;
            svg.add(
                    "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"%s\"/>",
                    x(at), top - 6, x(at), bottom, one ? "#444" : "#ddd");
            svg.add(
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\" fill=\"#444\">×%s</text>",
                    x(at), top - 12, at < 1 ? "1/" + Math.round(1 / at) : Long.toString(Math.round(at)));
        }
    }

    private void row(Svg svg, Row row, int top) {
        int middle = top + (height(row) - ROW_GAP) / 2;
        svg.add(
                "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>",
                LEFT - 10, middle + 4, Svg.escaped(Svg.shortened(row.title())));
        int y = middle - (row.ratios().size() - 1) * LANE / 2;
        for (Map.Entry<String, Spread> entry : row.ratios().entrySet()) {
            Spread ratio = entry.getValue();
            svg.spread(x(ratio.min()), y, x(ratio.max()), y, entry.getKey());
            svg.dot(x(ratio.median()), y, entry.getKey(), "×" + Figures.of(ratio));
            y += LANE;
        }
        Target.all().stream()
                .filter(target -> target.reference().equals(Optional.of(report.reference()))
                        && target.metrics().matcher(row.id()).matches())
                .forEach(target -> mark(svg, target.atMost(), top, top + height(row) - ROW_GAP));
    }

    private void mark(Svg svg, double ratio, int top, int bottom) {
        svg.add(
                "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"#d00000\" stroke-width=\"1.5\"/>",
                x(ratio), top - 3, x(ratio), bottom);
    }

    private double x(double ratio) {
        double within = Math.max(from, Math.min(to, ratio));
        return LEFT + (Svg.WIDTH - LEFT - RIGHT) * log2(within / from) / log2(to / from);
    }

    private static double log2(double ratio) {
        return Math.log(ratio) / Math.log(2);
    }
}
