package dev.spillway.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the figures were taken on.
 *
 * @param processor model of the first one
 * @param processors as many as the JVM sees
 * @param memoryMiB main memory
 * @param kernel release
 * @param congestionControl of TCP, the system's default
 * @param java the JVM of load generator and backend
 * @param loadAverage runnable tasks over the minute before the run, other people's work; near 0 on a quiet machine
 */
public record Machine(
        String processor,
        int processors,
        long memoryMiB,
        String kernel,
        String congestionControl,
        String java,
        double loadAverage) {
    /**
     * This one, now.
     *
     * @throws IOException if {@code /proc} does not tell, as on anything but Linux
     */
    public static Machine here() throws IOException {
        return new Machine(
                valueIn(Files.readString(Path.of("/proc/cpuinfo")), "model name"),
                Runtime.getRuntime().availableProcessors(),
                kibibytesIn(Files.readString(Path.of("/proc/meminfo")), "MemTotal") / 1024,
                Files.readString(Path.of("/proc/sys/kernel/osrelease")).trim(),
                systemsCongestionControl(),
                System.getProperty("java.vm.name") + " " + System.getProperty("java.version"),
                Double.parseDouble(Files.readString(Path.of("/proc/loadavg")).split(" ")[0]));
    }

    private static String systemsCongestionControl() throws IOException {
        Path file = Path.of("/proc/sys/net/ipv4/tcp_congestion_control");
        return Files.isReadable(file) ? Files.readString(file).trim() : "unknown";
    }

    /** The value after {@code key} and a colon in the first line that begins so. */
    static String valueIn(String text, String key) {
        return text.lines()
                .filter(line -> line.startsWith(key) && line.contains(":"))
                .findFirst()
                .map(line -> line.substring(line.indexOf(':') + 1).trim())
                .orElse("unknown");
    }

    private static long kibibytesIn(String text, String key) {
        String digits = valueIn(text, key).replaceAll("[^0-9]", "");
        return digits.isEmpty() ? 0 : Long.parseLong(digits);
    }
}
