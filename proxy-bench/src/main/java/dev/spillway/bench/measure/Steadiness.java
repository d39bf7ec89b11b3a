package dev.spillway.bench.measure;

import java.util.List;

/**
 * Says when warming up is over: the last two figures differ by less than a tolerance, or a bound of repetitions is hit.
 * A program that is compiled while it runs gets cheaper from repetition to repetition; one that is not is steady with
 * its second figure.
 *
 * @param tolerance greatest difference of the last two, as a share of the greater; 0 &lt; tolerance &lt; 1
 * @param bound repetitions after which it is over in any case; at least 2
 */
public record Steadiness(double tolerance, int bound) {
    /** @throws IllegalArgumentException if a value is out of its range */
    public Steadiness {
        if (!(tolerance > 0 && tolerance < 1)) {
            throw new IllegalArgumentException("tolerance: " + tolerance + " (expected: 0 < tolerance < 1)");
        }
        if (bound < 2) {
            throw new IllegalArgumentException("bound: " + bound + " (expected: at least 2)");
        }
    }

    /** Whether {@code figures}, oldest first, need no further repetition. */
    public boolean isOver(List<Double> figures) {
        return figures.size() >= bound || isSteady(figures);
    }

    /** Whether the last two of {@code figures} differ by less than the tolerance. */
    public boolean isSteady(List<Double> figures) {
        if (figures.size() < 2) {
            return false;
        }
        double last = figures.get(figures.size() - 1);
        double previous = figures.get(figures.size() - 2);
        return Math.abs(last - previous) < tolerance * Math.max(last, previous);
    }
}
