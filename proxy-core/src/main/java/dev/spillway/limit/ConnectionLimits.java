package dev.spillway.limit;

/**
 * How many connections the proxy holds at most.
 *
 * @param maxConnections of all listeners together; positive
 * @param exemptReserve share of them, 0 ≤ share &lt; 1, that only connections exempt from MPP may take, so that a
 *     crowd on a public listener cannot lock out the private ones
 */
public record ConnectionLimits(int maxConnections, double exemptReserve) {
    /** @throws IllegalArgumentException if a value is out of its range */
    public ConnectionLimits {
        if (maxConnections <= 0) {
            throw new IllegalArgumentException("max-connections: " + maxConnections + " (expected: positive)");
        }
        if (!(exemptReserve >= 0 && exemptReserve < 1)) {
            throw new IllegalArgumentException("exempt-reserve: " + exemptReserve + " (expected: 0 <= share < 1)");
        }
    }

    /** The most connections at which one more eligible connection is not taken: at least 1. */
    public int maxForEligible() {
        return Math.max(1, (int) (maxConnections * (1 - exemptReserve)));
    }

    /** The same share of no more than {@code most} connections. */
    public ConnectionLimits within(int most) {
        return maxConnections <= most ? this : new ConnectionLimits(most, exemptReserve);
    }
}
