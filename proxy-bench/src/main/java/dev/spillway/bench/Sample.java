package dev.spillway.bench;

/**
 * What one turn of one contender gave.
 *
 * @param count work done, in the workload's unit
 * @param seconds of wall time it took
 * @param proxyCpuSeconds CPU time of the proxy's processes; 0 for the control
 * @param loadCpuSeconds CPU time of this process, load generator and backend together
 */
record Sample(long count, double seconds, double proxyCpuSeconds, double loadCpuSeconds) {
    /** Processors the proxy kept busy. Near its number of threads: the proxy was what limited the rate. */
    double proxyBusy() {
        return proxyCpuSeconds / seconds;
    }

    /** Processors load generator and backend kept busy. */
    double loadBusy() {
        return loadCpuSeconds / seconds;
    }
}
