package dev.spillway.bench.contender;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Says which processors a process may have, and whether it may run at all; by programs that every Linux has. */
public final class Scheduling {
    /** A thread that ends while all are gone through makes it fail. */
    private static final int ATTEMPTS = 3;

    private Scheduling() {}

    /**
     * Leaves all threads of {@code pid} no processor but those of {@code processors}, a list as {@code 0,2-3}; threads they
     * start are left the same.
     *
     * @throws IOException if there is no such process, no such processor or no {@code taskset}
     */
    public static void keepTo(long pid, String processors) throws IOException, InterruptedException {
        List<String> command = List.of("taskset", "-a", "-c", "-p", processors, Long.toString(pid));
        for (int attempt = 1; attempt < ATTEMPTS; attempt++) {
            try {
                VersionQuestion.answer(command);
                return;
            } catch (IOException tryAgain) {
                continue;
            }
        }
        VersionQuestion.answer(command);
    }

    /**
     * The processors that a process may have, in the text of its {@code /proc/PID/status}, as the kernel lists them; empty if
     * it does not say.
     */
    public static Optional<String> allowedIn(String status) {
        return status.lines()
                .filter(line -> line.startsWith("Cpus_allowed_list:"))
                .map(line -> line.substring("Cpus_allowed_list:".length()).trim())
                .findFirst();
    }

    /** Sends the signal {@code name} to each of {@code pids}. */
    static void signal(String name, List<Long> pids) throws IOException, InterruptedException {
        if (pids.isEmpty()) {
            return;
        }
        // The shell's own, for not every system has the program.
        List<String> command = new ArrayList<>(List.of("sh", "-c", "kill -" + name + " \"$@\"", "sh"));
        pids.forEach(pid -> command.add(Long.toString(pid)));
        VersionQuestion.answer(command);
    }
}
