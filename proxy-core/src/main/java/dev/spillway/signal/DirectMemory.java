package dev.spillway.signal;

import dev.spillway.relay.Relays;
import io.netty.util.internal.PlatformDependent;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.LongSupplier;

/**
 * Direct memory in use, and how much there is. What the buffer pool keeps for reuse is not in use. Where Netty frees
 * direct memory itself it has a count and a limit of its own ({@code io.netty.maxDirectMemory}); else the JVM has.
 */
public final class DirectMemory {
    private DirectMemory() {}

    /** How much there is, in bytes. */
    public static long limit() {
        return PlatformDependent.maxDirectMemory();
    }

    static LongSupplier used(Relays relays) {
        return () -> taken() - relays.poolBytes() + relays.pinnedBytes();
    }

    private static long taken() {
        long byNetty = PlatformDependent.usedDirectMemory();
        if (byNetty >= 0) {
            return byNetty;
        }
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }
}
