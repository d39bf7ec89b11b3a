package dev.spillway.bench.contender;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Asks a program for its version, or anything else that it answers at once and in few words. */
final class VersionQuestion {
    private static final long PATIENCE_SECONDS = 20;

    private VersionQuestion() {}

    /** The first line of the answer to {@code command}. */
    static String firstLine(List<String> command) throws IOException, InterruptedException {
        return answer(command).lines().findFirst().orElse("(no answer)").trim();
    }

    /**
     * All that {@code command} prints.
     *
     * @throws IOException if it cannot be run or does not end with 0
     */
    static String answer(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
                .start();
        try {
            String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException(String.join(" ", command) + " failed: " + answer.trim());
            }
            return answer;
        } finally {
            process.destroyForcibly();
        }
    }
}
