package dev.spillway.server.container;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A control group (version 1, controller {@code memory}) whose processes have so much memory and no more; the kernel ends
 * one that needs more. What a container's limit is, without a container. Closing removes the group; its processes must
 * have ended.
 */
final class MemoryGroup implements AutoCloseable {
    private static final Path CONTROLLER = Path.of("/sys/fs/cgroup/memory");
    private static final int REMOVALS = 300;
    private static final long REMOVAL_MILLIS = 20;

    private final Path directory;

    private MemoryGroup(Path directory) {
        this.directory = directory;
    }

    /**
     * A group of its own.
     *
     * @throws IOException if there is no such controller or no privilege; the message is fit for a reader
     */
    static MemoryGroup create(long bytes) throws IOException {
        if (!Files.isWritable(CONTROLLER) || !Files.exists(CONTROLLER.resolve("memory.limit_in_bytes"))) {
            throw new IOException(
                    CONTROLLER + ": no memory.limit_in_bytes that may be written (expected: cgroup version 1"
                            + " with the memory controller, and root)");
        }
        MemoryGroup group = new MemoryGroup(Files.createTempDirectory(CONTROLLER, "spillway-test-"));
        Files.writeString(group.directory.resolve("memory.limit_in_bytes"), Long.toString(bytes));
        return group;
    }

    /** {@code command} so that it runs in the group, under the same process id. */
    List<String> around(List<String> command) {
        List<String> confined = new ArrayList<>(
                List.of("/bin/sh", "-c", "echo $$ > \"$0\" && exec \"$@\"", directory.resolve("cgroup.procs") + ""));
        confined.addAll(command);
        return confined;
    }

    /** The most it has had since it was made, in bytes: its processes' memory and the pages of files they brought in. */
    long peak() throws IOException {
        return Long.parseLong(read("memory.max_usage_in_bytes").strip());
    }

    /** How many processes the kernel has ended for want of memory. */
    long killed() throws IOException {
        return read("memory.oom_control")
                .lines()
                .filter(line -> line.startsWith("oom_kill "))
                .mapToLong(line -> Long.parseLong(line.substring("oom_kill ".length())))
                .findFirst()
                .orElseThrow(() -> new IOException(directory + ": memory.oom_control does not count oom_kill"));
    }

    private String read(String file) throws IOException {
        return Files.readString(directory.resolve(file), StandardCharsets.US_ASCII);
    }

    @Override
    public void close() throws IOException, InterruptedException {
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
    }

    /** Why none can be made here; empty if one can. Looked for once in a run. */
    static Optional<String> lack() {
        return Lack.FOUND;
    }

    private static final class Lack {
        static final Optional<String> FOUND = find();

        private static Optional<String> find() {
            try (MemoryGroup group = create(1 << 20)) {
                group.killed();
                return Optional.empty();
            } catch (IOException refused) {
                return Optional.of(String.valueOf(refused.getMessage()));
            } catch (InterruptedException hurried) {
                Thread.currentThread().interrupt();
                return Optional.of("interrupted");
            }
        }
    }
}
