package dev.spillway.relay;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.buffer.PooledByteBufAllocator;

/** Where the buffers of all connections come from: direct memory. Any thread. */
public final class BufferPool {
    /** 1 MiB chunks, 2^7 pages: what fragmentation can waste stays small beside the smallest sensible budgets. */
    private static final int CHUNK_ORDER = 7;

    /**
     * One for all event loops: arenas do not share chunks, and one small buffer keeps a whole chunk, so that with several
     * of them the pool could take several times what its buffers hold. Each loop has a cache of its own before it.
     */
    private static final int ARENAS = 1;

    private static final int PAGE_BYTES = 8192;
    private static final int SMALL_CACHE = 256;
    private static final int NORMAL_CACHE = 32;

    private final PooledByteBufAllocator pool =
            new PooledByteBufAllocator(true, 0, ARENAS, PAGE_BYTES, CHUNK_ORDER, SMALL_CACHE, NORMAL_CACHE, false);

    BufferPool() {}

    ByteBufAllocator allocator() {
        return pool;
    }

    /** For meters. */
    public ByteBufAllocatorMetricProvider meters() {
        return pool;
    }

    /** What of it is in use, in bytes. */
    public long pinnedBytes() {
        return pool.pinnedDirectMemory();
    }

    /** What it has taken from the system, in bytes, in use or kept for reuse. */
    public long takenBytes() {
        return pool.metric().usedDirectMemory();
    }
}
