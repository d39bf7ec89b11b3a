package dev.spillway.bench.profile;

import dev.spillway.bench.report.MarkdownTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** The table of one workload: a column for each proxy, in percent of its samples and in what that costs. */
public final class ProfileReport {
    /** Rows in which nobody has as much of the samples are left out. */
    private static final double LEAST = 0.0005;

    private ProfileReport() {}

    /**
     * A column.
     *
     * @param name of the proxy
     * @param cost of a unit of work, measured without a profile; in {@code unit} of the report
     * @param profile where it goes
     */
    public record Column(String name, double cost, Profile profile) {}

    /** The title of the section of workload {@code id} in a document. */
    public static String section(String id) {
        return "spillway-bench-profile-" + id;
    }

    /**
     * The text.
     *
     * @param title of the workload
     * @param unit of the cost
     * @param columns at least one
     */
    public static String of(String title, String unit, List<Column> columns) {
        List<List<String>> rows = new ArrayList<>();
        List<String> head = new ArrayList<>(List.of(title));
        columns.forEach(column -> head.add(column.name() + ", % (" + unit + ")"));
        rows.add(head);
        for (Place place : Place.values()) {
            addRow(rows, place.title(), columns, profile -> profile.share(place));
        }
        rows.add(total(columns));
        for (KernelWork work : KernelWork.values()) {
            addRow(
                    rows,
                    "*the kernel's rows by what it did:* " + work.title(),
                    columns,
                    profile -> profile.share(work));
        }
        return MarkdownTable.of(rows);
    }

    private static void addRow(
            List<List<String>> rows, String title, List<Column> columns, ToDoubleFunction<Profile> share) {
        if (columns.stream().anyMatch(column -> share.applyAsDouble(column.profile()) >= LEAST)) {
            List<String> row = new ArrayList<>(List.of(title));
            for (Column column : columns) {
                double part = share.applyAsDouble(column.profile());
                row.add(String.format(Locale.ROOT, "%.1f (%.3f)", 100 * part, part * column.cost()));
            }
            rows.add(row);
        }
    }

    private static List<String> total(List<Column> columns) {
        List<String> row = new ArrayList<>(List.of("**all**"));
        for (Column column : columns) {
            row.add(String.format(
                    Locale.ROOT,
                    "**%.3f**, %d samples",
                    column.cost(),
                    column.profile().samples()));
        }
        return row;
    }
}
