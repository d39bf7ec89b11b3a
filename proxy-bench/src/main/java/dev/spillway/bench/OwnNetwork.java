package dev.spillway.bench;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The command again, in a network namespace of its own that has nothing but loopback.
 *
 * <p><b>What the machine's firewall does to a packet is no proxy's work, but is charged to it</b>: a write over loopback carries its
 * packet through to the receiver's socket, so rules, connection tracking and address translation on that way cost the writer. A machine on which a
 * container engine has been started tracks every connection, loopback's too. That is the same for all proxies and makes
 * them look alike; in a namespace without a rule the kernel does none of it.
 *
 * <p>The namespace goes with its last process.
 */
final class OwnNetwork {
    private static final String INSIDE = "SPILLWAY_BENCH_NETWORK";
    private static final String ENTER = "ip link set lo up && exec \"$@\"";

    private OwnNetwork() {}

    /** Whether this process is in one. */
    static boolean isInside() {
        return "own".equals(System.getenv(INSIDE));
    }

    /** Ends this process, in good order, when the one that made the network is gone: killed, it can't tell us. */
    static void endWithParent() {
        ProcessHandle.current()
                .parent()
                .ifPresent(parent -> parent.onExit().thenRun(() -> System.exit(ExitCode.UNAVAILABLE)));
    }

    /**
     * Whether one can be made: {@code unshare} (util-linux) and {@code ip} (iproute2) are there, and the kernel lets us.
     *
     * @throws InterruptedException if interrupted while it is tried
     */
    static boolean isPossible() throws InterruptedException {
        try {
            Process trial = new ProcessBuilder(entering(List.of("true")))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return trial.waitFor() == 0;
        } catch (IOException absent) {
            return false;
        }
    }

    /**
     * Runs this program with {@code arguments} in a network namespace of its own, with our standard streams, and waits for it. It
     * is told to end when we are.
     *
     * @return its exit code
     * @throws IOException if it can't be started
     * @throws InterruptedException if interrupted; it is told to end then
     */
    static int run(List<String> arguments) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(entering(program(arguments))).inheritIO();
        builder.environment().put(INSIDE, "own");
        // Their words are among the arguments by now.
        List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS").forEach(builder.environment()::remove);
        Process inside = builder.start();
        Thread atExit = new Thread(() -> end(inside), "bench-own-network");
        Runtime.getRuntime().addShutdownHook(atExit);
        try {
            return inside.waitFor();
        } finally {
            end(inside);
        }
    }

    private static List<String> entering(List<String> command) {
        List<String> words = new ArrayList<>(List.of("unshare", "--net", "sh", "-c", ENTER, "sh"));
        words.addAll(command);
        return words;
    }

    private static List<String> program(List<String> arguments) {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        words.addAll(List.of("-cp", absolute(System.getProperty("java.class.path")), Main.class.getName()));
        words.addAll(arguments);
        return words;
    }

    private static String absolute(String classPath) {
        List<String> entries = new ArrayList<>();
        for (String entry : classPath.split(File.pathSeparator, -1)) {
            entries.add(Path.of(entry).toAbsolutePath().toString());
        }
        return String.join(File.pathSeparator, entries);
    }

    /** It has proxies to end and files to remove, and takes its time. */
    private static void end(Process inside) {
        inside.destroy();
        try {
            if (!inside.waitFor(1, TimeUnit.MINUTES)) {
                System.err.println("spillway-bench: process " + inside.pid() + " does not end");
            }
        } catch (InterruptedException leave) {
            Thread.currentThread().interrupt();
        }
    }

    /** Connections that the kernel's connection tracking knows of in this network; 0 where it is not used. */
    static long trackedConnections() throws IOException {
        Path count = Path.of("/proc/sys/net/netfilter/nf_conntrack_count");
        return Files.isReadable(count) ? Long.parseLong(Files.readString(count).trim()) : 0;
    }
}
