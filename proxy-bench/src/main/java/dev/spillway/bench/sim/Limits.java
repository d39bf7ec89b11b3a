package dev.spillway.bench.sim;

import dev.spillway.pressure.Signal;
import dev.spillway.pressure.Watermarks;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What there is of each resource in a scenario. The marks are the proxy's defaults.
 *
 * @param ledgerBytes for buffers: the budget less all spares
 * @param kernelBytes TCP memory
 * @param heapBytes largest heap
 * @param connections slots
 */
record Limits(long ledgerBytes, long kernelBytes, long heapBytes, int connections) {
    static final int MIB = 1 << 20;

    /** So much that nothing ever runs short: what an undisturbed run has. */
    static final Limits NONE = new Limits(1L << 50, 1L << 50, 1L << 50, 1 << 30);

    private static final Watermarks BYTES = new Watermarks(0.70, 0.80, 0.90);
    private static final Watermarks HEAP = new Watermarks(0.80, 0.88, 0.92);
    private static final Watermarks SLOTS = new Watermarks(0.80, 0.88, 0.95);

    static Limits of(int ledgerMiB, int kernelMiB, int heapMiB, int connections) {
        return new Limits((long) ledgerMiB * MIB, (long) kernelMiB * MIB, (long) heapMiB * MIB, connections);
    }

    /** The signals that the simulated proxy watches, in a fixed order. */
    Map<Signal, Watermarks> watermarks() {
        return new TreeMap<>(
                Map.of(Signal.LEDGER, BYTES, Signal.KERNEL_TCP, BYTES, Signal.HEAP, HEAP, Signal.CONNECTIONS, SLOTS));
    }

    /** The marks of {@code signal}, which is watched. */
    Watermarks marks(Signal signal) {
        return Objects.requireNonNull(watermarks().get(signal), "watched");
    }
}
