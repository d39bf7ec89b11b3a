package dev.spillway.bench.contender;

import dev.spillway.bench.load.Endpoints;
import dev.spillway.bench.load.FirstExchange;
import dev.spillway.bench.measure.ProcessTree;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A contender that runs, and the readings of it. Closing ends it; until then {@link ChildProcesses} answers for it. */
public final class ProxyProcess implements AutoCloseable {
    /** How often the port is tried while it starts; so fine is the figure of its start-up. */
    private static final long TRY_EVERY_MILLIS = 2;

    /** How long it may take to end when asked to, before it is made to. */
    private static final long GRACE_SECONDS = 3;

    private static final long ENDING_MILLIS = 500;

    private static final int LAST_WORDS_CHARS = 2000;

    private final Contender contender;
    private final Process process;
    private final long spawnedNanos;
    private final Path output;
    private final Endpoints listen;
    private final ProcessTree tree;
    private volatile boolean halted;
    private Duration startUp = Duration.ZERO;
    private Duration firstExchanges = Duration.ZERO;

    private ProxyProcess(Contender contender, Process process, long spawnedNanos, Path output, Endpoints listen) {
        this.contender = contender;
        this.process = process;
        this.spawnedNanos = spawnedNanos;
        this.output = output;
        this.listen = listen;
        this.tree = new ProcessTree(process.toHandle());
    }

    static ProxyProcess spawn(Contender contender, List<String> command, Path directory, Endpoints listen)
            throws IOException {
        Path output = directory.resolve("output.log");
        long now = System.nanoTime();
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .start();
        return new ProxyProcess(contender, process, now, output, listen);
    }

    void awaitServing(Duration patience) throws IOException, InterruptedException {
        for (FirstExchange exchange : FirstExchange.with(listen)) {
            String problem = attempt(exchange);
            while (!problem.isEmpty()) {
                if (!process.isAlive()) {
                    throw new IOException(
                            contender.name() + " ended with " + process.exitValue() + " at start: " + lastWords());
                }
                if (sinceSpawned().compareTo(patience) > 0) {
                    throw new IOException("%s does not relay after %d s: %s; it says: %s"
                            .formatted(contender.name(), patience.toSeconds(), problem, lastWords()));
                }
                Thread.sleep(TRY_EVERY_MILLIS);
                problem = attempt(exchange);
            }
        }
        firstExchanges = sinceSpawned();
    }

    /** What is wrong; empty if it went well. */
    private String attempt(FirstExchange exchange) {
        try {
            exchange.run(() -> startUp = startUp.isZero() ? sinceSpawned() : startUp);
            return "";
        } catch (IOException notYet) {
            return notYet.toString();
        }
    }

    private Duration sinceSpawned() {
        return Duration.ofNanos(System.nanoTime() - spawnedNanos);
    }

    /** All that it printed so far. */
    public String printed() throws IOException {
        return Files.readString(output);
    }

    /** The end of what it printed. */
    public String lastWords() throws IOException {
        String all = Files.readString(output).trim();
        return all.substring(Math.max(0, all.length() - LAST_WORDS_CHARS));
    }

    /**
     * What it ended with; empty if it runs. Waits a little, for a process that is ending closes its sockets before its end
     * is known, and the closed sockets are why one asks.
     */
    public OptionalInt exit() throws InterruptedException {
        return process.waitFor(ENDING_MILLIS, TimeUnit.MILLISECONDS)
                ? OptionalInt.of(process.exitValue())
                : OptionalInt.empty();
    }

    /** Which proxy it is. */
    public Contender contender() {
        return contender;
    }

    /** Where it listens. */
    public Endpoints endpoints() {
        return listen;
    }

    /** The time from its spawning until it accepted a connection. */
    public Duration startUp() {
        return startUp;
    }

    /** The time from its spawning until a first exchange was done through each of its listeners. */
    public Duration firstExchanges() {
        return firstExchanges;
    }

    /** The process that was started. */
    public long pid() {
        return process.pid();
    }

    /** Its processes. */
    public ProcessTree tree() {
        return tree;
    }

    /** Bytes of live objects, where it has such; costs it a full collection. */
    public OptionalLong liveHeap() throws IOException, InterruptedException {
        return contender.liveHeap(process.pid());
    }

    /** Leaves all its threads no processor but those of {@code processors}, a list as {@code 0,2-3}. */
    public void keepTo(String processors) throws IOException, InterruptedException {
        for (long pid : pids()) {
            Scheduling.keepTo(pid, processors);
        }
    }

    /** Has it stand still until it is told to go on, or to end: what runs beside a measurement takes part in it. */
    public void halt() throws IOException, InterruptedException {
        halted = true;
        Scheduling.signal("STOP", pids());
    }

    /** Has it go on. Idempotent. */
    public void goOn() throws IOException, InterruptedException {
        if (halted) {
            Scheduling.signal("CONT", pids());
            halted = false;
        }
    }

    private List<Long> pids() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .filter(ProcessHandle::isAlive)
                .map(ProcessHandle::pid)
                .toList();
    }

    void askToEnd() {
        process.destroy();
        try {
            goOn();
        } catch (IOException leftToForce) {
            // It cannot obey while it stands still, and is made to end when its time is over.
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Asks it to end, makes it end if it does not, and waits until it has. Idempotent. */
    @Override
    public void close() {
        // Taken first: the children of a process that has ended can no longer be found through it.
        List<ProcessHandle> all = Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                .toList();
        askToEnd();
        try {
            if (!process.waitFor(GRACE_SECONDS, TimeUnit.SECONDS)) {
                all.forEach(ProcessHandle::destroyForcibly);
                process.waitFor(GRACE_SECONDS, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            all.forEach(ProcessHandle::destroyForcibly);
        }
    }
}
