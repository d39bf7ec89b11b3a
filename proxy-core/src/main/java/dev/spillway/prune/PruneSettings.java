package dev.spillway.prune;

import java.time.Duration;

/**
 * How victims are chosen.
 *
 * @param stallAfter a direction that holds bytes and passed none on for this long stands still; a connection on
 *     which no byte has gone either way for this long is silent
 * @param maxPerEpoch most connections closed in one epoch, so that closing does not hold up the event loops
 * @param sourcePrefixV4 bits of an IPv4 client address that make a source group, 0–32
 * @param sourcePrefixV6 bits of an IPv6 client address that make a source group, 0–128
 */
public record PruneSettings(Duration stallAfter, int maxPerEpoch, int sourcePrefixV4, int sourcePrefixV6) {
    /** @throws IllegalArgumentException if a value is out of its range */
    public PruneSettings {
        if (stallAfter.isNegative() || stallAfter.isZero()) {
            throw new IllegalArgumentException("stallAfter: " + stallAfter + " (expected: positive)");
        }
        if (maxPerEpoch <= 0) {
            throw new IllegalArgumentException("maxPerEpoch: " + maxPerEpoch + " (expected: positive)");
        }
        if (sourcePrefixV4 < 0 || sourcePrefixV4 > 32 || sourcePrefixV6 < 0 || sourcePrefixV6 > 128) {
            throw new IllegalArgumentException("source prefixes " + sourcePrefixV4 + ", " + sourcePrefixV6
                    + " (expected: 0-32 for IPv4, 0-128 for IPv6)");
        }
    }
}
