package dev.spillway.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code spillway demo} from the jar, as a newcomer runs it. */
@Timeout(90)
class DemoIT {
    private static final List<String> JVM = List.of("-Xmx256m");
    private Path folder;

    @BeforeEach
    void folder() throws Exception {
        folder = Files.createDirectories(Path.of("target", "demo-it").toAbsolutePath());
    }

    @Test
    void theAttackEndsByItselfWithASummary() throws Exception {
        try (SpillwayProcess demo =
                SpillwayProcess.start(folder, Map.of(), JVM, "demo", "--attack", "--port-base=0", "--seconds=6")) {
            assertThat(demo.exitCode()).isZero();
            assertThat(demo.toString())
                    .contains("time  phase   pressure", "  calm  ", "  attack  ", "  after  ", "event 4229:", "Summary")
                    .containsPattern("closed +[0-9,]*[1-9][0-9,]* connections by MPP")
                    .containsPattern("private +[0-9.]+ % of the calm pace kept: [0-9,]+ exchanges done, 0 failed")
                    .containsPattern("exempt +[0-9.]+ % of the calm pace kept: [0-9,]+ exchanges done, 0 failed")
                    .doesNotContain("Exception", "ERROR", "\u001b");
        }
    }

    @Test
    void theDemoTellsWhatToTryAndRunsUntilItIsTerminated() throws Exception {
        try (SpillwayProcess demo = SpillwayProcess.start(folder, Map.of(), JVM, "demo", "--port-base=0")) {
            demo.awaitOutput("Ctrl-C ends it.");
            String url = demo.out()
                    .lines()
                    .filter(line -> line.startsWith("  admin "))
                    .findFirst()
                    .orElseThrow();
            int port = Integer.parseInt(url.replaceAll(".*127.0.0.1:([0-9]+).*", "$1"));
            try (AdminWatch admin = new AdminWatch(port, Duration.ofSeconds(5))) {
                assertThat(admin.get("/health/ready")).contains("true");
            }
            demo.terminate();
            assertThat(demo.exitCode()).isZero();
        }
    }
}
