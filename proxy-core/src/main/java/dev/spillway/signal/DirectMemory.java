package dev.spillway.signal;

import dev.spillway.relay.Relays;
import io.netty.util.internal.PlatformDependent;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Direct memory in use, and how much there is. What the buffer pool keeps for reuse is not in use.
 *
 * <p>Netty counts what it allocates past the JVM, and the JVM counts what Netty allocates by it; which of the two it does
 * depends on the JVM and its flags, and where it does the one, its other count may say 0 instead of "unknown". So the
 * larger count is believed.
 */
public final class DirectMemory {
    private DirectMemory() {}

    /** How much there is, in bytes. */
    public static long limit() {
        return PlatformDependent.maxDirectMemory();
    }

    static LongSupplier used(Relays relays) {
        List<BufferPoolMXBean> pools = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .toList();
        return () -> {
            long taken = PlatformDependent.usedDirectMemory();
            for (BufferPoolMXBean pool : pools) {
                taken = Math.max(taken, pool.getMemoryUsed());
            }
            return taken - relays.pool().takenBytes() + relays.pool().pinnedBytes();
        };
    }
}
