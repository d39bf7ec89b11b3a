package dev.spillway.bench.attack;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A control group (version 1, controller {@code memory}) whose processes have so much kernel TCP memory and no more. A
 * socket is charged to the group of the process that made or accepted it, so with only the proxy in it, clients and
 * upstream are not limited. Closing removes the group; its processes must have ended. Any thread.
 */
public final class TcpMemoryGroup implements AutoCloseable {
    /** Where version 1 is mounted, on every distribution that still mounts it. */
    private static final Path CONTROLLER = Path.of("/sys/fs/cgroup/memory");

    private static final String LIMIT = "memory.kmem.tcp.limit_in_bytes";
    private static final String USAGE = "memory.kmem.tcp.usage_in_bytes";
    private static final int REMOVALS = 300;
    private static final long REMOVAL_MILLIS = 20;

    private final Path directory;
    private final Thread atExit;

    private TcpMemoryGroup(Path directory) {
        this.directory = directory;
        this.atExit = new Thread(this::remove, "group-clean-up");
    }

    /**
     * A group of its own with {@code bytes} of TCP memory.
     *
     * @throws IOException if there is no such controller or no privilege; the message is fit for the user
     */
    public static TcpMemoryGroup create(long bytes) throws IOException {
        if (!Files.isWritable(CONTROLLER) || !Files.exists(CONTROLLER.resolve(LIMIT))) {
            throw new IOException(CONTROLLER + ": no " + LIMIT + " that may be written (expected: cgroup version 1 with"
                    + " the memory controller, and root; version 2 has no limit of TCP memory of its own)");
        }
        Path directory = Files.createTempDirectory(CONTROLLER, "spillway-bench-");
        TcpMemoryGroup group = new TcpMemoryGroup(directory);
        Runtime.getRuntime().addShutdownHook(group.atExit);
        // Before the first process: the sockets that are there when the limit comes are not counted.
        Files.writeString(directory.resolve(LIMIT), Long.toString(bytes));
        return group;
    }

    /** {@code command} so that it runs in the group, under the same process id. */
    List<String> around(List<String> command) {
        List<String> confined = new ArrayList<>(
                List.of("/bin/sh", "-c", "echo $$ > \"$0\" && exec \"$@\"", directory.resolve("cgroup.procs") + ""));
        confined.addAll(command);
        return confined;
    }

    /** The file that tells its usage in bytes, now. */
    Path usageFile() {
        return directory.resolve(USAGE);
    }

    /** TCP memory of its processes in bytes, now. */
    public long usage() throws IOException {
        return Long.parseLong(
                Files.readString(usageFile(), StandardCharsets.US_ASCII).trim());
    }

    @Override
    public void close() {
        remove();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException alreadyShuttingDown) {
            // Then the hook runs, and finds nothing left to do.
            return;
        }
    }

    private void remove() {
        try {
            for (int tried = 0; Files.exists(directory); tried++) {
                try {
                    Files.delete(directory);
                } catch (IOException busy) {
                    // A process that was ended leaves its group a little later.
                    if (tried == REMOVALS) {
                        throw busy;
                    }
                    Thread.sleep(REMOVAL_MILLIS);
                }
            }
        } catch (IOException e) {
            System.err.println("spillway-bench: " + directory + " cannot be removed: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
