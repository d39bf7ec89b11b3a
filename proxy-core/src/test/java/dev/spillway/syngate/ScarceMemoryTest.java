package dev.spillway.syngate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spillway.fixture.KernelFilters;
import dev.spillway.fixture.TwoNamespaces;
import dev.spillway.transport.TransportKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A kernel that has as little memory for programs as those before 6.7 had, and refuses long ones with ENOMEM. That can be set for
 * one network namespace since Linux 6.8; skipped, with the reason, before that and where namespaces can't be made.
 */
@Timeout(180)
class ScarceMemoryTest {
    private static final String TRANSPORTS = "dev.spillway.fixture.KernelFilters#transports";
    private static final int OLD_OPTMEM_MAX = 20_480;

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void aProgramThatTheKernelHasNoMemoryForIsShortenedUntilItFitsAndNewcomersStayOut(TransportKind kind)
            throws Exception {
        Optional<String> lack = KernelFilters.lack(GateKind.KERNEL_FILTER, kind);
        assumeTrue(lack.isEmpty(), lack::toString);
        try (TwoNamespaces network = TwoNamespaces.make()) {
            assumeSet(network);
            Map<String, String> said = run(network.java(true, ScarceScene.class, kind.name()));
            assertThat(said)
                    .containsEntry("failures", "some")
                    .containsEntry("programs", "2")
                    .containsEntry("newcomer", "out")
                    .containsEntry("acceptGate", "0");
            assertThat(Integer.parseInt(said.get("size"))).isBetween(300, 2500);
            assertThat(Integer.parseInt(said.get("offenders"))).isBetween(100, 999);
            assertThat(Integer.parseInt(said.get("offenders")) + Integer.parseInt(said.get("letIn")))
                    .isEqualTo(1001);
        }
    }

    private static void assumeSet(TwoNamespaces network) throws InterruptedException {
        try {
            network.sysctl("net/core/optmem_max", OLD_OPTMEM_MAX);
        } catch (IOException older) {
            System.out.println("[WARNING] skipped: " + older.getMessage());
            assumeTrue(false, "optmem_max can't be set for one namespace here: " + older.getMessage());
        }
    }

    private static Map<String, String> run(ProcessBuilder builder) throws Exception {
        Process process = builder.start();
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as("%s", output).isZero();
            return output.lines()
                    .map(line -> line.split(" ", 2))
                    .filter(words -> words.length == 2)
                    .collect(Collectors.toMap(words -> words[0], words -> words[1], (one, other) -> other));
        } finally {
            process.destroyForcibly();
        }
    }
}
