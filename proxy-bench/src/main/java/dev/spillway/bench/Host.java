package dev.spillway.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalLong;

/** What a run needs of the machine, asked before anything is started. */
final class Host {
    private static final Path LIMITS = Path.of("/proc/self/limits");

    private Host() {}

    /** @throws IOException unless this is Linux; the message is fit for the user */
    static void requireLinux() throws IOException {
        String system = System.getProperty("os.name", "unknown");
        if (!system.toLowerCase(Locale.ROOT).startsWith("linux") || !Files.isReadable(LIMITS)) {
            throw new IOException("system: " + system
                    + " (expected: Linux with /proc, for CPU time and memory of the proxies are read from there)");
        }
    }

    /** @throws IOException unless a process may open {@code needed} descriptors; the message is fit for the user */
    static void requireDescriptors(long needed) throws IOException {
        OptionalLong allowed = descriptorsIn(Files.readString(LIMITS));
        if (allowed.isPresent() && allowed.getAsLong() < needed) {
            throw new IOException("open files: at most " + allowed.getAsLong() + " a process (expected: " + needed
                    + " or more; raise it by ulimit -n, or ask for fewer connections by --idle)");
        }
    }

    /** The soft limit of open files in the text of a {@code /proc/PID/limits}; empty if there is none. */
    static OptionalLong descriptorsIn(String limits) {
        return limits.lines()
                .filter(line -> line.startsWith("Max open files"))
                .map(line -> line.substring("Max open files".length()).trim().split(" +")[0])
                .filter(limit -> !limit.equals("unlimited"))
                .mapToLong(Long::parseLong)
                .findFirst();
    }
}
