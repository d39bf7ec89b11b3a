package dev.spillway.server.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.testcontainers.containers.Container.ExecResult;

/** Nginx behind Spillway serves what nginx alone serves. */
@RequiresDocker
@Timeout(120)
class NginxIT {
    private static final Pattern SUMMARY = Pattern.compile("(\\d+) requests in ");

    private static final String DIRECT = "http://service:8000/";
    private static final String PROXIED = "http://spillway:" + Scene.MAIN + "/";

    private static Scene scene;

    @BeforeAll
    static void start() {
        scene = Scene.withNginx();
    }

    @AfterAll
    static void stop() {
        scene.close();
    }

    @Test
    void wrkSeesNoErrorOnKeptConnections() throws Exception {
        assertThat(wrk(DIRECT)).isGreaterThan(1000);
        assertThat(wrk(PROXIED)).isGreaterThan(1000);
    }

    @Test
    void wrkSeesNoErrorWithAConnectionForEachRequest() throws Exception {
        assertThat(wrk(DIRECT, "-H", "Connection: close")).isGreaterThan(100);
        assertThat(wrk(PROXIED, "-H", "Connection: close")).isGreaterThan(100);
    }

    /** How many requests wrk finished in three seconds with 64 connections; fails on any error. */
    private static int wrk(String url, String... header) throws Exception {
        String[] words = {"wrk", "-t2", "-c64", "-d3s", "--timeout", "5s", url};
        String[] all = java.util.Arrays.copyOf(words, words.length + header.length);
        System.arraycopy(header, 0, all, words.length, header.length);
        ExecResult run = scene.inClients(all);
        assertThat(run.getExitCode()).as(run.toString()).isZero();
        assertThat(run.getStdout()).doesNotContain("Socket errors").doesNotContain("Non-2xx");
        Matcher summary = SUMMARY.matcher(run.getStdout());
        assertThat(summary.find()).as(run.getStdout()).isTrue();
        return Integer.parseInt(summary.group(1));
    }

    @Test
    void aLargeFileIsTheSameAsDirect() throws Exception {
        String expected = fingerprint(scene.getDirectly("/random.bin"));

        assertThat(fingerprint(scene.get(Scene.MAIN, "/random.bin"))).isEqualTo(expected);
    }

    private static String fingerprint(HttpResponse<InputStream> response) throws Exception {
        assertThat(response.statusCode()).isEqualTo(200);
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        try (InputStream body = new DigestInputStream(response.body(), digest)) {
            assertThat(body.transferTo(OutputStream.nullOutputStream())).isEqualTo(50_000_000);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    @Test
    void metricsShowTheConnectionsThatWereAccepted() throws Exception {
        double before = scene.meter("spillway_listener_accepted_total");
        for (int i = 0; i < 5; i++) {
            assertThat(scene.status(Scene.MAIN, "/")).isEqualTo(200);
        }

        assertThat(scene.meter("spillway_listener_accepted_total")).isGreaterThanOrEqualTo(before + 5);
    }
}
