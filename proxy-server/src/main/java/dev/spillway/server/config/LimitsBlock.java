package dev.spillway.server.config;

import dev.spillway.limit.ConnectionLimits;
import dev.spillway.relay.MemoryBudget;
import dev.spillway.relay.Relay;

/** {@code limits}. */
final class LimitsBlock {
    /** Descriptors left for files, listeners, the admin plane and libraries. */
    static final int OTHER_DESCRIPTORS = 256;

    private LimitsBlock() {}

    static ConnectionLimits read(Section spillway, ProcessLimits process, long budget) {
        Section limits = spillway.block("limits");
        int set = limits.get(
                "max-connections", Scalar.whole(0, Integer.MAX_VALUE, "takes what descriptors and heap allow"));
        double reserve = limits.get("exempt-reserve", Scalar.number("a share, 0 or more and below 1, as 0.1", 0, 1));
        int halfOpen = limits.get("max-half-open", Scalar.whole(0, Integer.MAX_VALUE, "takes half of the connections"));
        long byBudget = MemoryBudget.mostConnections(budget);
        if (set > byBudget) {
            limits.report(
                    "max-connections",
                    "at most " + byBudget + ", for as many the memory budget of " + Quantity.size(budget)
                            + " has a spare buffer each: see memory.budget; 0 takes what fits");
        }
        limits.end();
        long byDescriptors = Math.max(1, (process.descriptors() - OTHER_DESCRIPTORS) / 2);
        if (set > byDescriptors) {
            limits.warn(
                    "max-connections",
                    "= " + set + " needs more than the " + process.descriptors()
                            + " descriptors this process may open, two a connection: " + byDescriptors
                            + " fit (raise it with ulimit -n or LimitNOFILE)");
        }
        return new ConnectionLimits(set > 0 ? set : affordable(process, byBudget), reserve, halfOpen);
    }

    /** As many as descriptors last for, two each, as half the heap holds, and as the budget has spares for. */
    private static int affordable(ProcessLimits process, long byBudget) {
        long byDescriptors = (process.descriptors() - OTHER_DESCRIPTORS) / 2;
        long byHeap = process.heapBytes() / 2 / Relay.FIXED_COST_BYTES;
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, Math.min(byBudget, Math.min(byDescriptors, byHeap))));
    }
}
