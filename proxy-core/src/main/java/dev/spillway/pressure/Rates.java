package dev.spillway.pressure;

/**
 * The two rates that an epoch moves (S24).
 *
 * @param synDrop {@code SynDropRate}: chance of a new connection to an eligible listener to be refused, 0..1
 * @param kill {@code KillRate}: share of the excess above the low mark that is to be freed in one epoch, 0..1
 */
public record Rates(double synDrop, double kill) {
    /** No action. */
    public static final Rates NONE = new Rates(0, 0);

    /** @throws IllegalArgumentException if a rate is out of 0..1 */
    public Rates {
        if (!(synDrop >= 0 && synDrop <= 1 && kill >= 0 && kill <= 1)) {
            throw new IllegalArgumentException("synDrop " + synDrop + ", kill " + kill + " (expected: 0..1)");
        }
    }
}
