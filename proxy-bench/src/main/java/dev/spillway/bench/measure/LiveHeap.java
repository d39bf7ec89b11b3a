package dev.spillway.bench.measure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * Bytes of a Java process's heap that are in use after a full collection, asked with the JDK's own {@code jcmd}. The
 * class histogram is taken because it collects first and sums up exactly, whichever collector runs.
 */
public final class LiveHeap {
    private static final long PATIENCE_SECONDS = 30;

    private LiveHeap() {}

    /** The live heap of process {@code pid}, in bytes; empty where there is no {@code jcmd} (a bare JRE). */
    public static OptionalLong bytes(long pid) throws IOException, InterruptedException {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        if (!Files.isExecutable(jcmd)) {
            return OptionalLong.empty();
        }
        Path answer = Files.createTempFile("spillway-bench", ".histogram");
        try {
            Process process = new ProcessBuilder(jcmd.toString(), Long.toString(pid), "GC.class_histogram")
                    .redirectErrorStream(true)
                    .redirectOutput(answer.toFile())
                    .start();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return OptionalLong.empty();
            }
            return bytesIn(Files.readString(answer, StandardCharsets.UTF_8));
        } finally {
            Files.delete(answer);
        }
    }

    /** The bytes in the last line of a class histogram: {@code Total  <objects>  <bytes>}. */
    static OptionalLong bytesIn(String histogram) {
        return histogram
                .lines()
                .map(line -> line.trim().split(" +"))
                .filter(words -> words.length == 3 && words[0].equals("Total"))
                .mapToLong(words -> Long.parseLong(words[2]))
                .findFirst();
    }
}
