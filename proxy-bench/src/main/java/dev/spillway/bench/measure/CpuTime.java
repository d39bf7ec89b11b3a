package dev.spillway.bench.measure;

import java.util.HashMap;
import java.util.Map;

/**
 * CPU time that a set of processes has used so far, user and system, in the two forms the kernel gives.
 *
 * <p>{@code /proc/PID/stat} counts every thread that ever ran, also those that have ended, but in ticks of
 * {@value #TICK_NANOS} ns. {@code /proc/PID/task/TID/schedstat} counts in nanoseconds, but a thread's count goes with
 * the thread. {@link #nanosSince} takes the fine form, and the coarse one when a thread that ended in between makes
 * the two disagree.
 *
 * @param userTicks of all threads that ever ran, in the program
 * @param systemTicks of all threads that ever ran, in the kernel on the program's behalf
 * @param nanosByThread the threads that live, by thread id, user and system together
 */
public record CpuTime(long userTicks, long systemTicks, Map<Long, Long> nanosByThread) {
    /** What user space sees as a tick, on every Linux: 1/100 s ({@code USER_HZ}). */
    public static final long TICK_NANOS = 10_000_000;

    /** User and system time are each rounded down, at either end of the interval. */
    private static final long TICK_DOUBT_NANOS = 2 * TICK_NANOS;

    /** Copies the map. */
    public CpuTime {
        nanosByThread = Map.copyOf(nanosByThread);
    }

    /** A reading of no process at all. */
    public static CpuTime none() {
        return new CpuTime(0, 0, Map.of());
    }

    /** This reading and {@code other}, of different processes, as one. */
    public CpuTime plus(CpuTime other) {
        Map<Long, Long> nanos = new HashMap<>(nanosByThread);
        nanos.putAll(other.nanosByThread);
        return new CpuTime(userTicks + other.userTicks, systemTicks + other.systemTicks, nanos);
    }

    /** CPU nanoseconds used between {@code earlier} and this reading of the same processes. */
    public long nanosSince(CpuTime earlier) {
        long coarse = (userTicks + systemTicks - earlier.userTicks - earlier.systemTicks) * TICK_NANOS;
        long fine = 0;
        for (Map.Entry<Long, Long> thread : nanosByThread.entrySet()) {
            fine += thread.getValue() - earlier.nanosByThread.getOrDefault(thread.getKey(), 0L);
        }
        return coarse - fine > TICK_DOUBT_NANOS ? coarse : fine;
    }

    /**
     * The share of the time between {@code earlier} and this reading that was spent in the kernel, 0..1; by ticks, so that it
     * means something over a second or more. 0 when no tick passed.
     */
    public double systemShareSince(CpuTime earlier) {
        long system = systemTicks - earlier.systemTicks;
        long all = system + userTicks - earlier.userTicks;
        return all <= 0 ? 0 : (double) system / all;
    }

    /**
     * The reading of one process, by the text of its {@code /proc/PID/stat}.
     *
     * @throws IllegalArgumentException if it is not such a text
     */
    static CpuTime of(String stat, Map<Long, Long> nanosByThread) {
        // The second field is the program's name in brackets and may hold anything, also spaces and brackets.
        String[] afterName = stat.substring(stat.lastIndexOf(')') + 1).trim().split(" +");
        if (afterName.length < 13) {
            throw new IllegalArgumentException("stat: '" + stat.trim() + "' (expected: at least 15 fields)");
        }
        return new CpuTime(Long.parseLong(afterName[11]), Long.parseLong(afterName[12]), nanosByThread);
    }

    /** Nanoseconds on a processor in the text of a {@code schedstat}. */
    static long nanosIn(String schedstat) {
        return Long.parseLong(schedstat.trim().split(" ", 2)[0]);
    }
}
