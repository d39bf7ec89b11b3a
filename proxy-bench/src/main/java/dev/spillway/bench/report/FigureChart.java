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
 * The figures themselves as a picture (SVG): for each unit a panel with an axis from nothing on, in it a row for each cost with
 * a dot for each contender at its median and a line from its least to its greatest round. The same report gives the same bytes.
 */
public final class FigureChart {
    private static final int LEFT = 390;
    private static final int RIGHT = 40;
    private static final int LEGEND = 30;
    private static final int AXIS = 30;
    private static final int LANE = 9;
    private static final int ROW_GAP = 8;
    private static final int MOST_TICKS = 6;

    /** Times the greatest median, of an axis at most: what lies beyond is drawn at its end. */
    private static final double GREATEST_REACH = 1.5;

    private final Report report;
    private final Map<String, List<Row>> panels = new LinkedHashMap<>();
    private final Set<String> drawn = new LinkedHashSet<>();

    /** One cost. */
    private record Row(String title, Map<String, Spread> figures) {
        int height() {
            return Math.max(2, figures.size()) * LANE + ROW_GAP;
        }
    }

    private FigureChart(Report report) {
        this.report = report;
    }

    /** The picture of the uses in {@code report} that are {@code wanted}; empty if there is none. */
    public static Optional<String> of(Report report, String title, Predicate<Metric> wanted) {
        FigureChart chart = new FigureChart(report);
        report.measurements().metrics().stream()
                .filter(metric -> metric.kind().isUse() && wanted.test(metric))
                .forEach(chart::take);
        return chart.panels.isEmpty() ? Optional.empty() : Optional.of(chart.draw(title));
    }

    private void take(Metric metric) {
        Map<String, Spread> figures = new LinkedHashMap<>();
        for (Report.Entrant entrant : report.contenders()) {
            report.measurements()
                    .spread(metric, entrant.name())
                    .ifPresent(spread -> figures.put(entrant.name(), spread));
        }
        if (!figures.isEmpty()) {
            drawn.addAll(figures.keySet());
            panels.computeIfAbsent(metric.unit(), unit -> new ArrayList<>()).add(new Row(metric.title(), figures));
        }
    }

    private String draw(String title) {
        int height =
                LEGEND + panels.values().stream().mapToInt(FigureChart::height).sum();
        Svg svg = new Svg(report, height);
        svg.legend(title + " (less is better)", LEFT, drawn);
        int y = LEGEND;
        for (Map.Entry<String, List<Row>> panel : panels.entrySet()) {
            panel(svg, panel.getKey(), panel.getValue(), y);
            y += height(panel.getValue());
        }
        return svg.finished();
    }

    private static int height(List<Row> rows) {
        return AXIS + rows.stream().mapToInt(Row::height).sum() + ROW_GAP;
    }

    private static void panel(Svg svg, String unit, List<Row> rows, int top) {
        double step = step(reach(rows));
        double to = step * Math.ceil(reach(rows) / step);
        svg.add(
                "<text x=\"%d\" y=\"%d\" text-anchor=\"end\" fill=\"#444\">%s</text>",
                LEFT - 10, top + 12, Svg.escaped(unit));
        for (int tick = 0; tick * step <= to * 1.0001; tick++) {
            double x = x(tick * step, to);
            svg.add(
                    "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"#ddd\"/>",
                    x, top + 18, x, top + height(rows) - ROW_GAP);
            svg.add(
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\" fill=\"#444\">%s</text>",
                    x, top + 12, Figures.of(tick * step));
        }
        int y = top + AXIS;
        for (Row row : rows) {
            row(svg, row, y, to);
            y += row.height();
        }
    }

    private static void row(Svg svg, Row row, int top, double to) {
        int middle = top + (row.height() - ROW_GAP) / 2;
        svg.add(
                "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>",
                LEFT - 10, middle + 4, Svg.escaped(Svg.shortened(row.title())));
        int y = middle - (row.figures().size() - 1) * LANE / 2;
        for (Map.Entry<String, Spread> entry : row.figures().entrySet()) {
            Spread spread = entry.getValue();
            svg.spread(x(spread.min(), to), y, x(spread.max(), to), y, entry.getKey());
            svg.dot(x(spread.median(), to), y, entry.getKey(), Figures.of(spread));
            y += LANE;
        }
    }

    /** What an axis of {@code rows} has to reach; positive. */
    private static double reach(List<Row> rows) {
        double median = 0;
        double max = 0;
        for (Row row : rows) {
            for (Spread spread : row.figures().values()) {
                median = Math.max(median, spread.median());
                max = Math.max(max, spread.max());
            }
        }
        double reach = Math.min(max, GREATEST_REACH * median);
        return reach > 0 ? reach : 1;
    }

    /** The least of 1, 2, 5, 10, … (or tenths of them) that divides {@code reach} into few enough parts. */
    private static double step(double reach) {
        double ten = Math.pow(10, Math.floor(Math.log10(reach / MOST_TICKS)));
        for (int times : new int[] {1, 2, 5}) {
            if (reach / (ten * times) <= MOST_TICKS) {
                return ten * times;
            }
        }
        return 10 * ten;
    }

    private static double x(double figure, double to) {
        // A memory figure of noise may be below nothing.
        double within = Math.max(0, Math.min(to, figure));
        return LEFT + (Svg.WIDTH - LEFT - RIGHT) * within / to;
    }
}
