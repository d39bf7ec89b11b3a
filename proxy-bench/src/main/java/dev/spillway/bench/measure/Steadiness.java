package dev.spillway.bench.measure;

import java.util.Collections;
import java.util.List;

/**
 * Says when warming up is over: the best of the last {@value #STRETCH} figures is no better, but for a tolerance, than the best of all before
 * them, or a bound of repetitions is hit.
 *
 * <p>A program that is compiled while it runs gets cheaper by leaps: the last of them, to the second compiler's code, can come seconds after
 * two figures were as good as equal. And figures that other work on the machine made worse say nothing of it, so the best ones are compared.
 *
 * @param tolerance by what share of the best before the best of the last may be better; 0 &lt; tolerance &lt; 1
 * @param bound repetitions after which it is over in any case; at least 2
 */
public record Steadiness(double tolerance, int bound) {
    private static final int STRETCH = 3;

    /** Figures that it takes at least to tell. */
    public static final int LEAST = 2 * STRETCH;

    /** @throws IllegalArgumentException if a value is out of its range */
    public Steadiness {
        if (!(tolerance > 0 && tolerance < 1)) {
            throw new IllegalArgumentException("tolerance: " + tolerance + " (expected: 0 < tolerance < 1)");
        }
        if (bound < 2) {
            throw new IllegalArgumentException("bound: " + bound + " (expected: at least 2)");
        }
    }

    /** Whether {@code figures}, costs, oldest first, need no further repetition. */
    public boolean isOver(List<Double> figures) {
        return figures.size() >= bound || isSteady(figures);
    }

    /** Whether the last {@value #STRETCH} of {@code figures} are no better than the others. */
    public boolean isSteady(List<Double> figures) {
        int split = figures.size() - STRETCH;
        return figures.size() >= LEAST
                && Collections.min(figures.subList(split, figures.size()))
                        >= (1 - tolerance) * Collections.min(figures.subList(0, split));
    }
}
