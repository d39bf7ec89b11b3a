package dev.spillway.bench.report;

import dev.spillway.bench.measure.Measurements;
import dev.spillway.bench.measure.Metric;
import dev.spillway.bench.measure.Spread;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What Spillway is asked for, in figures of a run: either how many times the reference's cost its own may be, or the cost
 * itself.
 *
 * @param work what is asked about
 * @param metrics the ids of the metrics it is measured by
 * @param reference the contender that its cost is held against; empty if the figure itself counts
 * @param atMost the ratio, or the figure in the metric's own unit, that it may be
 * @param unit of {@code atMost} as people read it; empty for a ratio
 * @param scale how many of the metric's own unit one of {@code unit} is
 */
public record Target(
        String work, Pattern metrics, Optional<String> reference, double atMost, String unit, double scale) {
    /**
     * A contender that shows how little the same work can cost.
     *
     * @param contender its name
     * @param title what it is called beside what is asked
     */
    public record Yardstick(String contender, String title) {}

    /** Those there are: at all, and in Java. */
    public static final List<Yardstick> FLOORS =
            List.of(new Yardstick("floor", "the floor"), new Yardstick("floor-java", "the floor in Java"));

    /** How a contender stands to a target. */
    public enum Standing {
        /** Every metric of it is within. */
        MET("yes"),
        /** The mean of its metrics is within, one of them is not. */
        ON_AVERAGE("on average"),
        /** Neither. */
        MISSED("no"),
        /** The run has no figure for it. */
        NOT_MEASURED("–");

        private final String word;

        Standing(String word) {
            this.word = word;
        }

        /** How a table says it. */
        public String word() {
            return word;
        }
    }

    /**
     * What a run says to a target.
     *
     * @param standing whether it is met
     * @param measured of each round the geometric mean over its metrics; empty if there is no figure
     * @param worst the id of the metric with the highest median; empty if there is no figure, or only one metric
     * @param worstMedian its median; 0 if there is no figure
     */
    public record Verdict(Standing standing, Optional<Spread> measured, String worst, double worstMedian) {}

    /** The targets of Spillway's data path, in units of HAProxy's cost with one thread. */
    public static List<Target> all() {
        return List.of(
                ratio("bulk, against HAProxy's default path", "bulk-.*", "haproxy", 0.5),
                ratio("bulk, against its forced splice", "bulk-.*", "haproxy-splice", 1.0),
                ratio("request and response, 64 and 512 connections", "exchange-.*-(64|512)", "haproxy", 0.9),
                ratio("new connections", "connect-.*", "haproxy", 1.0),
                ratio("p99 latency at half of HAProxy's peak rate", "latency-.*\\.p99", "haproxy", 1.2),
                ratio("resident set per idle connection (heap capped, marginal)", "idle\\.rss", "haproxy", 1.0),
                new Target(
                        "time to listening, warm disk",
                        Pattern.compile("start-up\\.time"),
                        Optional.empty(),
                        1.0,
                        "s",
                        1000));
    }

    private static Target ratio(String work, String metrics, String reference, double atMost) {
        return new Target(work, Pattern.compile(metrics), Optional.of(reference), atMost, "", 1);
    }

    /** Of a floor what {@link Verdict#measured} is of a proxy; empty where it did not take part. */
    Optional<Spread> floor(Measurements measurements, Yardstick floor) {
        return verdict(measurements, floor.contender()).measured();
    }

    /** What {@code measurements} say of {@code contender}. */
    public Verdict verdict(Measurements measurements, String contender) {
        List<Measured> all = new ArrayList<>();
        for (Metric metric : measurements.metrics()) {
            if (metric.kind() == Metric.Kind.COST
                    && metrics.matcher(metric.id()).matches()) {
                Map<Integer, Double> rounds = rounds(measurements, metric, contender);
                if (!rounds.isEmpty()) {
                    all.add(new Measured(metric.id(), rounds));
                }
            }
        }
        if (all.isEmpty()) {
            return new Verdict(Standing.NOT_MEASURED, Optional.empty(), "", 0);
        }
        Measured worst =
                all.stream().max(Comparator.comparingDouble(Measured::median)).orElseThrow();
        Optional<Spread> measured = means(all);
        boolean meanWithin = measured.isPresent() && measured.get().median() <= atMost;
        Standing standing =
                worst.median() <= atMost ? Standing.MET : meanWithin ? Standing.ON_AVERAGE : Standing.MISSED;
        return new Verdict(standing, measured, all.size() > 1 ? worst.id() : "", worst.median());
    }

    /** What one metric says, by round. */
    private record Measured(String id, Map<Integer, Double> rounds) {
        double median() {
            return Spread.of(List.copyOf(rounds.values())).median();
        }

        /** A memory figure of noise may be below nothing, and has no logarithm; so has a round that is missing. */
        double logarithm(int round) {
            return Math.log(rounds.getOrDefault(round, Double.NaN));
        }
    }

    private Map<Integer, Double> rounds(Measurements measurements, Metric metric, String contender) {
        if (reference.isPresent()) {
            return measurements.ratios(metric, contender, reference.get());
        }
        Map<Integer, Double> scaled = new TreeMap<>();
        measurements.byRound(metric, contender).forEach((round, figure) -> scaled.put(round, figure / scale));
        return scaled;
    }

    /** The geometric means of the rounds that all metrics have. */
    private static Optional<Spread> means(List<Measured> all) {
        if (all.size() == 1) {
            return Optional.of(Spread.of(List.copyOf(all.get(0).rounds().values())));
        }
        List<Double> means = new ArrayList<>();
        for (int round : all.get(0).rounds().keySet()) {
            double mean = Math.exp(all.stream()
                    .mapToDouble(metric -> metric.logarithm(round))
                    .average()
                    .orElse(Double.NaN));
            if (Double.isFinite(mean)) {
                means.add(mean);
            }
        }
        return means.isEmpty() ? Optional.empty() : Optional.of(Spread.of(means));
    }
}
