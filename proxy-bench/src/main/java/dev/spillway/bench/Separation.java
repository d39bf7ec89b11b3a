package dev.spillway.bench;

import dev.spillway.bench.contender.ProxyProcess;
import dev.spillway.bench.contender.Scheduling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Keeps load and proxy out of each other's way while time is measured: one processor for this process, with load generator and
 * backend, and another one for whichever proxy has its turn, with all of its threads; the proxies that wait for their turn stand
 * still. Without it a client that never sleeps, a backend and the proxy share the processors as the scheduler likes, and
 * 99 % of latencies are within its time slice of some milliseconds, whatever the proxy does.
 *
 * <p>Where there is only one processor, or no {@code taskset}, nothing is kept apart, and the report says so.
 */
final class Separation implements AutoCloseable {
    private static final Path STATUS = Path.of("/proc/self/status");

    private final List<ProxyProcess> proxies;
    private final Optional<String> before;

    private Separation(List<ProxyProcess> proxies, Optional<String> before) {
        this.proxies = proxies;
        this.before = before;
    }

    /** Of this process and all {@code subjects}, until it is closed; {@code note} is told if it cannot be. */
    static Separation of(List<Subject> subjects, Consumer<String> note) throws InterruptedException {
        List<ProxyProcess> proxies =
                subjects.stream().flatMap(subject -> subject.proxy().stream()).toList();
        String allowed = "";
        try {
            allowed = Scheduling.allowedIn(Files.readString(STATUS))
                    .orElseThrow(() -> new IOException("no list of them"));
            List<String> ends = ends(allowed);
            for (ProxyProcess proxy : proxies) {
                proxy.keepTo(ends.get(1));
            }
            Scheduling.keepTo(ProcessHandle.current().pid(), ends.get(0));
            note.accept(
                    "While latency was measured, load generator and backend were one thread on processor " + ends.get(0)
                            + ", the proxy whose turn it was had processor " + ends.get(1)
                            + " for all its threads, and the others were stopped.");
            return new Separation(proxies, Optional.of(allowed));
        } catch (IOException e) {
            together(proxies, allowed);
            note.accept("Latency was measured with load generator and proxies on the same processors (" + e.getMessage()
                    + "): its high percentiles are the scheduler's.");
            return new Separation(proxies, Optional.empty());
        }
    }

    /** Has everybody all processors again, where some have been kept to one already. */
    private static void together(List<ProxyProcess> proxies, String allowed) throws InterruptedException {
        for (ProxyProcess proxy : proxies) {
            try {
                proxy.keepTo(allowed);
            } catch (IOException alreadyTold) {
                // The next one all the same: perhaps this one has ended.
                continue;
            }
        }
    }

    /**
     * The first and the last processor of {@code list}, as {@code 0,2-3}: neighbours may be two halves of one core.
     *
     * @throws IOException if there are not two
     */
    static List<String> ends(String list) throws IOException {
        String[] parts = list.split("[,-]");
        if (parts.length < 2) {
            throw new IOException("processors: " + list + " (expected: at least two)");
        }
        return List.of(parts[0], parts[parts.length - 1]);
    }

    /** Has all proxies but that of {@code subject} stand still. */
    void only(Subject subject) throws IOException, InterruptedException {
        for (ProxyProcess proxy : proxies) {
            if (subject.proxy().equals(Optional.of(proxy))) {
                proxy.goOn();
            } else {
                proxy.halt();
            }
        }
    }

    /** Has everybody go on, on any processor. */
    @Override
    public void close() throws IOException, InterruptedException {
        for (ProxyProcess proxy : proxies) {
            proxy.goOn();
            if (before.isPresent()) {
                proxy.keepTo(before.get());
            }
        }
        if (before.isPresent()) {
            Scheduling.keepTo(ProcessHandle.current().pid(), before.get());
        }
    }
}
