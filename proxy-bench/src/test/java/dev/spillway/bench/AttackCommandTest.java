package dev.spillway.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.bench.attack.Attack;
import dev.spillway.bench.attack.AttackReport;
import dev.spillway.bench.attack.FloodReport;
import dev.spillway.bench.contender.Spillway;
import dev.spillway.bench.report.MarkedSection;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@EnabledOnOs(OS.LINUX)
class AttackCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "attack --attack syn-flood      | --attack: 'syn-flood' (expected: one of zero-window, silent-flood,",
                "attack --clients 0             | --clients: 0 (expected: 1 to 9000)",
                "attack --clients 9001          | --clients: 9001 (expected: 1 to 9000)",
                "attack --connects 0            | --connects: 0 a second (expected: 1 to 10000)",
                "attack --tcp-memory 0          | --tcp-memory: 0 MiB (expected: 1 or more)",
                "attack --seconds 1             | --seconds: 1 (expected: 2 to 120)",
                "attack --rounds 0              | --rounds: 0 (expected: positive)",
                "attack --contenders squid      | --contenders: 'squid' (expected: one of spillway, haproxy,",
                "attack --contenders floor      | --contenders: 'floor' (expected: one of spillway, haproxy,",
                "connflood --sources 150        | --sources: 150 (expected: 10 to 10000, a multiple of 100)",
                "connflood --connects 0         | --connects: 0 (expected: 1 to 1000)",
                "connflood --rate 99            | --rate: 99 (expected: 100 to 20000)",
                "silent --clients 18001         | --clients: 18001 (expected: 10 to 18000)",
                "silent --rate 0                | --rate: 0 (expected: 10 to 10000)",
                "silent --descriptors 20001     | --descriptors: 20001 (expected: 400 to 20000)",
                "silent --seconds 1             | --seconds: 1 (expected: 2 to 120)",
                "soak --minutes 0.1             | --minutes: 0.1 (expected: a third of a minute to a day)",
                "soak --clients 5               | --clients: 5 (expected: 10 to 4000)",
                "soak --tcp-memory 0            | --tcp-memory: 0 MiB (expected: 1 or more)",
                "soak --seed many               | many",
                "soak --spillway /no/it.jar     | --spillway: /no/it.jar (expected: a file that can be read)"
            })
    void wrongUsageIsNamedAndEndsWith64(String arguments, String message) {
        assertThat(execute(arguments.trim().split(" "))).isEqualTo(64);
        assertThat(err.toString()).contains(message).doesNotContain("\tat ");
    }

    @Test
    void theHelpAndTheDocumentNameEveryAttack() throws Exception {
        assertThat(execute("attack", "--help")).isZero();
        String text = Files.readString(Path.of("..", "docs", "benchmarks.md"));
        for (Attack attack : Attack.values()) {
            assertThat(out.toString()).contains(attack.id());
            assertThat(text).contains("`" + attack.id() + "`");
        }
    }

    @Test
    void theDocumentHasASectionForTheRunAndStatesTheFlags() throws Exception {
        Path document = Path.of("..", "docs", "benchmarks.md");
        MarkedSection.in(document, AttackReport.SECTION);
        MarkedSection.in(document, FloodReport.CONNECTS);
        MarkedSection.in(document, FloodReport.SILENT);
        assertThat(Files.readString(document)).contains(String.join(" ", Spillway.SMALL_JVM_FLAGS));
    }

    private int execute(String... arguments) {
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
