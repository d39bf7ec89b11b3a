package dev.spillway.bench.attack;

import java.util.Arrays;

/**
 * What one kind of honest clients got done. Written by the crowd's thread, read by any: a lock that is free but for a
 * few reads in a phase.
 */
public final class Tally {
    private static final int FIRST_ROOM = 1 << 12;

    /** The bound of memory; later latencies are not kept. More than any phase has. */
    private static final int MOST_LATENCIES = 1 << 20;

    private long done;
    private long failed;
    private long late;
    private int kept;
    private int[] latencyMicros = new int[FIRST_ROOM];

    /**
     * What was counted from one moment to another.
     *
     * @param done exchanges whose response came whole and right
     * @param failed connections that were refused, reset, ended, or brought something wrong
     * @param late exchanges given up because they took too long
     * @param latenciesMicros of those done, sorted, in microseconds; from the request, connect included
     */
    public record Counts(long done, long failed, long late, int[] latenciesMicros) {
        /** The latency that {@code share} of them keep within, in milliseconds; NaN if none was done. */
        double latencyMillis(double share) {
            if (latenciesMicros.length == 0) {
                return Double.NaN;
            }
            int index = (int) Math.ceil(share * latenciesMicros.length) - 1;
            return latenciesMicros[Math.max(0, index)] / 1e3;
        }

        @Override
        public String toString() {
            return done + " done, " + failed + " failed, " + late + " late";
        }

        /** Both as one. */
        Counts plus(Counts other) {
            int[] all = Arrays.copyOf(latenciesMicros, latenciesMicros.length + other.latenciesMicros.length);
            System.arraycopy(other.latenciesMicros, 0, all, latenciesMicros.length, other.latenciesMicros.length);
            Arrays.sort(all);
            return new Counts(done + other.done, failed + other.failed, late + other.late, all);
        }
    }

    synchronized void done(long nanos) {
        done++;
        if (kept == latencyMicros.length && kept < MOST_LATENCIES) {
            latencyMicros = Arrays.copyOf(latencyMicros, 2 * kept);
        }
        if (kept < latencyMicros.length) {
            latencyMicros[kept++] = (int) Math.min(Integer.MAX_VALUE, nanos / 1000);
        }
    }

    synchronized void failed() {
        failed++;
    }

    synchronized void late() {
        late++;
    }

    /** What was counted since the last time, which starts anew. */
    synchronized Counts take() {
        int[] sorted = Arrays.copyOf(latencyMicros, kept);
        Arrays.sort(sorted);
        Counts counts = new Counts(done, failed, late, sorted);
        done = 0;
        failed = 0;
        late = 0;
        kept = 0;
        return counts;
    }
}
