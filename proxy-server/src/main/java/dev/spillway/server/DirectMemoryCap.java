package dev.spillway.server;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;

/**
 * Keeps Netty's limit on direct memory below the JVM's, so that the JDK has room left for the buffers its own sockets
 * read and write through: the admin plane stands on those, and has to answer when relays have taken all of theirs.
 *
 * <p>Netty reads its limit once, when its first class is loaded; this has to come before.
 */
final class DirectMemoryCap {
    /** Netty's own property; who sets it knows why, and is left alone. */
    static final String PROPERTY = "io.netty.maxDirectMemory";

    /** A temporary buffer of the JDK is at most as large as one write and there is one a thread: 16 MiB is plenty. */
    private static final long MOST_RESERVED = 16L << 20;

    /** Of a small limit no more than this part is held back. */
    private static final int PART_RESERVED = 8;

    private DirectMemoryCap() {}

    /** Sets the limit for this process. */
    static void apply() {
        if (System.getProperty(PROPERTY) == null) {
            System.setProperty(PROPERTY, Long.toString(below(limitOfTheJvm())));
        }
    }

    /** What Netty may use of {@code jvmLimit}, both in bytes. */
    static long below(long jvmLimit) {
        return jvmLimit - Math.min(MOST_RESERVED, jvmLimit / PART_RESERVED);
    }

    /** -XX:MaxDirectMemorySize in bytes; unset, the JVM takes the size of the largest heap. */
    static long limitOfTheJvm() {
        HotSpotDiagnosticMXBean hotspot = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        long set = hotspot == null
                ? 0
                : Long.parseLong(hotspot.getVMOption("MaxDirectMemorySize").getValue());
        return set > 0 ? set : Runtime.getRuntime().maxMemory();
    }
}
