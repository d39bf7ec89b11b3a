package dev.spillway.bench.contender;

import dev.spillway.bench.load.Endpoints;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Owner of everything a run leaves on the machine: child processes, and a directory for their files. All of it goes
 * when this is closed, or when the JVM ends in whatever orderly way (Ctrl-C, SIGTERM, an exception). Processes are
 * ended by their ids, never by a name. Safe for use by any thread.
 */
public final class ChildProcesses implements AutoCloseable {
    private final Path scratch;
    private final Thread atExit;
    private final List<ProxyProcess> running = new ArrayList<>();
    private int started;
    private boolean closed;

    private ChildProcesses(Path scratch) {
        this.scratch = scratch;
        this.atExit = new Thread(this::endAll, "bench-clean-up");
    }

    /** No processes yet, and an empty directory. */
    public static ChildProcesses create() throws IOException {
        ChildProcesses children = new ChildProcesses(Files.createTempDirectory("spillway-bench"));
        Runtime.getRuntime().addShutdownHook(children.atExit);
        return children;
    }

    /**
     * Starts {@code contender} in front of {@code upstream} and waits until it relays.
     *
     * @param capacity connections it must be able to hold
     * @param patience how long it may take
     * @throws IOException if it ends, or does not relay in time; the message has the last it said
     */
    public ProxyProcess start(Contender contender, Endpoints upstream, int capacity, Duration patience)
            throws IOException, InterruptedException {
        Endpoints listen = FreePorts.endpoints();
        ProxyProcess process;
        synchronized (this) {
            if (closed) {
                throw new IOException("the run is ending");
            }
            Path directory = Files.createDirectory(scratch.resolve(contender.name() + "-" + started++));
            List<String> command = contender.prepare(directory, listen, upstream, capacity);
            process = ProxyProcess.spawn(contender, command, directory, listen);
            running.add(process);
        }
        try {
            process.awaitServing(patience);
            return process;
        } catch (IOException | InterruptedException e) {
            process.close();
            throw e;
        }
    }

    /** Ends all processes and removes their files. */
    @Override
    public void close() {
        endAll();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException alreadyShuttingDown) {
            // Then the hook runs, and finds nothing left to do.
            return;
        }
    }

    private synchronized void endAll() {
        if (closed) {
            return;
        }
        closed = true;
        // All are told before the first is waited for.
        running.forEach(ProxyProcess::askToEnd);
        running.forEach(ProxyProcess::close);
        try (Stream<Path> files = Files.walk(scratch)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException | UncheckedIOException e) {
            System.err.println("spillway-bench: " + scratch + " cannot be removed: " + e);
        }
    }
}
