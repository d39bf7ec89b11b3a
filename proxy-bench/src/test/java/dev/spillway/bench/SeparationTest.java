package dev.spillway.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spillway.bench.contender.ChildProcesses;
import dev.spillway.bench.contender.ProxyProcess;
import dev.spillway.bench.contender.RelayContender;
import dev.spillway.bench.contender.Scheduling;
import dev.spillway.bench.load.Backend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@EnabledOnOs(OS.LINUX)
@Timeout(60)
class SeparationTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"0-1 | 0 | 1", "0,2 | 0 | 2", "3-6,9 | 3 | 9", "1-127 | 1 | 127"})
    void loadAndProxyHaveTheFirstAndTheLastProcessor(String list, String first, String last) throws Exception {
        assertThat(Separation.ends(list)).containsExactly(first, last);
    }

    @Test
    void oneProcessorCannotBeKeptApart() {
        assertThatThrownBy(() -> Separation.ends("5"))
                .isInstanceOf(IOException.class)
                .hasMessage("processors: 5 (expected: at least two)");
    }

    @Test
    void whoWaitsForItsTurnStandsStillAndAllIsGivenBack() throws Exception {
        String allowed = allowed("self");
        List<String> notes = new ArrayList<>();
        try (Backend backend = Backend.start();
                ChildProcesses children = ChildProcesses.create()) {
            ProxyProcess one = start(children, backend, "one");
            ProxyProcess other = start(children, backend, "other");
            try (Separation separation = Separation.of(List.of(Subject.of(one), Subject.of(other)), notes::add)) {
                separation.only(Subject.of(one));
                Awaitility.await().until(() -> isStopped(other));
                assertThat(isStopped(one)).isFalse();
                separation.only(Subject.of(other));
                Awaitility.await().until(() -> isStopped(one) && !isStopped(other));
                separation.only(Subject.direct(backend.endpoints()));
                Awaitility.await().until(() -> isStopped(one) && isStopped(other));
                assertThat(notes).hasSize(1);
                if (notes.get(0).startsWith("While")) {
                    assertThat(allowed("self")).isNotEqualTo(allowed(Long.toString(one.pid())));
                }
            }
            Awaitility.await().until(() -> !isStopped(one) && !isStopped(other));
            assertThat(allowed("self")).isEqualTo(allowed);
            assertThat(allowed(Long.toString(one.pid()))).isEqualTo(allowed);
        }
    }

    private static ProxyProcess start(ChildProcesses children, Backend backend, String name) throws Exception {
        return children.start(new RelayContender(name), backend.endpoints(), 10, Duration.ofSeconds(30));
    }

    private static boolean isStopped(ProxyProcess proxy) throws IOException {
        return Files.readString(Path.of("/proc", Long.toString(proxy.pid()), "status"))
                .contains("State:\tT");
    }

    private static String allowed(String process) throws IOException {
        return Scheduling.allowedIn(Files.readString(Path.of("/proc", process, "status")))
                .orElseThrow();
    }
}
