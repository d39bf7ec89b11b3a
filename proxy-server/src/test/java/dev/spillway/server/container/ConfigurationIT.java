package dev.spillway.server.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The configuration that the image holds and compose.yaml mounts, given to the packaged jar; needs no engine. */
class ConfigurationIT {
    @Test
    void itChecksWithWhatComposeSets() {
        HostCommand run = HostCommand.run(
                Map.of(
                        "SPILLWAY_UPSTREAM", "nginx:8000",
                        "SPILLWAY_ADMIN_BIND", "0.0.0.0:9901",
                        "SPILLWAY_ADMIN_TOKEN", "a-token-for-the-tests-only"),
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-jar",
                        System.getProperty("spillway.jar"),
                        "check",
                        "-c",
                        Images.root().resolve("docker/spillway.conf").toString()));

        assertThat(run.status()).as(run.toString()).isZero();
        assertThat(run.out()).contains("ok");
    }
}
