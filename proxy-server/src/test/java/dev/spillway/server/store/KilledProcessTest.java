package dev.spillway.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real process, killed at moments of which it knows nothing while it changes settings. */
@Timeout(120)
class KilledProcessTest {
    private static final int ROUNDS = 20;
    private static final int AT_ONCE = 4;
    private static final int MOST_ACKNOWLEDGED = 80;

    @TempDir
    private Path folder;

    @Test
    void theStoreOfAKilledProcessIsWholeAndSaysWhatWasAcknowledged() throws Exception {
        Random random = new Random();
        for (int round = 0; round < ROUNDS; round += AT_ONCE) {
            List<Process> processes = new ArrayList<>();
            try {
                for (int i = 0; i < AT_ONCE; i++) {
                    processes.add(start(store(round + i)));
                }
                for (int i = 0; i < AT_ONCE; i++) {
                    int acknowledged = killAfter(processes.get(i), 1 + random.nextInt(MOST_ACKNOWLEDGED));
                    isWhole(store(round + i), acknowledged);
                }
            } finally {
                processes.forEach(Process::destroyForcibly);
            }
        }
    }

    private Path store(int round) {
        return folder.resolve("store" + round + ".json");
    }

    /** Returns the last change that was acknowledged. */
    private static int killAfter(Process process, int lines) throws Exception {
        String last = "0";
        try (BufferedReader output = process.inputReader()) {
            for (int i = 0; i < lines; i++) {
                last = output.readLine();
                assertThat(last).as("line %d", i).isNotNull();
            }
            // By its handle: the process's own method closes the pipe, with what is in it.
            process.toHandle().destroyForcibly();
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                last = line;
            }
        }
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as("killed, not ended").isEqualTo(128 + 9);
        return Integer.parseInt(last);
    }

    private static void isWhole(Path file, int acknowledged) throws IOException {
        SettingsStore store = SettingsStore.open(Optional.of(file), Layer.EMPTY, Audit.NONE);
        assertThat(store.view().persistence().state())
                .as(() -> store.view().persistence() + "")
                .isEqualTo(Persistence.State.OK);
        int kept = Integer.parseInt(store.view().layers().value(Samples.key(BusyStoreProcess.COUNT)));
        // The next one may have been kept and not yet acknowledged; none that was acknowledged may be missing.
        assertThat(kept).isBetween(acknowledged, acknowledged + 1);
        Outcome later = store.change(
                Samples.set(Tier.PERSISTENT, "mpp", "disabled"),
                OptionalLong.empty(),
                Origin.Kind.COMMAND,
                "127.0.0.1",
                false);
        assertThat(later).isInstanceOf(Outcome.Applied.class);
        assertThat(Files.readString(file)).contains("\"mpp\"");
    }

    private static Process start(Path store) throws IOException {
        return new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java",
                        "-Xmx64m",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        BusyStoreProcess.class.getName(),
                        store.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
