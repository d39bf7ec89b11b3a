package dev.spillway.server.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.Capability;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which SYN gate a container has, by what it is allowed, and that it is told (S3). */
@RequiresDocker
@Timeout(180)
class SynGateContainerIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String INJECTABLE = "pressure.signals.injected.enabled = true";
    private static final String WITHOUT_FILTER = "sinkhole";

    @Test
    void asBuiltItTellsWhyItHasNoKernelFilter() throws Exception {
        try (Scene scene = Scene.withNginx()) {
            assertThat(scene.meter("spillway_syn_gate", "gate=\"" + WITHOUT_FILTER + "\""))
                    .isEqualTo(1);
            assertThat(scene.meter("spillway_syn_gate", "CAP_NET_ADMIN")).isEqualTo(1);
            // The engine hands the log on a moment later.
            await().atMost(PATIENCE).until(() -> scene.log().contains("CAP_NET_ADMIN"));
        }
    }

    /** The one capability and nothing else; a process that is not root gets none from the engine. */
    @Test
    void withNetAdminTheKernelDropsNewcomersSynsAndLetsThemInAfterwards() throws Exception {
        try (Scene scene = Scene.withNginx(INJECTABLE, SynGateContainerIT::netAdminAlone)) {
            assertThat(scene.meter("spillway_syn_gate", "gate=\"kernel-filter\""))
                    .isEqualTo(1);
            assertThat(scene.status(Scene.MAIN, "/")).isEqualTo(200);

            scene.inject("PUT", "{\"level\":0.99,\"seconds\":120}");
            await().atMost(PATIENCE).until(() -> scene.meter("spillway_syn_gate_rate") == 1);
            assertThat(scene.status(Scene.EXEMPT, "/")).isEqualTo(200);
            CompletableFuture<Integer> newcomer = CompletableFuture.supplyAsync(() -> status(scene));
            await().atMost(PATIENCE).until(() -> scene.meter("spillway_syn_gate_dropped_total") > 0);
            assertThat(newcomer).isNotDone();

            scene.inject("DELETE", "{}");
            assertThat(newcomer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo(200);
            assertThat(scene.meter("spillway_syn_gate_programs")).isZero();
        }
    }

    private static int status(Scene scene) {
        try {
            return scene.status(Scene.MAIN, "/");
        } catch (Exception failed) {
            throw new IllegalStateException("a newcomer that waited", failed);
        }
    }

    private static void netAdminAlone(CreateContainerCmd command) {
        command.withUser("0:0");
        command.getHostConfig().withCapDrop(Capability.ALL).withCapAdd(Capability.NET_ADMIN);
    }
}
