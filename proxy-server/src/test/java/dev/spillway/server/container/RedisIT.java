package dev.spillway.server.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.testcontainers.containers.Container.ExecResult;

/** Redis behind Spillway does what redis alone does. */
@RequiresDocker
@Timeout(120)
class RedisIT {
    private static final int REQUESTS = 20_000;

    private static Scene scene;

    @BeforeAll
    static void start() {
        scene = Scene.withRedis();
    }

    @AfterAll
    static void stop() {
        scene.close();
    }

    @Test
    void redisBenchmarkEndsWithTheSameResultsAsDirect() throws Exception {
        Map<String, String> direct = benchmark("service", "6379");
        Map<String, String> proxied = benchmark("spillway", Integer.toString(Scene.MAIN));

        assertThat(direct).containsEntry("counter", Integer.toString(REQUESTS));
        assertThat(direct).containsEntry("list", Integer.toString(REQUESTS));
        assertThat(direct.get("tests")).isEqualTo("[PING_INLINE, PING_MBULK, SET, GET, INCR, LPUSH, LPOP]");
        assertThat(proxied).isEqualTo(direct);
    }

    /** Every test it runs, and what it left in the database; fails on any error. */
    private static Map<String, String> benchmark(String host, String port) throws Exception {
        redis("FLUSHALL");
        List<String> names = new ArrayList<>();
        names.addAll(benchmark(host, port, "ping,set,get,incr,lpush", "1"));
        Map<String, String> results = new LinkedHashMap<>();
        results.put("counter", redis("GET", "counter:__rand_int__"));
        results.put("list", redis("LLEN", "mylist"));
        names.addAll(benchmark(host, port, "lpop", "16"));
        results.put("tests", names.toString());
        results.put("list after", redis("LLEN", "mylist"));
        results.put("value", redis("GET", "key:__rand_int__"));
        return results;
    }

    private static List<String> benchmark(String host, String port, String tests, String pipeline) throws Exception {
        String requests = Integer.toString(REQUESTS);
        ExecResult run = scene.inClients(
                "redis-benchmark",
                "--csv",
                "-h",
                host,
                "-p",
                port,
                "-t",
                tests,
                "-n",
                requests,
                "-c",
                "50",
                "-P",
                pipeline);
        assertThat(run.getExitCode()).as(run.toString()).isZero();
        assertThat(run.getStderr()).doesNotContainIgnoringCase("error");
        List<String[]> rows = run.getStdout()
                .lines()
                .skip(1)
                .map(line -> line.replace("\"", "").split(","))
                .toList();
        assertThat(rows)
                .allSatisfy(row -> assertThat(Double.parseDouble(row[1])).isPositive());
        return rows.stream().map(row -> row[0]).toList();
    }

    private static String redis(String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of("redis-cli", "-h", "service"));
        command.addAll(List.of(words));
        ExecResult run = scene.inClients(command.toArray(String[]::new));
        assertThat(run.getExitCode()).as(run.toString()).isZero();
        return run.getStdout().strip();
    }

    @Test
    void pipelinedCommandsAreAnsweredByteForByteAsDirect() throws Exception {
        RespDialogue dialogue = new RespDialogue(967_723, 30_000);
        try (Socket directly = scene.connectDirectly();
                Socket proxied = scene.connect(Scene.MAIN)) {
            byte[] expected = dialogue.on(directly);

            assertThat(expected.length).isGreaterThan(20_000_000);
            assertThat(java.util.Arrays.equals(dialogue.on(proxied), expected))
                    .as("the same replies")
                    .isTrue();
        }
    }
}
