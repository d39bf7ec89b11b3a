package dev.spillway.server.container;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code docker/compose.yaml} and {@code docker/prometheus.yml} name what is there and fit together. */
class ComposeTest {
    private final Path docker = Images.root().resolve("docker");
    private JsonNode compose;

    @BeforeEach
    void read() throws IOException {
        compose = new YAMLMapper().readTree(docker.resolve("compose.yaml").toFile());
    }

    @Test
    void everyMountedFileAndTheBuildContextAreThere() {
        JsonNode build = compose.at("/services/spillway/build");
        Path context = docker.resolve(build.get("context").asText());
        assertThat(context.resolve(build.get("dockerfile").asText())).isRegularFile();

        List<String> mounts = new ArrayList<>();
        compose.get("services")
                .forEach(service -> service.path("volumes").forEach(volume -> mounts.add(volume.asText())));
        assertThat(mounts.remove("settings:/var/lib/spillway")).isTrue();
        assertThat(compose.get("volumes").has("settings")).isTrue();
        assertThat(mounts).hasSize(4).allSatisfy(mount -> {
            assertThat(mount).endsWith(":ro");
            assertThat(docker.resolve(mount.substring(0, mount.indexOf(':')))).exists();
        });
    }

    @Test
    void everyServiceHasAMemoryLimitAndWaitsForServicesThatHaveAHealthCheck() {
        JsonNode services = compose.get("services");
        assertThat(services.fieldNames()).toIterable().containsExactly("spillway", "nginx", "prometheus");
        services.forEach(service -> {
            assertThat(service.get("mem_limit").asText()).matches("\\d+m");
            service.path("depends_on").fields().forEachRemaining(awaited -> {
                assertThat(awaited.getValue().get("condition").asText()).isEqualTo("service_healthy");
                // Spillway's is in its image.
                assertThat(awaited.getKey().equals("spillway")
                                || services.get(awaited.getKey()).has("healthcheck"))
                        .isTrue();
            });
        });
    }

    @Test
    void theAdminPlaneIsPublishedOnLoopbackOnly() {
        assertThat(compose.at("/services/spillway/ports"))
                .extracting(JsonNode::asText)
                .containsExactly("8080:8080", "127.0.0.1:9901:9901");
    }

    @Test
    void prometheusScrapesSpillwayWithTheTokenItIsGiven() throws IOException {
        JsonNode job = new YAMLMapper()
                .readTree(docker.resolve("prometheus.yml").toFile())
                .at("/scrape_configs/0");

        assertThat(job.at("/static_configs/0/targets/0").asText()).isEqualTo("spillway:9901");
        assertThat(job.get("metrics_path").asText()).isEqualTo("/metrics");
        String secret = compose.at("/services/prometheus/secrets/0").asText();
        assertThat(job.at("/authorization/credentials_file").asText()).isEqualTo("/run/secrets/" + secret);
        assertThat(compose.at("/secrets/" + secret + "/environment").asText()).isEqualTo("SPILLWAY_ADMIN_TOKEN");
        assertThat(compose.at("/services/spillway/environment/SPILLWAY_ADMIN_TOKEN")
                        .asText())
                .startsWith("${SPILLWAY_ADMIN_TOKEN:?");
    }
}
