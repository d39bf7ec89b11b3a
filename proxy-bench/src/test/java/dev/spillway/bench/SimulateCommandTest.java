package dev.spillway.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimulateCommandTest {
    private static final String BEGIN =
            "<!-- spillway-bench simulate: begin; written by the run, changes here are lost -->";
    private static final String END = "<!-- spillway-bench simulate: end -->";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--seeds 0      | --seeds: 0 (expected: positive)",
                "--scenario sun | --scenario: 'sun' (expected: the beginning of one of calm-mixed, calm-mobile"
            })
    void wrongUsageIsNamedAndEndsWith64(String arguments, String message) {
        assertThat(execute(("simulate " + arguments).split(" "))).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains(message).doesNotContain("\tat ");
    }

    @Test
    void oneScenarioIsReportedAndWritten(@TempDir Path directory) throws Exception {
        Path document = directory.resolve("doc.md");
        Files.writeString(document, "before\n" + BEGIN + "\n" + END + "\nafter\n");
        Path json = directory.resolve("it.json");
        assertThat(execute(
                        "simulate",
                        "--scenario",
                        "calm-idle",
                        "--seeds",
                        "1",
                        "--json",
                        json.toString(),
                        "--write",
                        document.toString()))
                .as(out.toString())
                .isEqualTo(ExitCode.OK);
        assertThat(Files.readString(document))
                .contains("simulate --scenario calm-idle --seeds 1", "| `calm-idle`", "(pressure.svg)", "after")
                .contains("**holds** (1 scenarios): calm: nobody is closed");
        assertThat(DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(directory.resolve("pressure.svg").toFile())
                        .getElementsByTagName("polyline")
                        .getLength())
                .isEqualTo(8);
        JsonNode runs = new ObjectMapper().readTree(Files.readString(json)).at("/scenarios/0/policies/0/runs");
        assertThat(runs).hasSize(1);
        assertThat(runs.at("/0/most-connections").asLong()).isPositive();
    }

    @Test
    void aDocumentWithoutASectionIsRefusedBeforeAnythingRuns(@TempDir Path directory) throws Exception {
        Path document = Files.writeString(directory.resolve("plain.md"), "# Nothing\n");
        assertThat(execute("simulate", "--write", document.toString())).isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(err.toString()).contains("plain.md: no section to write to");
        assertThat(out.toString()).isEmpty();
    }

    private int execute(String... arguments) {
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
