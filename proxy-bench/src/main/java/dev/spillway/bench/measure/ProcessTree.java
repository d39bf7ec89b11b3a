package dev.spillway.bench.measure;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A process and its children, as {@code /proc} shows them: nginx relays in a worker, not in the process that was
 * started. Every figure is the sum over the tree. Not for concurrent use.
 */
public final class ProcessTree {
    private static final Path PROC = Path.of("/proc");

    private final ProcessHandle root;

    /** The tree under {@code root}. */
    public ProcessTree(ProcessHandle root) {
        this.root = root;
    }

    /** CPU time used so far, by all threads. */
    public CpuTime cpuTime() throws IOException {
        CpuTime sum = CpuTime.none();
        for (Path process : processes()) {
            sum = sum.plus(cpuTime(process));
        }
        return sum;
    }

    /** Resident set in bytes. Pages that parent and child share count twice. */
    public long residentBytes() throws IOException {
        long sum = 0;
        for (Path process : processes()) {
            // Unlike VmRSS in "status" this is exact, not a sum of counters that lag behind per thread.
            sum += residentBytesIn(Files.readString(process.resolve("smaps_rollup")));
        }
        return sum;
    }

    /** Open sockets. */
    public long sockets() throws IOException {
        long sum = 0;
        for (Path process : processes()) {
            try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
                for (Path descriptor : descriptors) {
                    sum += isSocket(descriptor) ? 1 : 0;
                }
            }
        }
        return sum;
    }

    /** Open descriptors. */
    public long descriptors() throws IOException {
        return entries("fd");
    }

    /** Threads. */
    public long threads() throws IOException {
        return entries("task");
    }

    private long entries(String directory) throws IOException {
        long sum = 0;
        for (Path process : processes()) {
            try (Stream<Path> entries = Files.list(process.resolve(directory))) {
                sum += entries.count();
            }
        }
        return sum;
    }

    private static boolean isSocket(Path descriptor) throws IOException {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
        } catch (NoSuchFileException closedMeanwhile) {
            return false;
        }
    }

    private List<Path> processes() {
        return Stream.concat(Stream.of(root), root.descendants())
                .map(process -> PROC.resolve(Long.toString(process.pid())))
                .toList();
    }

    private static CpuTime cpuTime(Path process) throws IOException {
        Map<Long, Long> nanosByThread = new HashMap<>();
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(process.resolve("task"))) {
            for (Path thread : threads) {
                try {
                    nanosByThread.put(
                            Long.valueOf(thread.getFileName().toString()),
                            CpuTime.nanosIn(Files.readString(thread.resolve("schedstat"))));
                } catch (IOException endedMeanwhile) {
                    // An ended thread's file is gone or fails with ESRCH; the ticks of the process still hold its time.
                    continue;
                }
            }
        }
        return CpuTime.of(Files.readString(process.resolve("stat")), nanosByThread);
    }

    /**
     * The resident set, in bytes, in the text of a {@code smaps_rollup}.
     *
     * @throws IllegalArgumentException if there is none in it
     */
    static long residentBytesIn(String smapsRollup) {
        return smapsRollup
                .lines()
                .filter(line -> line.startsWith("Rss:"))
                .findFirst()
                .map(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
                .orElseThrow(() -> new IllegalArgumentException("smaps_rollup: no Rss line (expected: 'Rss: <n> kB')"));
    }
}
