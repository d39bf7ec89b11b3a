package dev.spillway.server.spelling;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** How far two words are apart: insertions, deletions, replacements and swaps of neighbours, each counted as one. */
public final class Spelling {
    private Spelling() {}

    /** Longer words are compared by their beginning, so that a file full of rubbish costs no more than another. */
    private static final int LONGEST = 100;

    /** The word of {@code known} that is nearest to {@code word}; of equally near ones the first in the alphabet. */
    public static Optional<String> nearest(String word, Collection<String> known) {
        return known.stream()
                .min(Comparator.<String>comparingInt(candidate -> distance(word, candidate))
                        .thenComparing(Comparator.naturalOrder()));
    }

    /** Whether {@code candidate} is near enough to {@code word} to be what was meant. */
    public static boolean near(String word, String candidate) {
        return distance(word, candidate) <= Math.max(2, Math.max(word.length(), candidate.length()) / 3);
    }

    /** The edit distance of the two (optimal string alignment). */
    public static int distance(String first, String second) {
        String from = first.substring(0, Math.min(LONGEST, first.length()));
        String to = second.substring(0, Math.min(LONGEST, second.length()));
        int[][] cost = new int[from.length() + 1][to.length() + 1];
        for (int i = 0; i <= from.length(); i++) {
            for (int j = 0; j <= to.length(); j++) {
                if (i == 0 || j == 0) {
                    cost[i][j] = i + j;
                    continue;
                }
                int replace = from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1;
                cost[i][j] = Math.min(Math.min(cost[i - 1][j], cost[i][j - 1]) + 1, cost[i - 1][j - 1] + replace);
                if (i > 1
                        && j > 1
                        && from.charAt(i - 1) == to.charAt(j - 2)
                        && from.charAt(i - 2) == to.charAt(j - 1)) {
                    cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
                }
            }
        }
        return cost[from.length()][to.length()];
    }
}
