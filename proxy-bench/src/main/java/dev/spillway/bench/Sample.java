package dev.spillway.bench;

import java.util.Locale;
import java.util.OptionalDouble;

/**
 * What one turn of one contender gave.
 *
 * @param count work done, in the workload's unit
 * @param seconds of wall time it took
 * @param proxyCpuSeconds CPU time of the proxy's processes; 0 for the control
 * @param systemShare of that, what was spent in the kernel, 0..1
 * @param loadCpuSeconds CPU time of this process, load generator and backend together
 * @param otherCpuSeconds CPU time of everybody else on the machine meanwhile; empty where the kernel does not tell
 */
record Sample(
        long count,
        double seconds,
        double proxyCpuSeconds,
        double systemShare,
        double loadCpuSeconds,
        OptionalDouble otherCpuSeconds) {
    /** Processors the proxy kept busy. Near its number of threads: the proxy was what limited the rate. */
    double proxyBusy() {
        return proxyCpuSeconds / seconds;
    }

    /** CPU seconds the proxy spent in its own code. */
    double userSeconds() {
        return proxyCpuSeconds * (1 - systemShare);
    }

    /** CPU seconds the kernel spent for it, within its processes. */
    double systemSeconds() {
        return proxyCpuSeconds * systemShare;
    }

    /** Processors that others on the machine kept busy: they should have none. Empty where the kernel does not tell. */
    OptionalDouble othersBusy() {
        return otherCpuSeconds.isPresent()
                ? OptionalDouble.of(otherCpuSeconds.getAsDouble() / seconds)
                : OptionalDouble.empty();
    }

    /** The same in words. */
    String othersBusyInWords() {
        return othersBusy().isPresent()
                ? String.format(Locale.ROOT, "%.3f CPUs", othersBusy().getAsDouble())
                : "unknown";
    }

    /** Processors load generator and backend kept busy. */
    double loadBusy() {
        return loadCpuSeconds / seconds;
    }
}
