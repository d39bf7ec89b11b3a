package dev.spillway.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** The runnable jar as a process of its own; whatever becomes of the test, {@link #close} ends it. */
final class SpillwayProcess implements AutoCloseable {
    private static final List<String> JVM =
            List.of("-Xmx64m", "-XX:MaxDirectMemorySize=64m", "-Dio.netty.leakDetection.level=paranoid");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Process process;
    private final Path out;
    private final Path err;

    private SpillwayProcess(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /** With 64 MB of each memory, and every buffer watched for a leak. */
    static SpillwayProcess start(Path folder, Map<String, String> environment, String... arguments) throws IOException {
        return start(folder, environment, JVM, arguments);
    }

    /** As {@link #start} by a command that sets something and becomes what follows it, as {@code prlimit}. */
    static SpillwayProcess startWith(List<String> prefix, Path folder, String... arguments) throws IOException {
        return start(prefix, folder, Map.of(), JVM, arguments);
    }

    /** With the options {@code jvm} and no others; for tests of which speed is a part. */
    static SpillwayProcess start(Path folder, Map<String, String> environment, List<String> jvm, String... arguments)
            throws IOException {
        return start(List.of(), folder, environment, jvm, arguments);
    }

    private static SpillwayProcess start(
            List<String> prefix, Path folder, Map<String, String> environment, List<String> jvm, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvm);
        command.add("-jar");
        command.add(System.getProperty("spillway.jar"));
        command.addAll(List.of(arguments));
        Path out = Files.createTempFile(folder, "out", ".txt");
        Path err = Files.createTempFile(folder, "err", ".txt");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("SPILLWAY") || name.equals("PORT"));
        builder.environment().putAll(environment);
        return new SpillwayProcess(builder.start(), out, err);
    }

    /** Waits for the end. */
    int exitCode() throws InterruptedException {
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .as("process ended; its output: %s", this)
                .isTrue();
        return process.exitValue();
    }

    /** Waits until the log says {@code text}. */
    void awaitOutput(String text) {
        Awaitility.await(text).atMost(PATIENCE).until(() -> {
            assertThat(process.isAlive() || out().contains(text))
                    .as("alive; its output: %s", this)
                    .isTrue();
            return out().contains(text);
        });
    }

    boolean alive() {
        return process.isAlive();
    }

    /** SIGTERM. */
    void terminate() {
        process.destroy();
    }

    /** SIGINT. */
    void interrupt() throws IOException, InterruptedException {
        signal("-INT");
    }

    /** SIGHUP. */
    void hangUp() throws IOException, InterruptedException {
        signal("-HUP");
    }

    private void signal(String signal) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", signal, Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    String out() {
        return read(out);
    }

    String err() {
        return read(err);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public void close() throws InterruptedException {
        process.destroyForcibly().waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    @Override
    public String toString() {
        return "\n--- out\n" + out() + "\n--- err\n" + err();
    }
}
