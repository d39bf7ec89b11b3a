package dev.spillway.server.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A disk that fails, or takes the process with it, where a test wants it to. */
final class MemoryDisk implements Disk {
    /** The steps of a disk that change something. */
    enum Step {
        WRITE,
        REPLACE,
        SYNC
    }

    /** The end of the process. */
    static final class Crash extends Error {
        private static final long serialVersionUID = 1L;
    }

    /** Where the process ends: at a step, before or after its effect; of a write {@code bytes} have come to the disk. */
    record Death(Step at, boolean done, int bytes) {}

    final Map<Path, byte[]> files = new HashMap<>();
    Optional<Step> fault = Optional.empty();
    Optional<Death> death = Optional.empty();
    int writes;

    @Override
    public Optional<byte[]> read(Path file) {
        return Optional.ofNullable(files.get(file)).map(byte[]::clone);
    }

    @Override
    public void write(Path file, byte[] content) throws IOException {
        writes++;
        fail(Step.WRITE);
        Optional<Death> now = death.filter(end -> end.at() == Step.WRITE);
        files.put(
                file,
                now.isEmpty()
                        ? content.clone()
                        : Arrays.copyOf(content, Math.min(now.get().bytes(), content.length)));
        if (now.isPresent()) {
            throw new Crash();
        }
    }

    @Override
    public void replace(Path from, Path to) throws IOException {
        fail(Step.REPLACE);
        die(Step.REPLACE, false);
        files.put(to, files.remove(from));
        die(Step.REPLACE, true);
    }

    @Override
    public void sync(Path folder) throws IOException {
        fail(Step.SYNC);
        die(Step.SYNC, true);
    }

    private void fail(Step step) throws IOException {
        if (fault.equals(Optional.of(step))) {
            throw new IOException("no space left, says the test");
        }
    }

    private void die(Step step, boolean done) {
        if (death.filter(end -> end.at() == step && end.done() == done).isPresent()) {
            throw new Crash();
        }
    }
}
