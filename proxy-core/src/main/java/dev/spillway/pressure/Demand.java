package dev.spillway.pressure;

/**
 * What pruning is asked to give back in this epoch.
 *
 * @param signal of what
 * @param amount how much, in the signal's unit; positive
 * @param reach whom it may come from
 */
public record Demand(Signal signal, long amount, Reach reach) {
    /** How far down the order of victims a demand may go. */
    public enum Reach {
        /** Between the marks: only those that stand still. */
        STALLED,
        /** Above the high mark: anyone eligible, those that stand still first. */
        ANYONE
    }

    /** @throws IllegalArgumentException unless {@code amount} is positive */
    public Demand {
        if (amount <= 0) {
            throw new IllegalArgumentException("amount: " + amount + " (expected: positive)");
        }
    }
}
