package dev.spillway.bench.measure;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * CPU time of everybody on the machine, by thread: who shall say that a sample was not disturbed has to count what others
 * took meanwhile. Threads that begin and end between two readings are missed.
 *
 * @param nanosByThread the threads that live, by thread id; empty where the kernel does not tell (without {@code schedstat}), for whoever asks lives
 */
public record Bystanders(Map<Long, Long> nanosByThread) {
    private static final Path PROC = Path.of("/proc");

    /** Copies the map. */
    public Bystanders {
        nanosByThread = Map.copyOf(nanosByThread);
    }

    /** A reading now. */
    public static Bystanders now() throws IOException {
        Map<Long, Long> nanos = new HashMap<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                addThreads(process.resolve("task"), nanos);
            }
        }
        return new Bystanders(nanos);
    }

    private static void addThreads(Path tasks, Map<Long, Long> to) {
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(tasks)) {
            for (Path thread : threads) {
                to.put(
                        Long.valueOf(thread.getFileName().toString()),
                        CpuTime.nanosIn(Files.readString(thread.resolve("schedstat"))));
            }
        } catch (IOException | DirectoryIteratorException endedMeanwhile) {
            // What is gone takes no time any more.
            return;
        }
    }

    /** CPU nanoseconds of all threads since {@code earlier}, of those that are new from their beginning; empty if the kernel does not tell. */
    public OptionalLong nanosSince(Bystanders earlier) {
        if (nanosByThread.isEmpty()) {
            return OptionalLong.empty();
        }
        long sum = 0;
        for (Map.Entry<Long, Long> thread : nanosByThread.entrySet()) {
            sum += Math.max(0, thread.getValue() - earlier.nanosByThread.getOrDefault(thread.getKey(), 0L));
        }
        return OptionalLong.of(sum);
    }
}
