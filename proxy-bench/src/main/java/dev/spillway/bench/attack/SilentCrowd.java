package dev.spillway.bench.attack;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * An {@link AttackerCrowd} of silent clients in a process of its own, for the descriptors of this one are the upstream's. It
 * ends by itself, when its standard input ends, and with this process.
 */
public final class SilentCrowd implements AutoCloseable {
    private static final long REPORT_MILLIS = 200;
    private static final long END_SECONDS = 15;

    private final Process process;
    private final Thread reader;
    private volatile AttackerCrowd.Counts counts = new AttackerCrowd.Counts(0, 0, 0, 0);

    private SilentCrowd(Process process) {
        this.process = process;
        this.reader = new Thread(this::read, "silent-crowd");
        reader.setDaemon(true);
        reader.start();
    }

    /** Starts the process; the clients begin when its JVM is up. */
    public static SilentCrowd start(InetSocketAddress target, int clients, int perSecond, Duration atMost)
            throws IOException {
        return new SilentCrowd(new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx192m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SilentCrowd.class.getName(),
                        target.getAddress().getHostAddress(),
                        Integer.toString(target.getPort()),
                        Integer.toString(clients),
                        Integer.toString(perSecond),
                        Long.toString(atMost.toMillis())))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] figures = line.split(" ", -1);
                counts = new AttackerCrowd.Counts(
                        Integer.parseInt(figures[0]),
                        Long.parseLong(figures[1]),
                        Long.parseLong(figures[2]),
                        Long.parseLong(figures[3]));
            }
        } catch (IOException ended) {
            // With the process: the last counts stand.
            return;
        }
    }

    /** How they fare, as of a fifth of a second ago. */
    public AttackerCrowd.Counts counts() {
        return counts;
    }

    /** Whether it has begun. */
    boolean began() {
        return counts.connects() + counts.refused() > 0;
    }

    boolean alive() {
        return process.isAlive();
    }

    @Override
    public void close() {
        try {
            process.getOutputStream().close();
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException gone) {
            process.destroyForcibly();
        } catch (InterruptedException hurried) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** The process: target, port, clients, connects a second, milliseconds at most. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        InetSocketAddress target = new InetSocketAddress(arguments[0], Integer.parseInt(arguments[1]));
        long end = System.nanoTime() + Long.parseLong(arguments[4]) * 1_000_000;
        try (AttackerCrowd crowd = AttackerCrowd.start(new AttackerCrowd.Plan(
                Attack.SILENT_FLOOD,
                target,
                Integer.parseInt(arguments[2]),
                Integer.parseInt(arguments[3]),
                Duration.ofMillis(Long.parseLong(arguments[4]))))) {
            Thread watch = new Thread(SilentCrowd::endWithInput, "standard-input");
            watch.setDaemon(true);
            watch.start();
            while (watch.isAlive() && System.nanoTime() - end < 0) {
                AttackerCrowd.Counts now = crowd.counts();
                System.out.println(now.connected() + " " + now.connects() + " " + now.closed() + " " + now.refused());
                watch.join(REPORT_MILLIS);
            }
        }
    }

    private static void endWithInput() {
        try {
            System.in.transferTo(java.io.OutputStream.nullOutputStream());
        } catch (IOException ended) {
            return;
        }
    }
}
