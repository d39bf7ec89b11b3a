package dev.spillway.server.container;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A command that ran on this machine to its end.
 *
 * @param status its exit status; 127 if there is no such program, 124 if it was ended after the time limit
 * @param out its standard output
 * @param err its standard error
 */
public record HostCommand(int status, String out, String err) {
    private static final long LIMIT_SECONDS = 120;

    public static HostCommand run(String... words) {
        return run(Map.of(), List.of(words));
    }

    /**
     * Runs a command without input for two minutes at most.
     *
     * @param environment set over this process's own
     */
    public static HostCommand run(Map<String, String> environment, List<String> words) {
        try {
            Path out = Files.createTempFile("spillway-out", null);
            Path err = Files.createTempFile("spillway-err", null);
            try {
                int status = status(environment, words, out, err);
                return new HostCommand(status, Files.readString(out), Files.readString(err));
            } finally {
                Files.delete(out);
                Files.delete(err);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int status(Map<String, String> environment, List<String> words, Path out, Path err) {
        ProcessBuilder builder = new ProcessBuilder(words)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().putAll(environment);
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            return 127;
        }
        try {
            if (process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                return process.exitValue();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
        return 124;
    }

    public boolean succeeded() {
        return status == 0;
    }
}
