package dev.spillway.bench.profile;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Stacks of some processes for some seconds, by {@code perf} (linux-tools) with the processor's clock: virtual machines have no
 * counters. It is {@code perf} and no flight recording, for JFR sees a thread that is in a system call only as the Java method
 * that made it, every 10 or 20 ms, whether it runs or waits; what the kernel does is most of a proxy's work.
 *
 * <p>Compiled Java has names by {@code jcmd PID Compiler.perfmap} (JDK 17) and callers by {@code -XX:+PreserveFramePointer}; a
 * library without frame pointers hides its callers but not itself.
 */
public final class Recording implements AutoCloseable {
    /** Samples a second: no divisor of what the kernel's clock does. */
    private static final int RATE = 1999;

    private static final int PATIENCE_SECONDS = 60;

    private final Process perf;
    private final Path directory;
    private final Path data;

    private Recording(Process perf, Path directory, Path data) {
        this.perf = perf;
        this.directory = directory;
        this.data = data;
    }

    /** Begins to record {@code pids} for {@code seconds}. Its files go with it, at the latest when this JVM ends. */
    public static Recording of(List<Long> pids, double seconds) throws IOException {
        Path directory = Files.createTempDirectory("spillway-profile");
        Path data = directory.resolve("perf.data");
        directory.toFile().deleteOnExit();
        data.toFile().deleteOnExit();
        List<String> command = List.of(
                "perf",
                "record",
                "-e",
                "cpu-clock",
                "-F",
                Integer.toString(RATE),
                "-g",
                "-o",
                data.toString(),
                "-p",
                pids.stream().map(String::valueOf).collect(Collectors.joining(",")),
                "--",
                "sleep",
                Double.toString(seconds));
        return new Recording(quiet(command).start(), directory, data);
    }

    /**
     * Waits until it is over and counts what was seen.
     *
     * @param jvm the executable of the Java process among them, and its id, if there is one; it has to run still
     * @throws IOException if {@code perf} or {@code jcmd} fails
     */
    public Profile finish(Optional<Jvm> jvm) throws IOException, InterruptedException {
        await(perf, "perf record (is it allowed? kernel.perf_event_paranoid, or root)");
        if (jvm.isPresent()) {
            Path jcmd = jvm.get().java().resolveSibling("jcmd");
            String pid = Long.toString(jvm.get().pid());
            await(
                    quiet(List.of(jcmd.toString(), pid, "Compiler.perfmap")).start(),
                    jcmd + " Compiler.perfmap (JDK 17)");
        }
        Profile profile = new Profile();
        try {
            read(profile);
        } finally {
            if (jvm.isPresent()) {
                Files.deleteIfExists(Path.of("/tmp", "perf-" + jvm.get().pid() + ".map"));
            }
        }
        return profile;
    }

    /**
     * A Java process.
     *
     * @param java its executable, beside which {@code jcmd} is
     * @param pid its id
     */
    public record Jvm(Path java, long pid) {}

    private void read(Profile profile) throws IOException, InterruptedException {
        List<String> command =
                List.of("perf", "script", "--no-inline", "-i", data.toString(), "-F", "comm,tid,ip,sym,dso");
        Process script =
                quiet(command).redirectOutput(ProcessBuilder.Redirect.PIPE).start();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(script.getInputStream(), StandardCharsets.UTF_8))) {
            StackReader.read(lines, profile::add);
        }
        await(script, "perf script");
    }

    private static ProcessBuilder quiet(List<String> command) {
        return new ProcessBuilder(command)
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD);
    }

    private static void await(Process process, String what) throws IOException, InterruptedException {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new IOException(what + " took more than " + PATIENCE_SECONDS + " s");
        }
        if (process.exitValue() != 0) {
            throw new IOException(what + " ended with " + process.exitValue() + " (expected: 0)");
        }
    }

    /** Ends what has not ended and removes its files. */
    @Override
    public void close() throws IOException {
        perf.destroy();
        Files.deleteIfExists(data);
        Files.deleteIfExists(directory);
    }
}
