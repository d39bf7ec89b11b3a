package dev.spillway.connection;

/**
 * What one connection takes, by who has to find it.
 *
 * @param fixedBytes its objects, in bytes of heap
 * @param heldBytes what its buffers take now, in bytes of direct memory
 * @param kernelBytes what the kernel holds for both of its sockets ({@code SO_MEMINFO}), in bytes, when it was last asked; 0
 *     before it was asked and where it does not tell
 */
public record Cost(long fixedBytes, long heldBytes, long kernelBytes) {
    /** All of it, in bytes. */
    public long totalBytes() {
        return fixedBytes + heldBytes + kernelBytes;
    }

    /** What depends on how its peers behave: all but the fixed part, in bytes. */
    public long burdenBytes() {
        return heldBytes + kernelBytes;
    }
}
