package dev.spillway.bench.measure;

import java.util.List;

/**
 * Where the middle of a few repeated figures lies and how far they lie apart. The median and not the mean, because on a
 * shared machine a disturbed round is far off in one direction only.
 *
 * @param min the least of them
 * @param median the middle one; of an even count the mean of the middle two
 * @param max the greatest of them
 */
public record Spread(double min, double median, double max) {
    /**
     * The spread of {@code figures}.
     *
     * @throws IllegalArgumentException if there are none, or one is not finite
     */
    public static Spread of(List<Double> figures) {
        if (figures.isEmpty()) {
            throw new IllegalArgumentException("figures: none (expected: at least one)");
        }
        double[] sorted =
                figures.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        for (double figure : sorted) {
            if (!Double.isFinite(figure)) {
                throw new IllegalArgumentException("figure: " + figure + " (expected: finite)");
            }
        }
        int upper = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[upper] : (sorted[upper - 1] + sorted[upper]) / 2;
        return new Spread(sorted[0], median, sorted[sorted.length - 1]);
    }
}
