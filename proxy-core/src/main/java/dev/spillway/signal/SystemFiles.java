package dev.spillway.signal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The kernel's files, {@code /proc} and {@code /sys}.
 *
 * @param root what stands for {@code /}; another folder in tests
 */
record SystemFiles(Path root) {
    /** Those of this machine. */
    static final SystemFiles HERE = new SystemFiles(Path.of("/"));

    private static final int AT_PAGESZ = 6;
    private static final int USUAL_PAGE = 4096;

    /** The file that is {@code absolute} on a machine. */
    Path at(String absolute) {
        return root.resolve(absolute.substring(1));
    }

    /** How an operator knows {@code file}: from {@code /} on. */
    String name(Path file) {
        return file.startsWith(root) ? "/" + root.relativize(file) : file.toString();
    }

    /** Bytes in a page of memory, as the kernel told this process when it began; 4096 where it can't be asked. */
    int pageBytes() {
        try {
            ByteBuffer vector =
                    ByteBuffer.wrap(Files.readAllBytes(at("/proc/self/auxv"))).order(ByteOrder.nativeOrder());
            while (vector.remaining() >= 2 * Long.BYTES) {
                long type = vector.getLong();
                long value = vector.getLong();
                if (type == AT_PAGESZ && value > 0 && value <= Integer.MAX_VALUE) {
                    return (int) value;
                }
            }
        } catch (IOException notTold) {
            return USUAL_PAGE;
        }
        return USUAL_PAGE;
    }
}
