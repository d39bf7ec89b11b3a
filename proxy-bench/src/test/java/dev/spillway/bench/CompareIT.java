package dev.spillway.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The real Spillway through one short run of each kind of measurement, by the command as a user gives it. */
@EnabledOnOs(OS.LINUX)
@Timeout(300)
class CompareIT {
    @Test
    void spillwayAndAVariantAreMeasuredAndJudgedAndLeaveAReport(@TempDir Path directory) throws Exception {
        Path json = directory.resolve("bench.json");
        Path document = Files.writeString(
                directory.resolve("bench.md"),
                "<!-- spillway-bench: begin; written by the run, changes here are lost -->\n"
                        + "<!-- spillway-bench: end -->\n");
        StringWriter err = new StringWriter();
        int exit = Main.commandLine()
                .setOut(new PrintWriter(new StringWriter()))
                .setErr(new PrintWriter(err, true))
                .execute(
                        "compare",
                        "--spillway=" + System.getProperty("spillway.jar"),
                        "--contenders=spillway",
                        "--entrypoint=../docker/entrypoint.sh",
                        "--also=nio=set transport.kind = nio",
                        "--only=start-up,idle,bulk-both-4,exchange-64B-64,latency",
                        "--rounds=1",
                        "--seconds=0.2",
                        "--warm-up=2",
                        "--idle=10,60",
                        "--idle-seconds=0.2,1",
                        "--rate=500",
                        "--network=host",
                        "--json=" + json,
                        "--markdown=" + document);
        assertThat(exit).as(err.toString()).isZero();
        JsonNode report = new ObjectMapper().readTree(Files.readString(json));
        assertThat(report.at("/contenders/1/set-up").asText()).contains("transport.kind = nio", "entrypoint.sh");
        assertThat(report.at("/targets").findValuesAsText("contender")).contains("spillway", "nio");
        assertThat(directory.resolve("bench").resolve("results.json")).hasSameTextualContentAs(json);
        assertThat(document).content().contains("| time to listening, warm disk ", "| nio ", "`bulk-both-4.system`");
    }

    /** As root with the tools of CI; elsewhere it says why it can't. */
    @Test
    void itsOwnNetworkHasNoFirewallAndTheExitCodeComesThrough(@TempDir Path directory) throws Exception {
        Path json = directory.resolve("bench.json");
        Path out = directory.resolve("out");
        Process command = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "compare",
                        "--spillway=" + System.getProperty("spillway.jar"),
                        "--contenders=spillway",
                        "--only=exchange-64B-1",
                        "--rounds=1",
                        "--seconds=0.1",
                        "--warm-up=2",
                        "--network=own",
                        "--json=" + json)
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        int exit = command.waitFor();
        String said = Files.readString(out);
        if (OwnNetwork.isPossible()) {
            assertThat(exit).as(said).isZero();
            assertThat(Files.readString(json)).contains("In a network namespace of its own");
        } else {
            assertThat(exit).isEqualTo(ExitCode.UNAVAILABLE);
            assertThat(said).contains("--network: own (expected: auto or host here");
        }
    }
}
