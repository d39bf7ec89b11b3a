package dev.spillway.limit;

/**
 * How many connections the proxy holds at most.
 *
 * @param maxConnections of all listeners together; positive
 * @param exemptReserve share of them, 0 ≤ share &lt; 1, that only connections exempt from MPP may take, so that a
 *     crowd on a public listener cannot lock out the private ones
 * @param maxHalfOpen how many connections that MPP may close may be half-open at a time; 0 takes half of those there may be, and
 *     {@value #LEAST_HALF_OPEN} at least
 */
public record ConnectionLimits(int maxConnections, double exemptReserve, int maxHalfOpen) {
    /** So many silent connections harm nobody. */
    static final int LEAST_HALF_OPEN = 64;

    /** @throws IllegalArgumentException if a value is out of its range */
    public ConnectionLimits {
        if (maxConnections <= 0) {
            throw new IllegalArgumentException("max-connections: " + maxConnections + " (expected: positive)");
        }
        if (!(exemptReserve >= 0 && exemptReserve < 1)) {
            throw new IllegalArgumentException("exempt-reserve: " + exemptReserve + " (expected: 0 <= share < 1)");
        }
        if (maxHalfOpen < 0) {
            throw new IllegalArgumentException(
                    "max-half-open: " + maxHalfOpen + " (expected: not negative; 0 takes half of the connections)");
        }
    }

    /** With the half-open connections that the others allow. */
    public ConnectionLimits(int maxConnections, double exemptReserve) {
        this(maxConnections, exemptReserve, 0);
    }

    /** The most connections at which one more eligible connection is not taken: at least 1. */
    public int maxForEligible() {
        return Math.max(1, (int) (maxConnections * (1 - exemptReserve)));
    }

    /**
     * The most eligible connections that may be half-open at a time.
     *
     * <p>Half of all is far below the marks of the signals that count connections and descriptors, so that silent ones alone never
     * begin an episode, and it leaves the other half to those who speak. And it is as much patience as can be had: at n silent
     * newcomers a second each has half of all / n seconds to say something.
     */
    public int mostHalfOpen() {
        return maxHalfOpen > 0 ? maxHalfOpen : Math.max(LEAST_HALF_OPEN, maxForEligible() / 2);
    }

    /** The same share of no more than {@code most} connections. */
    public ConnectionLimits within(int most) {
        return maxConnections <= most ? this : new ConnectionLimits(most, exemptReserve, maxHalfOpen);
    }
}
