package dev.spillway.pressure;

/**
 * One signal at one moment.
 *
 * @param signal what was read
 * @param used how much is in use, in the signal's unit; may exceed {@code limit}
 * @param limit how much there is; positive
 * @param promised how much of {@code used} is being given back already, though it can't be seen yet: connections
 *     whose close is under way, heap before its next collection; 0 to {@code used}
 */
public record Reading(Signal signal, long used, long limit, long promised) {
    /** @throws IllegalArgumentException if a number is out of its range */
    public Reading {
        if (used < 0 || limit <= 0 || promised < 0) {
            throw new IllegalArgumentException(signal + " used " + used + ", limit " + limit + ", promised " + promised
                    + " (expected: used and promised not negative, limit positive)");
        }
        promised = Math.min(promised, used);
    }

    /** A reading with nothing promised. */
    public Reading(Signal signal, long used, long limit) {
        this(signal, used, limit, 0);
    }

    /** The same reading, of which {@code amount} is being given back. */
    public Reading promising(long amount) {
        return new Reading(signal, used, limit, Math.max(0, amount));
    }

    /** Share in use, 0 upward; what is promised still counts, for it is still in use. */
    public double level() {
        return (double) used / limit;
    }

    /** Share that will be in use when all that is promised has come back. */
    public double levelOwed() {
        return (double) (used - promised) / limit;
    }
}
