package dev.spillway.server.screen;

import java.util.ArrayList;
import java.util.List;

/** Rows below a heading, each column as wide as its widest cell; four blanks between columns, as the original has it. */
final class Table {
    private static final int GAP = 4;

    private final List<List<String>> rows = new ArrayList<>();

    Table(String... heading) {
        rows.add(List.of(heading));
    }

    /** Adds a row; cells that are left out at its end are empty. */
    Table row(String... cells) {
        rows.add(List.of(cells));
        return this;
    }

    boolean hasRows() {
        return rows.size() > 1;
    }

    List<String> lines() {
        int[] widths = new int[rows.get(0).size()];
        for (List<String> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        return rows.stream().map(row -> line(row, widths)).toList();
    }

    private static String line(List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < row.size(); i++) {
            line.append(row.get(i));
            line.append(" ".repeat(widths[i] - row.get(i).length() + GAP));
        }
        return line.toString().stripTrailing();
    }
}
