package dev.spillway.server.config;

import com.sun.management.UnixOperatingSystemMXBean;
import io.netty.util.internal.PlatformDependent;
import java.lang.management.ManagementFactory;

/**
 * What this process may use at most; defaults that depend on the machine are derived from it.
 *
 * @param directBytes direct memory Netty may use, in bytes
 * @param heapBytes largest heap, in bytes
 * @param descriptors open file descriptors; {@link Long#MAX_VALUE} where the system does not tell
 */
public record ProcessLimits(long directBytes, long heapBytes, long descriptors) {
    /** The limits of the running process. Loads Netty: its own limit on direct memory has to be set before. */
    public static ProcessLimits ofThisProcess() {
        long descriptors = ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getMaxFileDescriptorCount()
                : Long.MAX_VALUE;
        return new ProcessLimits(
                PlatformDependent.maxDirectMemory(), Runtime.getRuntime().maxMemory(), descriptors);
    }
}
