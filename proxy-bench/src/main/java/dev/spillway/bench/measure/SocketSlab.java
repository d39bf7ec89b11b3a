package dev.spillway.bench.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Bytes of the kernel's own records of open sockets, of the whole machine: the socket, its inode and directory entry, the open
 * file, and its place in an epoll set. Told by {@code /proc/slabinfo}, to root only. Objects that are free but not yet given
 * back count too, so that only differences over thousands of sockets mean something. Kernels merge caches of one size, so a
 * record may be counted under another name and be missing here.
 */
public final class SocketSlab {
    private static final Path SLABINFO = Path.of("/proc/slabinfo");

    private static final Set<String> CACHES =
            Set.of("TCP", "TCPv6", "sock_inode_cache", "dentry", "filp", "eventpoll_epi", "eventpoll_pwq");

    private SocketSlab() {}

    /** Bytes now; empty where this process may not know. */
    public static OptionalLong bytes() throws IOException {
        return Files.isReadable(SLABINFO) ? bytesIn(Files.readString(SLABINFO)) : OptionalLong.empty();
    }

    /** Objects in use times their size, over the caches of sockets in the text of a {@code slabinfo}; empty if there is none. */
    static OptionalLong bytesIn(String slabinfo) {
        return slabinfo.lines()
                .map(line -> line.split("\\s+"))
                .filter(fields -> fields.length > 3 && CACHES.contains(fields[0]))
                .mapToLong(fields -> Long.parseLong(fields[1]) * Long.parseLong(fields[3]))
                .reduce(Long::sum);
    }
}
