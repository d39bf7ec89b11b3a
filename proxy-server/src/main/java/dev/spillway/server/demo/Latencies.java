package dev.spillway.server.demo;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How long exchanges took: a histogram of fixed size, exact to an eighth, from 1 µs to more than an hour. Written by one
 * thread, read by any.
 */
final class Latencies {
    private static final int STEPS_BITS = 3;
    private static final int STEPS = 1 << STEPS_BITS;
    private static final int BUCKETS = 32 * STEPS;

    private final AtomicLongArray counts = new AtomicLongArray(BUCKETS);

    void record(long nanos) {
        counts.incrementAndGet(bucket(Math.max(0, nanos / 1000)));
    }

    Snapshot snapshot() {
        long[] copy = new long[BUCKETS];
        for (int i = 0; i < BUCKETS; i++) {
            copy[i] = counts.get(i);
        }
        return new Snapshot(copy);
    }

    private static int bucket(long micros) {
        if (micros < STEPS) {
            return (int) micros;
        }
        int octave = 63 - Long.numberOfLeadingZeros(micros) - STEPS_BITS;
        int step = (int) (micros >>> octave) - STEPS;
        return Math.min(BUCKETS - 1, (octave + 1) * STEPS + step);
    }

    /** The largest value of a bucket, in µs. */
    private static long ceiling(int bucket) {
        if (bucket < STEPS) {
            return bucket;
        }
        int octave = bucket / STEPS - 1;
        return ((long) (bucket % STEPS + STEPS + 1) << octave) - 1;
    }

    /** The histogram at one moment. */
    static final class Snapshot {
        private final long[] counts;

        private Snapshot(long[] counts) {
            this.counts = counts;
        }

        /** What was recorded since {@code earlier}. */
        Snapshot minus(Snapshot earlier) {
            long[] difference = new long[BUCKETS];
            for (int i = 0; i < BUCKETS; i++) {
                difference[i] = counts[i] - earlier.counts[i];
            }
            return new Snapshot(difference);
        }

        Snapshot plus(Snapshot other) {
            long[] sum = new long[BUCKETS];
            for (int i = 0; i < BUCKETS; i++) {
                sum[i] = counts[i] + other.counts[i];
            }
            return new Snapshot(sum);
        }

        /** The time that a share of {@code quantile}, 0..1, did not exceed; zero if nothing was recorded. */
        Duration quantile(double quantile) {
            long total = 0;
            for (long count : counts) {
                total += count;
            }
            long wanted = Math.max(1, (long) Math.ceil(quantile * total));
            long seen = 0;
            for (int i = 0; i < BUCKETS; i++) {
                seen += counts[i];
                if (seen >= wanted) {
                    return Duration.ofNanos(ceiling(i) * 1000);
                }
            }
            return Duration.ZERO;
        }
    }
}
