package dev.spillway.bench.report;

import dev.spillway.bench.measure.Metric;
import dev.spillway.bench.measure.Spread;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Latencies by percentile as a picture (SVG): a curve for each contender and for the control through its medians, on a
 * logarithmic axis, with a line from the least to the greatest round at each of them. The same report gives the same bytes.
 */
public final class PercentileChart {
    /** As in {@code latency-64B-64.p999}: 99.9 %. */
    private static final Pattern PERCENTILE = Pattern.compile("latency-.*\\.p(\\d\\d)(\\d*)");

    private static final int HEIGHT = 360;
    private static final int LEFT = 70;
    private static final int RIGHT = 60;
    private static final int TOP = 40;
    private static final int BOTTOM = 30;

    /** Between the lines of two contenders, or they would hide each other. */
    private static final int BESIDE = 7;

    private final Report report;
    private final TreeMap<Double, Metric> percentiles = new TreeMap<>();
    private final Map<String, Map<Double, Spread>> curves = new LinkedHashMap<>();
    private double from = Double.MAX_VALUE;
    private double to;

    private PercentileChart(Report report) {
        this.report = report;
    }

    /** The picture of {@code report}; empty if it has no latencies. */
    public static Optional<String> of(Report report) {
        PercentileChart chart = new PercentileChart(report);
        report.measurements().metrics().forEach(chart::take);
        chart.percentiles.forEach(chart::take);
        return chart.curves.isEmpty() ? Optional.empty() : Optional.of(chart.draw());
    }

    private void take(Metric metric) {
        Matcher matcher = PERCENTILE.matcher(metric.id());
        if (matcher.matches()) {
            percentiles.put(Double.valueOf(matcher.group(1) + "." + matcher.group(2) + "0"), metric);
        }
    }

    private void take(double percentile, Metric metric) {
        for (String contender : report.measurements().contenders(metric)) {
            report.measurements()
                    .spread(metric, contender)
                    .filter(spread -> spread.min() > 0)
                    .ifPresent(spread -> {
                        curves.computeIfAbsent(contender, name -> new TreeMap<>())
                                .put(percentile, spread);
                        // The next power of ten, so that the axis begins and ends with a label.
                        from = Math.min(from, Math.pow(10, Math.floor(Math.log10(spread.min()))));
                        to = Math.max(to, Math.pow(10, Math.ceil(Math.log10(spread.max()))));
                    });
        }
    }

    private String draw() {
        Svg svg = new Svg(report, HEIGHT);
        svg.legend("latency by percentile, µs (less is better)", LEFT + 240, curves.keySet());
        List<Double> columns = new ArrayList<>(percentiles.keySet());
        for (double at = from; at <= to * 1.0001; at *= 10) {
            svg.add(
                    "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"#ddd\"/>",
                    LEFT, y(at), Svg.WIDTH - RIGHT + 30, y(at));
            svg.add(
                    "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\" fill=\"#444\">%s</text>",
                    LEFT - 8, y(at) + 4, Figures.of(at));
        }
        for (int i = 0; i < columns.size(); i++) {
            svg.add(
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\" fill=\"#444\">%s %%</text>",
                    x(i, columns.size()), HEIGHT - 10, Figures.of(columns.get(i)));
        }
        int number = 0;
        for (Map.Entry<String, Map<Double, Spread>> curve : curves.entrySet()) {
            curve(svg, curve.getKey(), curve.getValue(), columns, BESIDE * (number++ - (curves.size() - 1) / 2.0));
        }
        return svg.finished();
    }

    private void curve(Svg svg, String contender, Map<Double, Spread> spreads, List<Double> columns, double beside) {
        StringBuilder path = new StringBuilder();
        for (Map.Entry<Double, Spread> entry : spreads.entrySet()) {
            double x = x(columns.indexOf(entry.getKey()), columns.size()) + beside;
            Spread spread = entry.getValue();
            path.append(String.format(java.util.Locale.ROOT, "%.1f,%.1f ", x, y(spread.median())));
            svg.spread(x, y(spread.min()), x, y(spread.max()), contender);
            svg.dot(x, y(spread.median()), contender, Figures.of(entry.getKey()) + " %: " + Figures.of(spread) + " µs");
        }
        svg.add(
                "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" opacity=\"0.7\"/>",
                path.toString().trim(), svg.colour(contender));
    }

    private static double x(int column, int columns) {
        int first = LEFT + 60;
        return columns == 1 ? first : first + (double) column * (Svg.WIDTH - RIGHT - first) / (columns - 1);
    }

    private double y(double micros) {
        double within = Math.log10(micros / from) / Math.max(1, Math.log10(to / from));
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * within;
    }
}
