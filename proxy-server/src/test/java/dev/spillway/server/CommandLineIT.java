package dev.spillway.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The jar as an operator meets it: what it prints, and its exit codes. */
class CommandLineIT {
    @TempDir
    Path folder;

    private String file(String text) throws IOException {
        Files.writeString(folder.resolve("spillway.conf"), text);
        return "spillway.conf";
    }

    private SpillwayProcess spillway(String... arguments) throws IOException {
        return SpillwayProcess.start(folder, Map.of(), arguments);
    }

    private static void assertNoTrace(SpillwayProcess process) {
        assertThat(process.out() + process.err()).doesNotContain("\tat ", "Exception", "Caused by", "SLF4J", "ERROR");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "run --help", "check --help", "--version", "check --version"})
    void helpAndVersionGoToStandardOutput(String line) throws Exception {
        try (SpillwayProcess process = spillway(line.split(" "))) {
            assertThat(process.exitCode()).isZero();
            assertThat(process.out()).contains("spillway");
            assertThat(process.err()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "rnu", "run", "run --confg x", "check -c", "check -c a b", "--verbose"})
    void wrongUsageIs64(String line) throws Exception {
        try (SpillwayProcess process = spillway(line.isEmpty() ? new String[0] : line.split(" "))) {
            assertThat(process.exitCode()).isEqualTo(64);
            assertThat(process.err()).startsWith("spillway").contains("--help\".");
            assertThat(process.out()).isEmpty();
            assertNoTrace(process);
        }
    }

    @Test
    void checkOfARightFileIsOk() throws Exception {
        String file = file("""
                spillway {
                  listeners.main { bind = "127.0.0.1:8080", upstream = backend }
                  upstreams.backend { servers = ["127.0.0.1:9000"] }
                  admin { bind = "127.0.0.1:9901" }
                }
                """);
        try (SpillwayProcess process = spillway("check", "-c", file)) {
            assertThat(process.exitCode()).isZero();
            assertThat(process.out())
                    .startsWith("ok: spillway.conf\n")
                    .contains("  main  127.0.0.1:8080 -> backend  profile public, verdict eligible\n")
                    // 64 MiB less an eighth for the JDK, and half of that.
                    .contains("memory       28MiB for all buffers");
            // What the kernel of the machine is warned of is not the file's fault.
            assertThat(process.err().lines())
                    .allSatisfy(line -> assertThat(line).startsWith("warning: net."));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "check"})
    void everyProblemIsPrintedWithItsLineAndTheCodeIs78(String command) throws Exception {
        Files.writeString(folder.resolve("more.conf"), "\nrelay.idle-timeout = 5 parsecs\n");
        String file = file("""
                spillway {
                  include "more.conf"
                  listeners.main { bind = "127.0.0.1:99999", upstream = backand }
                  upstreams.backend { servers = [] }
                  admin { bind = "0.0.0.0:9901" }
                  log.levle = info
                }
                """);
        try (SpillwayProcess process = spillway(command, "-c", file)) {
            assertThat(process.exitCode()).isEqualTo(78);
            assertThat(process.err().lines())
                    .satisfiesExactly(
                            line -> assertThat(line)
                                    .startsWith("spillway.conf:3: spillway.listeners.main.bind = \"127.0."),
                            line -> assertThat(line).startsWith("spillway.conf:3: spillway.listeners.main.upstream = "),
                            line -> assertThat(line)
                                    .startsWith("spillway.conf:4: spillway.upstreams.backend.servers = []"),
                            line -> assertThat(line)
                                    .startsWith("spillway.conf:5: spillway.admin.bind = \"0.0.0.0:9901\""),
                            line -> assertThat(line)
                                    .startsWith("spillway.conf:6: spillway.log.levle = \"info\" is unknown"),
                            line -> assertThat(line)
                                    .startsWith("more.conf:2: spillway.relay.idle-timeout = \"5 parsecs\""),
                            line -> assertThat(line).isEqualTo("6 problems; no port was opened"));
            assertThat(process.out()).isEmpty();
            assertNoTrace(process);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    nope.conf      | nope.conf: no such file
                    .              | .: is a directory
                    broken.conf    | broken.conf:2: syntax error
                    unset.conf     | unset.conf:3: ${SPILLWAY_NOT_SET} has no value
                    """)
    void aFileThatCannotBeReadIs78(String name, String message) throws Exception {
        Files.writeString(folder.resolve("broken.conf"), "spillway {\n  log.level = \"info\n}\n");
        Files.writeString(folder.resolve("unset.conf"), """
                spillway {
                  listeners.main { bind = "127.0.0.1:8080", upstream = backend }
                  log.level = ${SPILLWAY_NOT_SET}
                  upstreams.backend { servers = ["127.0.0.1:9000"] }
                }
                """);
        try (SpillwayProcess process = spillway("run", "-c", name)) {
            assertThat(process.exitCode()).isEqualTo(78);
            assertThat(process.err()).startsWith(message).endsWith("\n1 problem; no port was opened\n");
            assertThat(process.out()).isEmpty();
            assertNoTrace(process);
        }
    }

    @Test
    void theEnvironmentIsSubstituted() throws Exception {
        String file = file("""
                port = 8080
                port = ${?PORT}
                spillway {
                  listeners.main { bind = "127.0.0.1:"${port}, upstream = backend }
                  upstreams.backend { servers = ["127.0.0.1:9000"] }
                }
                """);
        try (SpillwayProcess with = SpillwayProcess.start(folder, Map.of("PORT", "8443"), "check", "-c", file);
                SpillwayProcess without = spillway("check", "-c", file);
                SpillwayProcess wrong = SpillwayProcess.start(folder, Map.of("PORT", "x"), "check", "-c", file)) {
            assertThat(with.exitCode()).isZero();
            assertThat(with.out()).contains("127.0.0.1:8443 -> backend");
            assertThat(without.exitCode()).isZero();
            assertThat(without.out()).contains("127.0.0.1:8080 -> backend");
            assertThat(wrong.exitCode()).isEqualTo(78);
            assertThat(wrong.err()).startsWith("spillway.conf:4: spillway.listeners.main.bind = \"127.0.0.1:x\"");
        }
    }

    @Test
    void aTokenIsNotPrinted() throws Exception {
        String file = file("""
                spillway {
                  listeners.main { bind = "127.0.0.1:99999", upstream = backend }
                  upstreams.backend { servers = ["127.0.0.1:9000"] }
                  admin { bind = "*:9901", token = ${TOKEN}, tokn = ${TOKEN} }
                }
                """);
        Map<String, String> environment = Map.of("TOKEN", "hunter2 hunter2");
        try (SpillwayProcess process = SpillwayProcess.start(folder, environment, "run", "-c", file)) {
            assertThat(process.exitCode()).isEqualTo(78);
            assertThat(process.err()).contains("spillway.admin.token = ***", "spillway.admin.tokn = ***");
            assertThat(process.out() + process.err()).doesNotContain("hunter2");
        }
    }

    @Test
    void aListenersPortInUseIs69AndOneLine() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String file = file("""
                    spillway {
                      listeners.main { bind = "127.0.0.1:%d", upstream = backend }
                      upstreams.backend { servers = ["127.0.0.1:9000"] }
                      admin.enabled = false
                    }
                    """.formatted(taken.getLocalPort()));
            try (SpillwayProcess process = spillway("run", "-c", file)) {
                assertThat(process.exitCode()).isEqualTo(69);
                assertThat(process.err().lines())
                        .singleElement()
                        .asString()
                        .startsWith("spillway: listeners.main.bind: 127.0.0.1:" + taken.getLocalPort());
                assertNoTrace(process);
            }
        }
    }

    @Test
    void theAdminPlanesPortInUseIs69AndOneLine() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String file = file("""
                    spillway {
                      listeners.main { bind = "127.0.0.1:0", upstream = backend }
                      upstreams.backend { servers = ["127.0.0.1:9000"] }
                      admin.bind = "127.0.0.1:%d"
                    }
                    """.formatted(taken.getLocalPort()));
            try (SpillwayProcess process = spillway("run", "-c", file)) {
                assertThat(process.exitCode()).isEqualTo(69);
                assertThat(process.err().lines())
                        .singleElement()
                        .asString()
                        .startsWith("spillway: admin.bind: 127.0.0.1:" + taken.getLocalPort());
                assertNoTrace(process);
            }
        }
    }
}
