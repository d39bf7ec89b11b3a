package dev.spillway.bench.report;

import dev.spillway.bench.measure.Metric;
import dev.spillway.bench.measure.Spread;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Ratios to the reference as a picture (SVG, written by hand): a row for each cost, in it a dot for each contender at its
 * median and a line from its least to its greatest round, on a logarithmic axis; a red mark shows what is asked. The same
 * report gives the same bytes.
 */
public final class RatioChart {
    private static final int WIDTH = 900;
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

    /** Told apart also by those who see colours differently (Okabe and Ito). */
    private static final List<String> COLOURS =
            List.of("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#56b4e9", "#000000", "#999999");

    private final Report report;
    private final StringBuilder svg = new StringBuilder();
    private final Map<String, String> colours = new LinkedHashMap<>();
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
                colours.computeIfAbsent(name, key -> COLOURS.get(colours.size() % COLOURS.size()));
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
        add(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"11\">",
                WIDTH, height);
        add("<rect width=\"%d\" height=\"%d\" fill=\"white\"/>", WIDTH, height);
        legend();
        axis(top, height - 10);
        int y = top;
        for (Row row : rows) {
            row(row, y);
            y += height(row);
        }
        add("</svg>");
        return svg.toString();
    }

    private static int height(Row row) {
        return Math.max(2, row.ratios().size()) * LANE + ROW_GAP;
    }

    private void legend() {
        int x = LEFT;
        for (Map.Entry<String, String> entry : colours.entrySet()) {
            add("<circle cx=\"%d\" cy=\"12\" r=\"4\" fill=\"%s\"/>", x, entry.getValue());
            add("<text x=\"%d\" y=\"16\">%s</text>", x + 8, escaped(entry.getKey()));
            x += 28 + 6 * entry.getKey().length();
        }
        add(
                "<text x=\"10\" y=\"16\">cost, times that of %s (less is better; red: asked)</text>",
                escaped(report.reference()));
    }

    private void axis(int top, int bottom) {
        for (double at = from; at <= to * 1.0001; at *= 2) {
            boolean one = Math.abs(at - 1) < 1e-9;
            add(
                    "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"%s\"/>",
                    x(at), top - 6, x(at), bottom, one ? "#444" : "#ddd");
            add(
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\" fill=\"#444\">×%s</text>",
                    x(at), top - 12, at < 1 ? "1/" + Math.round(1 / at) : Long.toString(Math.round(at)));
        }
    }

    private void row(Row row, int top) {
        int middle = top + (height(row) - ROW_GAP) / 2;
        add(
                "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>",
                LEFT - 10, middle + 4, escaped(shortened(row.title())));
        int y = middle - (row.ratios().size() - 1) * LANE / 2;
        for (Map.Entry<String, Spread> entry : row.ratios().entrySet()) {
            String colour = colours.getOrDefault(entry.getKey(), "#000000");
            Spread ratio = entry.getValue();
            add(
                    "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"%s\" stroke-width=\"2\" opacity=\"0.5\"/>",
                    x(ratio.min()), y, x(ratio.max()), y, colour);
            add(
                    "<circle cx=\"%.1f\" cy=\"%d\" r=\"4\" fill=\"%s\"><title>%s ×%s</title></circle>",
                    x(ratio.median()), y, colour, escaped(entry.getKey()), Figures.of(ratio));
            y += LANE;
        }
        Target.all().stream()
                .filter(target -> target.reference().equals(Optional.of(report.reference()))
                        && target.metrics().matcher(row.id()).matches())
                .forEach(target -> mark(target.atMost(), top, top + height(row) - ROW_GAP));
    }

    private void mark(double ratio, int top, int bottom) {
        add(
                "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"#d00000\" stroke-width=\"1.5\"/>",
                x(ratio), top - 3, x(ratio), bottom);
    }

    /** What fits left of the axis. */
    private static String shortened(String title) {
        int most = 56;
        return title.length() <= most ? title : title.substring(0, most - 1) + "…";
    }

    private double x(double ratio) {
        double within = Math.max(from, Math.min(to, ratio));
        return LEFT + (WIDTH - LEFT - RIGHT) * log2(within / from) / log2(to / from);
    }

    private static double log2(double ratio) {
        return Math.log(ratio) / Math.log(2);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }

    private void add(String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
