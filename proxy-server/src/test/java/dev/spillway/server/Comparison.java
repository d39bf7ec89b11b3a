package dev.spillway.server;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a page says is answered beside what was. A line {@code ...} of the page stands for any number of lines, and
 * {@code ...} within a line for any text that is not empty.
 */
final class Comparison {
    private static final String ANY = "...";

    private final List<String> said;
    private final List<String> actual;
    private final List<Pattern> patterns;

    /** How many of the actual lines from the second index on are accounted for by those said from the first on, at most. */
    private final int[][] agreed;

    private Comparison(List<String> said, List<String> actual) {
        this.said = said;
        this.actual = actual;
        this.patterns = said.stream().map(Comparison::pattern).toList();
        this.agreed = new int[said.size() + 1][actual.size() + 1];
        for (int i = said.size() - 1; i >= 0; i--) {
            for (int j = actual.size(); j >= 0; j--) {
                agreed[i][j] = best(i, j);
            }
        }
    }

    /** Empty if they agree; else all lines, those only said after {@code -}, those only answered after {@code +}. */
    static String difference(List<String> said, List<String> actual) {
        return new Comparison(said, actual).difference();
    }

    private static Pattern pattern(String line) {
        return Pattern.compile(Arrays.stream(line.split(Pattern.quote(ANY), -1))
                .map(Pattern::quote)
                .collect(Collectors.joining(".+")));
    }

    private boolean any(int i) {
        return said.get(i).equals(ANY);
    }

    private boolean same(int i, int j) {
        return !any(i) && patterns.get(i).matcher(actual.get(j)).matches();
    }

    private int best(int i, int j) {
        boolean more = j < actual.size();
        if (any(i)) {
            return Math.max(agreed[i + 1][j], more ? agreed[i][j + 1] + 1 : 0);
        }
        int best = Math.max(agreed[i + 1][j], more ? agreed[i][j + 1] : 0);
        // A said line weighs more than what dots would account for, or they would take all.
        return more && same(i, j) ? Math.max(best, agreed[i + 1][j + 1] + actual.size() + 1) : best;
    }

    private String difference() {
        List<String> lines = new ArrayList<>();
        boolean differs = false;
        int i = 0;
        int j = 0;
        while (i < said.size() || j < actual.size()) {
            boolean more = j < actual.size();
            if (i < said.size() && any(i)) {
                if (more && agreed[i][j] == agreed[i][j + 1] + 1) {
                    lines.add("  " + actual.get(j++));
                } else {
                    i++;
                }
            } else if (i < said.size() && more && same(i, j) && agreed[i][j] > agreed[i + 1][j + 1] + actual.size()) {
                lines.add("  " + actual.get(j++));
                i++;
            } else {
                differs = true;
                boolean page = i < said.size() && agreed[i][j] == agreed[i + 1][j];
                lines.add(page ? "- " + said.get(i++) : "+ " + actual.get(j++));
            }
        }
        return differs ? String.join("\n", lines) : "";
    }
}
