package dev.spillway.syngate;

/**
 * Keeps newcomers to eligible listeners out at a rate (S3); never those to exempt ones. Closing it opens it for good.
 */
public interface SynGate extends AutoCloseable {
    /** Which means this gate has, as shown to the operator: {@code accept-pause} … */
    String kind();

    /**
     * Sets the rate.
     *
     * @param synDropRate share of newcomers to keep out, 0..1
     */
    void apply(double synDropRate);

    /** Opens the gate. */
    @Override
    void close();
}
