package dev.spillway.bench.measure;

/**
 * What one figure says.
 *
 * @param id short name for {@code --only}, JSON and logs, e.g. {@code bulk-download-1}
 * @param title what a reader sees in the table
 * @param unit of the figures, e.g. {@code CPU s/GB}
 * @param kind what the figure is for
 */
public record Metric(String id, String title, String unit, Kind kind) {
    /** What a figure is for, and so which table it stands in. */
    public enum Kind {
        /** What is compared: less is better. */
        COST,
        /** A cost that may as well be nothing, or that only one kind of contender has: a ratio would be of noise. */
        AMOUNT,
        /** What tells whether the cost was measured rightly: the rate reached, and how busy the proxy was. */
        CONTROL;

        /** Whether it is what a contender uses, and not what shows how it was measured. */
        public boolean isUse() {
            return this != CONTROL;
        }
    }
}
