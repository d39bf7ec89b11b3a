package dev.spillway.bench.measure;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * Memory the kernel charges to all TCP sockets of this network namespace, from {@code /proc/net/sockstat}. Its unit is a
 * page, and each processor may hold back up to a megabyte of changes; so only differences over thousands of
 * connections mean something.
 */
public final class KernelTcpMemory {
    private static final Path SOCKSTAT = Path.of("/proc/net/sockstat");

    /** {@code AT_PAGESZ} of getauxval(3). */
    static final long AUXV_PAGE_SIZE = 6;

    private static final long PAGE_BYTES = pageBytes();

    private KernelTcpMemory() {}

    /** Bytes now; empty where the kernel does not tell, as in a network namespace of its own. */
    public static OptionalLong bytes() throws IOException {
        if (!Files.isReadable(SOCKSTAT)) {
            return OptionalLong.empty();
        }
        OptionalLong pages = pagesIn(Files.readString(SOCKSTAT));
        return pages.isPresent() ? OptionalLong.of(pages.getAsLong() * PAGE_BYTES) : pages;
    }

    /** The pages in the TCP line of a {@code sockstat}. */
    static OptionalLong pagesIn(String sockstat) {
        return sockstat.lines()
                .filter(line -> line.startsWith("TCP:") && line.contains(" mem "))
                .map(line -> line.substring(line.indexOf(" mem ") + 5).trim().split(" ")[0])
                .mapToLong(Long::parseLong)
                .findFirst();
    }

    private static long pageBytes() {
        try {
            return pageBytesIn(Files.readAllBytes(Path.of("/proc/self/auxv"))).orElse(4096);
        } catch (IOException notTold) {
            return 4096;
        }
    }

    /** The page size in the auxiliary vector that the kernel hands to each program: pairs of a key and a value. */
    static OptionalLong pageBytesIn(byte[] auxv) {
        LongBuffer pairs = ByteBuffer.wrap(auxv).order(ByteOrder.nativeOrder()).asLongBuffer();
        while (pairs.remaining() >= 2) {
            long key = pairs.get();
            long value = pairs.get();
            if (key == AUXV_PAGE_SIZE) {
                return OptionalLong.of(value);
            }
        }
        return OptionalLong.empty();
    }
}
