package dev.spillway.bench.report;

import dev.spillway.bench.measure.Measurements;
import dev.spillway.bench.measure.Metric;
import dev.spillway.bench.measure.Spread;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * How far load generator and backend were from being the bottleneck: for each kind of traffic, how many times the rate of the
 * fastest proxy they reach without any.
 */
final class Headroom {
    /** Below this the rate of a proxy may be the load generator's. */
    private static final double SCARCE = 1.2;

    private static final String RATE = ".rate";

    private Headroom() {}

    private record Margin(String id, double times) {
        String text() {
            return "`" + id + "` (×" + Figures.of(times) + ")";
        }
    }

    /** A sentence or two; empty if nothing was measured without a proxy. */
    static String of(Measurements measurements, String control) {
        List<Margin> margins = new ArrayList<>();
        for (Metric metric : measurements.metrics()) {
            // At a fixed rate everybody has the same one.
            if (metric.id().endsWith(RATE) && !metric.id().startsWith("latency")) {
                margin(measurements, metric, control).ifPresent(margins::add);
            }
        }
        if (margins.isEmpty()) {
            return "";
        }
        margins.sort(Comparator.comparingDouble(Margin::times));
        String text =
                "Without a proxy, load generator and backend reach at least ×%s of the rate of the fastest proxy; least in %s.%n"
                        .formatted(
                                Figures.of(margins.get(0).times()),
                                margins.get(0).text());
        List<String> scarce = margins.stream()
                .filter(margin -> margin.times() < SCARCE)
                .map(Margin::text)
                .toList();
        return scarce.isEmpty()
                ? text
                : text + "They may have been what limited the rate in %s.%n".formatted(String.join(", ", scarce));
    }

    private static Optional<Margin> margin(Measurements measurements, Metric metric, String control) {
        Optional<Spread> alone = measurements.spread(metric, control);
        double fastest = measurements.contenders(metric).stream()
                .filter(contender -> !contender.equals(control))
                .map(contender -> measurements.spread(metric, contender).orElseThrow())
                .mapToDouble(Spread::median)
                .max()
                .orElse(0);
        String id = metric.id().substring(0, metric.id().length() - RATE.length());
        return fastest > 0 ? alone.map(spread -> new Margin(id, spread.median() / fastest)) : Optional.empty();
    }
}
