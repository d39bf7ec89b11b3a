package dev.spillway.signal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A machine's {@code /proc} and {@code /sys} as far as signals read them, in a folder. Each method adds to it. */
final class SystemTree {
    static final String NO_LIMIT_V1 = "9223372036854771712";

    private static final String MEMBERSHIP = "/proc/self/cgroup";
    private static final String MOUNTS = "/proc/self/mountinfo";

    private final SystemFiles files;
    private int mounts = 20;

    SystemTree(Path root) {
        this.files = new SystemFiles(root);
        write("/proc/self/mountinfo", "22 1 0:20 / /proc rw,relatime - proc proc rw\n");
        write(MEMBERSHIP, "");
    }

    SystemFiles files() {
        return files;
    }

    Path at(String path) {
        return files.at(path);
    }

    SystemTree write(String path, String content) {
        try {
            Files.createDirectories(at(path).getParent());
            Files.writeString(at(path), content);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return this;
    }

    private void append(String path, String content) {
        try {
            Files.writeString(at(path), content, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    SystemTree remove(String path) {
        try {
            Files.delete(at(path));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return this;
    }

    /** A line of {@code /proc/self/cgroup}, as {@code 4:memory:/docker/1}. */
    SystemTree member(String line) {
        append(MEMBERSHIP, line + "\n");
        return this;
    }

    SystemTree mount(String root, String point, String type, String options) {
        append(
                MOUNTS,
                "%d 22 0:%d %s %s rw,nosuid shared:9 master:1 - %s %s rw,%s\n"
                        .formatted(++mounts, mounts, root, point, type, type, options));
        Path there = at(point.replace("\\040", " "));
        try {
            if (!Files.exists(there)) {
                Files.createDirectories(there);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return this;
    }

    /** The account of a group of version 1. */
    SystemTree first(String folder, long used, long inactive, String limit) {
        return write(folder + "/memory.usage_in_bytes", used + "\n")
                .write(folder + "/memory.limit_in_bytes", limit + "\n")
                .write(
                        folder + "/memory.stat",
                        "cache 5\ninactive_file 1\ntotal_cache 5\ntotal_inactive_file " + inactive + "\n");
    }

    SystemTree firstTcp(String folder, long used, long peak, String limit) {
        return write(folder + "/memory.kmem.tcp.usage_in_bytes", used + "\n")
                .write(folder + "/memory.kmem.tcp.max_usage_in_bytes", peak + "\n")
                .write(folder + "/memory.kmem.tcp.limit_in_bytes", limit + "\n");
    }

    /** The account of a group of version 2. */
    SystemTree second(String folder, long used, long inactive, long sock, String max) {
        return write(folder + "/memory.current", used + "\n")
                .write(folder + "/memory.max", max + "\n")
                .write(
                        folder + "/memory.stat",
                        "anon 7\nsock " + sock + "\nshmem 0\ninactive_file " + inactive + "\nactive_file 3\n");
    }

    SystemTree tcp(long pages) {
        return write(
                "/proc/net/sockstat",
                "sockets: used 19\nTCP: inuse 1 orphan 0 tw 0 alloc 1 mem " + pages
                        + "\nUDP: inuse 0 mem 99\nFRAG: inuse 0 memory 0\n");
    }

    SystemTree tcpMem(String pages) {
        return write("/proc/sys/net/ipv4/tcp_mem", pages + "\n");
    }

    SystemTree pageBytes(long bytes) {
        ByteBuffer vector = ByteBuffer.allocate(64).order(ByteOrder.nativeOrder());
        vector.putLong(33).putLong(1).putLong(6).putLong(bytes).putLong(0).putLong(0);
        try {
            Files.createDirectories(at("/proc/self"));
            Files.write(at("/proc/self/auxv"), vector.array());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return this;
    }
}
