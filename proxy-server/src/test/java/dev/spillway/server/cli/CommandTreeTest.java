package dev.spillway.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.BindFailure;
import dev.spillway.flood.KernelSetup;
import dev.spillway.server.config.SpillwaySettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class CommandTreeTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final List<SpillwaySettings> ran = new ArrayList<>();

    private KernelSetup kernel = KernelSetup.UNKNOWN;

    @TempDir
    Path folder;

    private int execute(ProxyProcess process, String... arguments) {
        CommandLine commands = CommandTree.of(process, Map.of(), () -> kernel);
        commands.setOut(new PrintWriter(out));
        commands.setErr(new PrintWriter(err));
        return commands.execute(arguments);
    }

    private int execute(String... arguments) {
        return execute(
                settings -> {
                    ran.add(settings);
                    return 0;
                },
                arguments);
    }

    private String file(String text) throws IOException {
        return Files.writeString(folder.resolve("spillway.conf"), text).toString();
    }

    private String rightFile() throws IOException {
        return file("""
                spillway {
                  listeners.main { bind = "127.0.0.1:8080", upstream = backend }
                  listeners.inner { bind = "[::1]:8081", upstream = backend, profile = private }
                  upstreams.backend { servers = ["127.0.0.1:9000", "b:1"] }
                  memory.budget = 1MiB
                  limits.max-connections = 100
                  security.port-exemptions = ["1-2"]
                }
                """);
    }

    @Test
    void noCommandIsWrongUsage() {
        assertThat(execute()).isEqualTo(64);
        assertThat(err).hasToString("""
                spillway: no command (expected: one of run, check, show, set, reset, import-registry, reload, explain, close, inject)
                Try "spillway --help".
                """);
    }

    /** What is read by hand must come to what the tree makes of it. */
    @ParameterizedTest
    @ValueSource(strings = {"-c", "--config"})
    void theStraightLineIsTheSameAsInTheTree(String option) throws IOException {
        String right = rightFile();
        assertThat(execute("run", option, right)).isZero();
        Path file = StraightRun.file("run", option, right).orElseThrow();
        ProxyProcess process = settings -> {
            ran.add(settings);
            return 0;
        };
        StringWriter straight = new StringWriter();
        assertThat(StraightRun.run(process, file, new PrintWriter(straight))).isZero();
        assertThat(ran).hasSize(2);
        assertThat(ran.get(1)).isEqualTo(ran.get(0));

        String wrong = file("spillway { unknown = 1 }");
        assertThat(execute("run", option, wrong)).isEqualTo(78);
        assertThat(StraightRun.run(process, Path.of(wrong), new PrintWriter(straight)))
                .isEqualTo(78);
        assertThat(straight).hasToString(err.toString()).asString().contains("unknown");
        assertThat(ran).hasSize(2);
    }

    @Test
    void aFaultOfAStraightRunIsToldWithItsTrace() {
        StringWriter told = new StringWriter();
        assertThat(StraightRun.fault(new IllegalStateException("why"), new PrintWriter(told)))
                .isEqualTo(70);
        assertThat(told.toString())
                .startsWith("spillway: internal error, please report it with what follows:")
                .contains("why", "\tat ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "run",
                "run --help",
                "run -c",
                "run -c --help",
                "run -c @arguments",
                "run -c a.conf b",
                "run --conf a.conf",
                "run run -c a.conf",
                "check -c a.conf"
            })
    void anyOtherLineIsForTheTree(String line) {
        assertThat(StraightRun.file(line.split(" "))).isEmpty();
    }

    @Test
    void aFileThatCannotBeNamedIsAMistakeOfTheLine() {
        assertThat(StraightRun.file("run", "-c", "a\0b")).isEmpty();
    }

    @Test
    void anUnknownCommandNamesTheNearest() {
        assertThat(execute("chekc")).isEqualTo(64);
        assertThat(err).hasToString("""
                spillway: unknown command chekc (expected: run, check, show, set, reset, import-registry, reload, explain, close, inject; the nearest is check)
                Try "spillway --help".
                """);
    }

    @Test
    void anUnknownOptionNamesTheNearest() {
        assertThat(execute("run", "--confg", "x.conf")).isEqualTo(64);
        assertThat(err.toString())
                .startsWith("spillway run: unknown option --confg (expected: ")
                .contains("; the nearest is --config)")
                .endsWith("Try \"spillway run --help\".\n");
    }

    @Test
    void anArgumentTooManyIsWrongUsage() {
        assertThat(execute("check", "-c", "x.conf", "y.conf")).isEqualTo(64);
        assertThat(err.toString()).startsWith("spillway check: unexpected argument y.conf (expected: ");
    }

    @Test
    void aFileIsNeeded() {
        assertThat(execute("run")).isEqualTo(64);
        assertThat(err.toString())
                .startsWith("spillway run: no -c FILE (expected: a configuration, as -c spillway.conf)");
        assertThat(execute("check", "-c")).isEqualTo(64);
        assertThat(err.toString()).contains("spillway check: Missing required parameter for option '--config' (FILE)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "run", "check"})
    void everyCommandHasHelpAndVersion(String command) {
        String[] before = command.isEmpty() ? new String[0] : new String[] {command};
        assertThat(execute(with(before, "--help"))).isZero();
        assertThat(out.toString())
                .startsWith("NAME\n  spillway")
                .contains("\nSYNOPSIS\n  spillway", "\nDESCRIPTION\n", "\nOPTIONS\n", "\nEXIT CODES\n", "\nEXAMPLES\n")
                .contains("\nFILES\n", "64 ", "78 ");
        assertThat(out.toString().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
        assertThat(execute(with(before, "--version"))).isZero();
        assertThat(out.toString()).contains("spillway " + Version.number());
        assertThat(Version.number()).matches("[0-9]+\\.[0-9]+\\.[0-9]+.*");
        assertThat(err.toString()).isEmpty();
    }

    private static String[] with(String[] before, String last) {
        List<String> all = new ArrayList<>(List.of(before));
        all.add(last);
        return all.toArray(String[]::new);
    }

    @Test
    void checkSaysOkAndWhatTheFileComesTo() throws IOException {
        String file = rightFile();
        assertThat(execute("check", "-c", file)).isZero();
        assertThat(err.toString()).isEmpty();
        assertThat(ran).isEmpty();
        assertThat(out.toString())
                .startsWith("ok: " + file + "\n")
                .contains("  main  127.0.0.1:8080 -> backend  profile public, verdict eligible\n")
                .contains("  inner  [::1]:8081 -> backend  profile private, verdict private-profile\n")
                .contains("  backend  127.0.0.1:9000, b:1  connect within 5s\n")
                .contains("memory       1MiB for all buffers, 2KiB to 32KiB each\n")
                .contains("connections  100 at most, 10 of them for exempt ones only, 64 eligible ones half-open\n")
                .contains("timeouts     idle 10m, first byte 5m, half-closed 2m, drain 30s\n")
                .contains("exempt ports [1-2]")
                .contains("admin        http://127.0.0.1:9901/, without a token\n");
    }

    @Test
    void checkAndRunPrintEveryProblemAndRunNothing() throws IOException {
        String file = file("spillway {\n listeners.a { bind = 1 }\n upstreams.b { servers = [] }\n}\n");
        for (String command : List.of("check", "run")) {
            err.getBuffer().setLength(0);
            assertThat(execute(command, "-c", file)).isEqualTo(78);
            assertThat(err.toString().lines()).hasSize(4).last().isEqualTo("3 problems; no port was opened");
            assertThat(err.toString().lines().limit(3))
                    .allSatisfy(
                            line -> assertThat(line)
                                    .matches(
                                            ".*spillway\\.conf:[23]: spillway\\.(listeners|upstreams)\\..* \\(expected: .*\\)"));
        }
        assertThat(out.toString()).isEmpty();
        assertThat(ran).isEmpty();
    }

    @Test
    void warningsDoNotStopIt() throws IOException {
        String file = file("""
                spillway {
                  listeners.a { bind = "*:1", upstream = b }
                  upstreams.b { servers = ["b:1"] }
                  upstreams.c { servers = ["c:1"] }
                }
                """);
        assertThat(execute("check", "-c", file)).isZero();
        assertThat(err).hasToString("warning: " + file + ":4: spillway.upstreams.c is used by no listener\n");
    }

    @Test
    void checkWarnsOfWhatTheKernelWillNotGiveAndSaysWhatMendsIt() throws IOException {
        kernel = new KernelSetup(OptionalLong.of(0), OptionalLong.of(512), OptionalLong.of(1024));
        assertThat(execute("check", "-c", rightFile())).isZero();
        assertThat(err.toString().lines())
                .satisfiesExactly(
                        line -> assertThat(line)
                                .startsWith("warning: net.ipv4.tcp_syncookies is 0: ")
                                .endsWith("; mend it with: sysctl -w net.ipv4.tcp_syncookies=1"),
                        line -> assertThat(line)
                                .startsWith(
                                        "warning: net.core.somaxconn is 512: the backlog of listeners main, inner, ")
                                .endsWith("; mend it with: sysctl -w net.core.somaxconn=4096"));
        assertThat(out.toString()).startsWith("ok: ");
    }

    @Test
    void runRunsWhatTheFileSaysAndExitsWithItsCode() throws IOException {
        String file = rightFile();
        assertThat(execute("run", "-c", file)).isZero();
        assertThat(ran).hasSize(1);
        assertThat(ran.get(0).proxy().listeners()).hasSize(2);
    }

    @Test
    void aPortThatIsTakenIsOneLineAnd69() throws IOException {
        String file = rightFile();
        int code = execute(
                settings -> {
                    throw new BindFailure("listeners.main.bind: 127.0.0.1:8080: in use", new IOException("in use"));
                },
                "run",
                "-c",
                file);
        assertThat(code).isEqualTo(69);
        assertThat(err).hasToString("spillway: listeners.main.bind: 127.0.0.1:8080: in use\n");
    }

    @Test
    void aFaultOfOurOwnIs70AndShowsWhere() throws IOException {
        String file = rightFile();
        int code = execute(
                settings -> {
                    throw new IllegalStateException("broken");
                },
                "run",
                "-c",
                file);
        assertThat(code).isEqualTo(70);
        assertThat(err.toString())
                .startsWith("spillway: internal error, please report it with what follows: "
                        + "java.lang.IllegalStateException: broken\n")
                .contains("CommandTreeTest");
    }
}
