package dev.spillway.bench.sim;

/** What all connections of a world take together, resource by resource, and what there is. */
final class Memory {
    /** What a buffer gets when the budget is spent, as the proxy's own spares. */
    static final int SPARE = 1024;

    /** The objects of a connection, as {@code Relay.FIXED_COST_BYTES}. */
    static final int FIXED = 4_000;

    /** Heap that is there without any connection: the proxy itself. */
    static final long HEAP_BASE = 16L << 20;

    private final Limits limits;
    private long held;
    private long queued;
    private int connections;

    Memory(Limits limits) {
        this.limits = limits;
    }

    Limits limits() {
        return limits;
    }

    /** Room for a buffer of {@code wanted} bytes, or a spare: the size that has to be given back. */
    int take(int wanted) {
        int size = held + wanted > limits.ledgerBytes() ? Math.min(SPARE, wanted) : wanted;
        held += size;
        return size;
    }

    void release(int bytes) {
        held -= bytes;
        if (held < 0) {
            throw new IllegalStateException("held: " + held + " (expected: not negative)");
        }
    }

    /** Payload enters ({@code bytes} positive) or leaves the kernel's queues. */
    void queue(long bytes) {
        queued += bytes;
        if (queued < 0) {
            throw new IllegalStateException("queued: " + queued + " (expected: not negative)");
        }
    }

    void opened() {
        connections++;
    }

    void closed() {
        connections--;
    }

    /** Bytes of all buffers. */
    long held() {
        return held;
    }

    /** Kernel memory of all sockets. */
    long kernel() {
        return Flow.kernelBytes(queued);
    }

    /** Heap that is alive: garbage not counted. */
    long heap() {
        return HEAP_BASE + (long) FIXED * connections;
    }

    int connections() {
        return connections;
    }

    /** Whether the kernel has no TCP memory left: it then lets each socket have one segment and no more. */
    boolean kernelSpent() {
        return kernel() >= limits.kernelBytes();
    }
}
