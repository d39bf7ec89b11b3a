package dev.spillway.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class JmhCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int execute(String... arguments) {
        CommandLine commands = Main.commandLine();
        commands.setOut(new PrintWriter(out, true));
        commands.setErr(new PrintWriter(err, true));
        return commands.execute(arguments);
    }

    @Test
    void aBenchmarkRunsInThisJvmWhenItIsToldNotToFork() {
        assertThat(execute("jmh", "ProgressMeterBenchmark.look$", "-f", "0", "-wi", "0", "-i", "1", "-r", "10ms"))
                .isZero();
    }

    @Test
    void anOptionThatJmhDoesNotKnowIsWrongUsage() {
        assertThat(execute("jmh", "--latency")).isEqualTo(64);
        assertThat(err.toString()).contains("latency").doesNotContain("\tat ");
    }

    @Test
    void noSuchBenchmarkIsToldAndNothingWasMeasured() {
        assertThat(execute("jmh", "NoSuchBenchmark")).isEqualTo(1);
        assertThat(err.toString()).contains("jmh: No benchmarks to run");
    }

    @Test
    void theHelpTellsHowManyRunsThereAre() {
        assertThat(execute("jmh", "--help")).isZero();
        assertThat(out.toString()).contains("[REGEX]").contains("gc.alloc.rate.norm");
    }

    @Test
    void theDocumentTellsTheCommandAndEachBenchmark() throws Exception {
        String text = Files.readString(Path.of("..", "docs", "benchmarks.md"));
        assertThat(text)
                .contains("spillway-bench.jar jmh")
                .contains("`VictimChoiceBenchmark")
                .contains("`EvaluationBenchmark")
                .contains("`ProgressMeterBenchmark");
    }
}
