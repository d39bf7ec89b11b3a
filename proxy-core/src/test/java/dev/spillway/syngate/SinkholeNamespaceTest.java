package dev.spillway.syngate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.fixture.TwoNamespaces;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The sinkhole of a process without any capability, with SYN cookies off, as needed and always, in a network namespace of its
 * own: with cookies always every handshake ends with an ACK that belongs to nothing the kernel knows, and must not be steered to
 * the sinkhole. Skipped, with the reason, where namespaces can't be made.
 */
@Timeout(180)
class SinkholeNamespaceTest {
    @ParameterizedTest(name = "{0}, tcp_syncookies={1}")
    @CsvSource({"EPOLL,0", "EPOLL,1", "EPOLL,2", "IO_URING,2"})
    void withoutAnyPrivilegeAndWhateverCookiesDoNewcomersAreKeptOutAtTheRateAndNobodyIsLost(String kind, int cookies)
            throws Exception {
        try (TwoNamespaces network = TwoNamespaces.make()) {
            network.sysctl("net/ipv4/tcp_syncookies", cookies);
            Map<String, String> said = run(network.java(true, SunkScene.class, kind));
            assertThat(said)
                    .containsEntry("gate", "sinkhole")
                    .containsEntry("served", "20")
                    .containsEntry("waiting", "100")
                    .containsEntry("through", "100")
                    .containsEntry("established", "unharmed")
                    .containsEntry("refused", "0 failures 0");
            // Four standard deviations.
            assertThat(Double.parseDouble(said.get("kept"))).isBetween(0.27, 0.33);
        }
    }

    /** Without a capability, as setpriv makes it of root. */
    private static Map<String, String> run(ProcessBuilder builder) throws Exception {
        List<String> command = new ArrayList<>(builder.command());
        // After nsenter and where to.
        command.addAll(2, List.of("setpriv", "--bounding-set=-all", "--inh-caps=-all"));
        Process process = builder.command(command).start();
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
