package dev.spillway.bench.load;

/** What the work of a workload is counted in, and how much of it a cost is quoted for. */
public enum Unit {
    /** Payload, quoted per 10⁹ bytes. */
    BYTES(1e9, "GB", 1e9, "GB/s"),
    /** A request and its response, quoted per 100 000. */
    EXCHANGES(1e5, "100k exchanges", 1e3, "k/s"),
    /** A connection from its opening to its end, quoted per 100 000. */
    CONNECTIONS(1e5, "100k connections", 1e3, "k/s");

    private final double quoted;
    private final String title;
    private final double ratedIn;
    private final String rateTitle;

    Unit(double quoted, String title, double ratedIn, String rateTitle) {
        this.quoted = quoted;
        this.title = title;
        this.ratedIn = ratedIn;
        this.rateTitle = rateTitle;
    }

    /** {@code count} of it in the quantity that costs are quoted for. */
    public double quantity(long count) {
        return count / quoted;
    }

    /** The name of that quantity. */
    public String title() {
        return title;
    }

    /** The rate of {@code count} of it in {@code seconds}, in {@link #rateTitle}. */
    public double rate(long count, double seconds) {
        return count / ratedIn / seconds;
    }

    /** The unit of its rate. */
    public String rateTitle() {
        return rateTitle;
    }
}
