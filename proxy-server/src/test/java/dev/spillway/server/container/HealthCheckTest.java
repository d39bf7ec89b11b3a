package dev.spillway.server.container;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code docker/healthcheck.sh} with each of the programs that a base image may have, and with no other. */
@Timeout(60)
class HealthCheckTest {
    private final AtomicInteger asked = new AtomicInteger();

    @TempDir
    Path programs;

    private HttpServer server;
    private int answer = 200;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/health/live", exchange -> {
            asked.incrementAndGet();
            exchange.sendResponseHeaders(answer, -1);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    /** Runs the check with a path that holds {@code timeout} and the given program alone. */
    private HostCommand check(String program, int port) throws IOException {
        place(program);
        return check(port);
    }

    private HostCommand check(int port) throws IOException {
        place("timeout");
        String script = Images.root().resolve("docker/healthcheck.sh").toString();
        String url = "http://127.0.0.1:" + port + "/health/live";
        return HostCommand.run(
                Map.of("PATH", programs.toString(), "SPILLWAY_HEALTH_URL", url, "http_proxy", "http://127.0.0.1:9"),
                List.of("/bin/sh", script));
    }

    private void place(String program) throws IOException {
        for (String directory : System.getenv("PATH").split(":")) {
            Path file = Path.of(directory, program);
            if (Files.isExecutable(file)) {
                Path script = Files.writeString(programs.resolve(program), "#!/bin/sh\nexec " + file + " \"$@\"\n");
                Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
                return;
            }
        }
        Assumptions.abort("this machine has no " + program);
    }

    @ParameterizedTest
    @ValueSource(strings = {"curl", "wget", "bash"})
    void aLivingAdminPlaneIsHealthy(String program) throws IOException {
        HostCommand run = check(program, server.getAddress().getPort());

        assertThat(run.status()).as(run.toString()).isZero();
        assertThat(asked).hasValue(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"curl", "wget", "bash"})
    void anErrorIsUnhealthy(String program) throws IOException {
        answer = 503;

        assertThat(check(program, server.getAddress().getPort()).status()).isEqualTo(1);
        assertThat(asked).hasValueGreaterThanOrEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"curl", "wget", "bash"})
    void aClosedPortIsUnhealthy(String program) throws IOException {
        int port = server.getAddress().getPort();
        server.stop(0);

        assertThat(check(program, port).status()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"curl", "wget", "bash"})
    void anAdminPlaneThatDoesNotAnswerIsUnhealthy(String program) throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            assertThat(check(program, silent.getLocalPort()).status()).isEqualTo(1);
        }
    }

    @Test
    void withoutAnyOfTheProgramsItSaysSo() throws IOException {
        HostCommand run = check(server.getAddress().getPort());

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("no curl, wget or bash in this image");
    }
}
