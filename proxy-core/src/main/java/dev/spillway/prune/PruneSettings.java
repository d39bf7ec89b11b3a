package dev.spillway.prune;

import java.time.Duration;

/**
 * How victims are chosen.
 *
 * @param stallAfter a direction that holds bytes and passed none on for this long stands still; a connection on
 *     which no byte has gone either way for this long is silent
 * @param slowAfter a direction whose peer would take this long for what waits for it, at the pace it has, is too slow and counts
 *     as standing still; and the longest time without progress that what a connection has delivered can excuse; not below {@code
 *     stallAfter}
 * @param maxPerEpoch most connections closed in one epoch, so that closing does not hold up the event loops
 * @param sourcePrefixV4 bits of an IPv4 client address that make a source group, 0–32
 * @param sourcePrefixV6 bits of an IPv6 client address that make a source group, 0–128
 */
public record PruneSettings(
        Duration stallAfter, Duration slowAfter, int maxPerEpoch, int sourcePrefixV4, int sourcePrefixV6) {
    private static final Duration SLOW_AFTER = Duration.ofSeconds(30);

    /** @throws IllegalArgumentException if a value is out of its range */
    public PruneSettings {
        if (stallAfter.isNegative() || stallAfter.isZero()) {
            throw new IllegalArgumentException("stallAfter: " + stallAfter + " (expected: positive)");
        }
        if (slowAfter.compareTo(stallAfter) < 0) {
            throw new IllegalArgumentException(
                    "slowAfter: " + slowAfter + " (expected: at least stallAfter, " + stallAfter + ")");
        }
        if (maxPerEpoch <= 0) {
            throw new IllegalArgumentException("maxPerEpoch: " + maxPerEpoch + " (expected: positive)");
        }
        if (sourcePrefixV4 < 0 || sourcePrefixV4 > 32 || sourcePrefixV6 < 0 || sourcePrefixV6 > 128) {
            throw new IllegalArgumentException("source prefixes " + sourcePrefixV4 + ", " + sourcePrefixV6
                    + " (expected: 0-32 for IPv4, 0-128 for IPv6)");
        }
    }

    /** With {@code slowAfter} of 30 s, or {@code stallAfter} if that is longer. */
    public PruneSettings(Duration stallAfter, int maxPerEpoch, int sourcePrefixV4, int sourcePrefixV6) {
        this(
                stallAfter,
                stallAfter.compareTo(SLOW_AFTER) > 0 ? stallAfter : SLOW_AFTER,
                maxPerEpoch,
                sourcePrefixV4,
                sourcePrefixV6);
    }
}
