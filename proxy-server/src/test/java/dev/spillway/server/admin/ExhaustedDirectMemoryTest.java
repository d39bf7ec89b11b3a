package dev.spillway.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.server.admin.Wire.Response;
import java.io.BufferedReader;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The reason for a plane of its own: it answers when there is not one byte of direct memory left. */
@Timeout(120)
class ExhaustedDirectMemoryTest {
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void newConnectionsAreAnswered(boolean nettyCountsItsOwn) throws Exception {
        Process process = start(nettyCountsItsOwn);
        try (BufferedReader output = process.inputReader()) {
            int port = Integer.parseInt(line(output, "port ").split(" ")[1]);
            assertThat(line(output, "left ")).startsWith("left false");
            InetSocketAddress address = new InetSocketAddress("127.0.0.1", port);

            for (int round = 0; round < 20; round++) {
                Response metrics = Wire.get(address, "/metrics");
                assertThat(metrics.status()).isEqualTo(200);
                assertThat(metrics.body()).contains("spillway_ready 1.0").hasSizeGreaterThan(AdminConnection.PIECE);
                assertThat(Wire.get(address, "/health/ready").status()).isEqualTo(200);
                assertThat(Wire.get(address, "/api/v1/connections?limit=1000").body())
                        .hasSizeGreaterThan(100_000);
                assertThat(Wire.get(address, "/").status()).isEqualTo(200);
                assertThat(Wire.ask(address, ChangeFixture.post("{\"a\":\"" + "b".repeat(60_000) + "\"}"))
                                .status())
                        .as("settings can be changed against it")
                        .isEqualTo(200);
                assertThat(Wire.get(address, "/x?" + "a".repeat(5_000)).status())
                        .isEqualTo(414);
            }
        } finally {
            process.getOutputStream().close();
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(process.exitValue()).isZero();
    }

    private static String line(BufferedReader output, String beginning) throws Exception {
        List<String> before = new ArrayList<>();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith(beginning)) {
                return line;
            }
            before.add(line);
        }
        throw new AssertionError("no line \"" + beginning + "\" in " + before);
    }

    private static Process start(boolean nettyCountsItsOwn) throws Exception {
        return new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java",
                        "-Xmx64m",
                        "-XX:MaxDirectMemorySize=16m",
                        "-Dio.netty.maxDirectMemory=" + (nettyCountsItsOwn ? 12 << 20 : 0),
                        "-Dio.netty.tryReflectionSetAccessible=" + nettyCountsItsOwn,
                        "--add-opens=java.base/java.nio=ALL-UNNAMED",
                        "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ExhaustedProcess.class.getName())
                .redirectErrorStream(true)
                .start();
    }
}
