package dev.spillway.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.bench.contender.Floor;
import dev.spillway.bench.contender.JavaFloor;
import dev.spillway.bench.contender.Spillway;
import dev.spillway.bench.report.MarkedSection;
import dev.spillway.bench.report.Target;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

@EnabledOnOs(OS.LINUX)
class CompareCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void theReportKnowsTheFloorsByTheNamesThatTheyTakePartBy() {
        assertThat(Target.FLOORS)
                .extracting(Target.Yardstick::contender)
                .containsExactly(Floor.NAME, JavaFloor.NAME)
                .isSubsetOf(ContenderOptions.ALL);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--rounds 0              | --rounds: 0 (expected: positive)",
                "--rounds many           | many",
                "--seconds 0             | --seconds: 0.0 (expected: above 0, at most 600)",
                "--seconds NaN           | --seconds: NaN (expected: above 0, at most 600)",
                "--seconds 601           | --seconds: 601.0 (expected: above 0, at most 600)",
                "--warm-up 1             | --warm-up: 1 (expected: at least 2)",
                "--idle 5                | --idle: [5] (expected: two counts, as 1000,8000)",
                "--rate -1               | --rate: -1.0 (expected: 0 or more, at most 1000000)",
                "--idle-seconds 5        | --idle-seconds: [5.0] (expected: two times, as 8,30",
                "--idle-seconds 8,0      | --idle-seconds: 8.0,0.0 (expected: 0 or more",
                "--idle-seconds 8,1e9    | --idle-seconds: [8.0, 1.0E9] (expected: two times, as 8,30, at most 600 each)",
                "--idle-seconds -1,1     | --idle-seconds: -1.0,1.0 (expected: 0 or more",
                "--idle 5,5              | --idle: 5,5 (expected: two counts, the first at least 1",
                "--only latencies        | --only: 'latencies' (expected: the beginning of one of bulk-download-1",
                "--contenders squid      | --contenders: 'squid' (expected: one of spillway, haproxy,",
                "--haproxy /no/haproxy   | --haproxy: /no/haproxy (expected: a file that can be read)",
                "--spillway /no/it.jar   | --spillway: /no/it.jar (expected: a file that can be read)",
                "--also nio             | --also: 'nio' (expected: NAME=WORD VALUE",
                "--also nginx=jar\tpom.xml | --also: 'nginx' (expected: a name that no other contender has)",
                "--contenders nginx --also x=jar\tpom.xml | --also: no Spillway takes part (expected: one to differ from)",
                "--json /no/such/it.json | --json: /no/such/it.json (expected: in a directory that exists)",
                "--latency               | Unknown option: '--latency'"
            })
    void wrongUsageIsNamedAndEndsWith64(String arguments, String message) {
        assertThat(execute(("compare " + arguments).split(" "))).isEqualTo(64);
        assertThat(err.toString()).contains(message).doesNotContain("\tat ");
    }

    @Test
    void noCommandIsWrongUsage() {
        assertThat(execute()).isEqualTo(64);
        assertThat(err.toString()).contains("Missing required subcommand").contains("compare");
    }

    @Test
    void theHelpNamesEveryKindOfMeasurement() {
        assertThat(execute("compare", "--help")).isZero();
        assertThat(Plan.ids().map(id -> id.replaceFirst("-[0-9]+$", "")))
                .allSatisfy(kind -> assertThat(out.toString()).contains(kind));
    }

    @Test
    void theDocumentHasASectionForTheRunAndExplainsEveryKindOfMeasurement() throws Exception {
        Path document = Path.of("..", "docs", "benchmarks.md");
        MarkedSection.in(document, MarkedSection.COMPARISON);
        String text = Files.readString(document);
        assertThat(Plan.ids().map(id -> id.replaceFirst("-[0-9]+$", "")))
                .allSatisfy(kind -> assertThat(text).contains("`" + kind));
        assertThat(text).contains(String.join(" ", Spillway.DEFAULT_JVM_FLAGS));
        assertThat(text).contains(String.join(" ", EntryOptions.IDLE_FLAGS));
    }

    @Test
    void theHelpStatesTheDefaultJvmFlags() {
        assertThat(execute("compare", "--help")).isZero();
        // Lines also break after a colon.
        assertThat(out.toString().replaceAll("\\s+", "")).contains(String.join("", EntryOptions.IDLE_FLAGS));
        assertThat(out.toString().replaceAll("\\s+", " ")).contains(String.join(" ", Spillway.DEFAULT_JVM_FLAGS));
    }

    @Test
    void aDocumentWithoutMarkersIsRefusedBeforeAnythingRuns(@TempDir Path directory) throws Exception {
        Path document = Files.writeString(directory.resolve("plain.md"), "# Nothing\n");
        Path program = Files.createFile(directory.resolve("haproxy"));
        assertThat(execute(
                        "compare",
                        "--contenders",
                        "haproxy",
                        "--haproxy",
                        program.toString(),
                        "--markdown",
                        document.toString()))
                .isEqualTo(69);
        assertThat(err.toString()).contains("plain.md: no section to write to");
    }

    @Test
    void jvmFlagsMayBeginWithADash() {
        CommandLine.ParseResult parsed =
                Main.commandLine().parseArgs("compare", "--jvm-flags", "-Xmx64m -XX:+UseSerialGC");
        assertThat(parsed.subcommand().<String>matchedOptionValue("--jvm-flags", ""))
                .isEqualTo("-Xmx64m -XX:+UseSerialGC");
    }

    @Test
    void theSoftLimitOfDescriptorsIsFound() {
        String limits =
                "Limit   Soft Limit   Hard Limit   Units\nMax open files            1024       20000     files\n";
        assertThat(Host.descriptorsIn(limits)).hasValue(1024);
        assertThat(Host.descriptorsIn(limits.replace("1024 ", "unlimited "))).isEmpty();
        assertThat(Host.descriptorsIn("")).isEmpty();
    }

    @Test
    void aProgramIsFoundInThePathFirst(@TempDir Path directory) throws Exception {
        Path program = Files.createFile(directory.resolve("haproxy"));
        assertThat(program.toFile().setExecutable(true)).isTrue();
        assertThat(ProgramSearch.find("haproxy", "/no/such:" + directory)).hasValue(program);
        assertThat(ProgramSearch.find("no-such-program", directory.toString())).isEmpty();
    }

    private int execute(String... arguments) {
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
