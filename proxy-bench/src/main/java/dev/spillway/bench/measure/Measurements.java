package dev.spillway.bench.measure;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * All figures of one run, by metric, contender and round, and what could not be measured. Metrics and contenders keep
 * the order in which they came. Not for concurrent use.
 */
public final class Measurements {
    private final Map<Metric, Map<String, TreeMap<Integer, Double>>> figures = new LinkedHashMap<>();
    private final List<Failure> failures = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    /**
     * Something that could not be measured.
     *
     * @param what the workload's id
     * @param contender whose turn it was
     * @param message what went wrong
     */
    public record Failure(String what, String contender, String message) {}

    /** Adds the figure of {@code contender} in {@code round}, counted from 0. */
    public void add(Metric metric, String contender, int round, double figure) {
        figures.computeIfAbsent(metric, key -> new LinkedHashMap<>())
                .computeIfAbsent(contender, key -> new TreeMap<>())
                .put(round, figure);
    }

    /** Adds what went wrong; its figure is then missing. */
    public void fail(String what, String contender, String message) {
        failures.add(new Failure(what, contender, message));
    }

    /** Adds a sentence without which a figure would be read wrongly. */
    public void note(String sentence) {
        notes.add(sentence);
    }

    /** What has to be known to read the figures. */
    public List<String> notes() {
        return List.copyOf(notes);
    }

    /** The metrics that have a figure. */
    public List<Metric> metrics() {
        return List.copyOf(figures.keySet());
    }

    /** What could not be measured. */
    public List<Failure> failures() {
        return List.copyOf(failures);
    }

    /** The contenders that have a figure of {@code metric}. */
    public List<String> contenders(Metric metric) {
        return List.copyOf(figures.getOrDefault(metric, Map.of()).keySet());
    }

    /** The figures of {@code contender}, by round; empty if there is none. */
    public List<Double> figures(Metric metric, String contender) {
        return List.copyOf(rounds(metric, contender).values());
    }

    /** Middle and ends of the figures of {@code contender}, if there are any. */
    public Optional<Spread> spread(Metric metric, String contender) {
        List<Double> of = figures(metric, contender);
        return of.isEmpty() ? Optional.empty() : Optional.of(Spread.of(of));
    }

    /**
     * How many times the figure of {@code reference} that of {@code contender} is, round by round, so that what disturbs
     * a whole round cancels out. Rounds in which either is missing, or the reference is not above 0, do not count; and
     * only a {@link Metric.Kind#COST} has one.
     */
    public Optional<Spread> ratio(Metric metric, String contender, String reference) {
        List<Double> ratios = List.copyOf(ratios(metric, contender, reference).values());
        return ratios.isEmpty() ? Optional.empty() : Optional.of(Spread.of(ratios));
    }

    /** The ratios that {@link #ratio} is the spread of, by round. */
    public Map<Integer, Double> ratios(Metric metric, String contender, String reference) {
        Map<Integer, Double> ratios = new TreeMap<>();
        if (metric.kind() == Metric.Kind.COST) {
            Map<Integer, Double> of = rounds(metric, contender);
            rounds(metric, reference).forEach((round, base) -> {
                Double figure = of.get(round);
                if (figure != null && base > 0) {
                    ratios.put(round, figure / base);
                }
            });
        }
        return ratios;
    }

    /** The figures of {@code contender}, by round; empty if there is none. */
    public Map<Integer, Double> byRound(Metric metric, String contender) {
        return Map.copyOf(rounds(metric, contender));
    }

    private TreeMap<Integer, Double> rounds(Metric metric, String contender) {
        TreeMap<Integer, Double> rounds = figures.getOrDefault(metric, Map.of()).get(contender);
        return rounds == null ? new TreeMap<>() : rounds;
    }
}
