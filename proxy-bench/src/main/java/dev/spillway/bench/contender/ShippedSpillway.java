package dev.spillway.bench.contender;

import dev.spillway.bench.load.Endpoints;
import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * Spillway as the image starts it: by its start script, which chooses the JVM's flags by the size of the container, and with a
 * class archive that a run before has left, as the building of the image does.
 *
 * @param of what is run; its flags are not used, the script has its own
 * @param entrypoint the start script
 * @param added flags after those of the script
 */
public record ShippedSpillway(Spillway of, Path entrypoint, List<String> added) implements Contender {
    /** What the script sizes for when nothing limits the container, said here so that the machine's own limits do not matter. */
    private static final String MEMORY = "512m";

    private static final String JAR = "spillway.jar";
    private static final String ENTRYPOINT = "entrypoint.sh";

    /** What runs while the image is built, where there is such a script. */
    private static final String LEARN = "learn.sh";

    private static final List<String> SCRIPTS = List.of(LEARN, "healthcheck.sh");

    /** Where the start script looks for a class archive in its home, if no other script made one. */
    private static final String ARCHIVE = "spillway.jsa";

    private static final long LEAST_ARCHIVE_BYTES = 1 << 20;

    private static final long PATIENCE_SECONDS = 120;
    private static final long LOOK_EVERY_MILLIS = 20;

    /** Copies the list. */
    public ShippedSpillway {
        added = List.copyOf(added);
    }

    @Override
    public String name() {
        return of.name();
    }

    @Override
    public String version() throws IOException, InterruptedException {
        return of.version();
    }

    @Override
    public String setUp() {
        return "by the image's " + entrypoint.getFileName() + " for " + MEMORY + " with a class archive"
                + (added.isEmpty() ? "" : ", and " + String.join(" ", added));
    }

    @Override
    public List<String> prepare(Path directory, Endpoints listen, Endpoints upstream, int capacity) throws IOException {
        // One home for all rounds: a JVM refuses an archive whose jar lay elsewhere when it was made.
        Path home = directory.resolveSibling("home-of-" + name());
        Path configuration = directory.resolve(Spillway.CONFIGURATION);
        if (!Files.exists(home)) {
            furnish(home);
            Spillway rehearsed = of.with(of.settings());
            rehearsed.prepare(directory, listen, upstream, capacity);
            rehearse(home, configuration, listen, rehearsed.plane());
        }
        of.prepare(directory, listen, upstream, capacity);
        List<String> command = environment(home, added);
        command.addAll(run(home, configuration));
        return command;
    }

    /** Lays out what the image has in its home. */
    private void furnish(Path home) throws IOException {
        Files.createDirectory(home);
        Files.createSymbolicLink(home.resolve(JAR), of.jar());
        for (String script : SCRIPTS) {
            Path there = entrypoint.resolveSibling(script);
            if (Files.exists(there)) {
                Files.copy(there, home.resolve(script), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
        Files.copy(
                entrypoint,
                home.resolve(ENTRYPOINT),
                StandardCopyOption.COPY_ATTRIBUTES,
                StandardCopyOption.REPLACE_EXISTING);
    }

    private List<String> environment(Path home, List<String> flags) {
        return new ArrayList<>(List.of(
                "env",
                "PATH=" + of.java().toAbsolutePath().getParent() + File.pathSeparator
                        + System.getenv().getOrDefault("PATH", "/usr/bin:/bin"),
                "SPILLWAY_HOME=" + home,
                "SPILLWAY_MEMORY=" + MEMORY,
                "SPILLWAY_JAVA_OPTS=" + String.join(" ", flags)));
    }

    /** The script becomes the JVM, so that the process started is the one to measure. */
    private static List<String> run(Path home, Path configuration) {
        return List.of("sh", home.resolve(ENTRYPOINT).toString(), "run", "-c", configuration.toString());
    }

    /** Has the JVM write down the classes it loads, as the building of the image does. */
    private void rehearse(Path home, Path configuration, Endpoints listen, InetSocketAddress plane) throws IOException {
        Path output = home.resolve("rehearsal.log");
        Path learn = home.resolve(LEARN);
        try {
            if (Files.exists(learn)) {
                List<String> command = environment(home, added);
                command.add("SPILLWAY_HEALTH_URL=http://" + HostPort.of(plane) + "/health/live");
                command.addAll(List.of("sh", learn.toString(), configuration.toString()));
                await(start(command, output));
            } else {
                List<String> flags = new ArrayList<>(added);
                flags.add("-XX:ArchiveClassesAtExit=" + home.resolve(ARCHIVE));
                List<String> command = environment(home, flags);
                command.addAll(run(home, configuration));
                endOnceListening(start(command, output), listen);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + name() + " made its class archive", e);
        }
        if (!hasArchive(home)) {
            throw new IOException(name() + " left no class archive: "
                    + Files.readString(output).trim());
        }
    }

    private static Process start(List<String> command, Path output) throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .start();
    }

    /** Lets it end by itself. */
    private static void await(Process process) throws InterruptedException {
        List<ProcessHandle> children = List.of();
        try {
            process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
            children = process.descendants().toList();
        } finally {
            children.forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    /** Ends it in good order, for only then the JVM writes. */
    private static void endOnceListening(Process process, Endpoints listen) throws InterruptedException {
        try {
            long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
            while (!listens(listen) && process.isAlive() && System.nanoTime() - giveUp < 0) {
                TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MILLIS);
            }
            process.destroy();
            process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } finally {
            process.destroyForcibly();
        }
    }

    /** Whatever the scripts call it, an archive is the only large file there but the jar. */
    private static boolean hasArchive(Path home) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(home)) {
            for (Path file : files) {
                if (!Files.isSymbolicLink(file) && Files.size(file) >= LEAST_ARCHIVE_BYTES) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean listens(Endpoints listen) {
        try (Socket probe = new Socket(listen.echo().getAddress(), listen.echo().getPort())) {
            return probe.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    @Override
    public OptionalLong liveHeap(long pid) throws IOException, InterruptedException {
        return of.liveHeap(pid);
    }
}
