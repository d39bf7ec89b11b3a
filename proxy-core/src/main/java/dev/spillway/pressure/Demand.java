package dev.spillway.pressure;

/**
 * What pruning is asked to give back in this epoch.
 *
 * <p>Connections that stand still are asked for all of it. Those that don't are touched only for what would leave the signal
 * above its high mark otherwise: from there on down newcomers wait and the greedy are held back, and nobody who makes
 * progress is closed for a margin.
 *
 * @param signal of what
 * @param amount how much, in the signal's unit; positive
 * @param fromAnyone how much of it may come from any eligible connection if those that stand still don't give it, in the
 *     signal's unit; 0 to {@code amount}
 */
public record Demand(Signal signal, long amount, long fromAnyone) {
    /** How far down the order of victims a demand may go. */
    public enum Reach {
        /** Only those that stand still. */
        STALLED,
        /** Anyone eligible, those that stand still first. */
        ANYONE
    }

    /** @throws IllegalArgumentException if an amount is out of its range */
    public Demand {
        if (amount <= 0) {
            throw new IllegalArgumentException("amount: " + amount + " (expected: positive)");
        }
        if (fromAnyone < 0 || fromAnyone > amount) {
            throw new IllegalArgumentException("fromAnyone: " + fromAnyone + " (expected: 0 to " + amount + ")");
        }
    }

    /** A demand of which all, or nothing, may come from connections that don't stand still. */
    public Demand(Signal signal, long amount, Reach reach) {
        this(signal, amount, reach == Reach.ANYONE ? amount : 0);
    }

    /** How far it goes. */
    public Reach reach() {
        return fromAnyone > 0 ? Reach.ANYONE : Reach.STALLED;
    }

    /** What is left of it after {@code given}, a part of its amount. */
    public Demand less(long given) {
        return new Demand(signal, amount - given, Math.max(0, fromAnyone - given));
    }
}
