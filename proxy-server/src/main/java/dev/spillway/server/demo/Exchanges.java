package dev.spillway.server.demo;

import java.time.Duration;

/**
 * What a group of honest clients got done, up to one moment or between two.
 *
 * @param done exchanges whose answer came whole and right
 * @param reset exchanges, or kept connections between two of them, that ended by a reset or too early
 * @param refused connects that were refused
 * @param timedOut exchanges given up, connect included
 * @param wrong exchanges with an answer that was not the one asked for
 * @param latencies of those done, connect included where there was one
 */
public record Exchanges(long done, long reset, long refused, long timedOut, long wrong, Latencies.Snapshot latencies) {
    /** All that went wrong. */
    public long failed() {
        return reset + refused + timedOut + wrong;
    }

    /** What happened since {@code earlier}. */
    public Exchanges minus(Exchanges earlier) {
        return new Exchanges(
                done - earlier.done,
                reset - earlier.reset,
                refused - earlier.refused,
                timedOut - earlier.timedOut,
                wrong - earlier.wrong,
                latencies.minus(earlier.latencies));
    }

    /** Both groups as one. */
    public Exchanges plus(Exchanges other) {
        return new Exchanges(
                done + other.done,
                reset + other.reset,
                refused + other.refused,
                timedOut + other.timedOut,
                wrong + other.wrong,
                latencies.plus(other.latencies));
    }

    /** The time within which a share of {@code quantile}, 0..1, of those done was done. */
    public Duration latency(double quantile) {
        return latencies.quantile(quantile);
    }
}
