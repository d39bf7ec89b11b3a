package dev.spillway.server.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The image as it is, with the configuration that is in it and settings from the environment alone. */
@RequiresDocker
@Timeout(120)
class ImageDefaultsIT {
    /** As compose.yaml has it: nothing may be written but in /tmp, and no privilege is left. */
    private static final List<String> HARDENED = List.of(
            "--memory=128m",
            "--read-only",
            "--tmpfs=/tmp:exec,size=16m",
            "--cap-drop=ALL",
            "--security-opt=no-new-privileges");

    private static HostCommand docker(List<String> options, String... command) {
        List<String> words = new ArrayList<>(List.of("docker", "run", "--rm"));
        Images.LABELS.forEach((key, value) -> words.add("--label=" + key + "=" + value));
        words.addAll(options);
        words.add(Images.spillway());
        words.addAll(List.of(command));
        return HostCommand.run(Map.of(), words);
    }

    @Test
    void anUpstreamIsAllItNeeds() {
        List<String> options = new ArrayList<>(HARDENED);
        options.addAll(List.of("--detach", "--env=SPILLWAY_UPSTREAM=127.0.0.1:9"));
        HostCommand run = docker(options);
        assertThat(run.status()).as(run.toString()).isZero();
        String id = run.out().strip();
        try {
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> inspect(id, ".State.Health.Status").equals("healthy"));
            assertThat(HostCommand.run("docker", "logs", id).err()).contains("memory limit 128 MiB (of the container)");
            HostCommand stop = HostCommand.run("docker", "stop", "--time=30", id);
            assertThat(stop.status()).as(stop.toString()).isZero();
        } finally {
            HostCommand.run("docker", "rm", "--force", id);
        }
    }

    /** Beside the proxy, as docs/docker.md has it; what is changed to stay goes to the folder that is there for it. */
    @Test
    void itsSettingsAreShownAndChangedFromBesideIt() {
        List<String> options = new ArrayList<>(HARDENED);
        options.addAll(List.of("--detach", "--env=SPILLWAY_UPSTREAM=127.0.0.1:9", "--volume=/var/lib/spillway"));
        HostCommand run = docker(options);
        assertThat(run.status()).as(run.toString()).isZero();
        String id = run.out().strip();
        try {
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> inspect(id, ".State.Health.Status").equals("healthy"));
            List<String> beside = List.of("--memory=128m", "--network=container:" + id);
            HostCommand set = docker(beside, "set", "security", "port=5000-5009", "mpp=disabled");
            assertThat(set.status()).as(set.toString()).isZero();
            HostCommand show = docker(beside, "show", "security");
            assertThat(show.out())
                    .contains("/var/lib/spillway/spillway.settings.json, ok")
                    .containsPattern("\n5000 +10 ");
            assertThat(HostCommand.run("docker", "exec", id, "spillway", "--version")
                            .out())
                    .startsWith("spillway");
        } finally {
            HostCommand.run("docker", "rm", "--force", "--volumes", id);
        }
    }

    private static String inspect(String id, String field) {
        return HostCommand.run("docker", "inspect", "--format={{" + field + "}}", id)
                .out()
                .strip();
    }

    @Test
    void withoutAnUpstreamItSaysWhatIsMissing() {
        HostCommand run = docker(HARDENED);

        assertThat(run.status()).as(run.toString()).isEqualTo(78);
        assertThat(run.out() + run.err()).contains("SPILLWAY_UPSTREAM").doesNotContain("\tat ");
    }

    @Test
    void anAdminPlaneForAllWithoutATokenIsRefused() {
        List<String> options = new ArrayList<>(HARDENED);
        options.addAll(List.of("--env=SPILLWAY_UPSTREAM=127.0.0.1:9", "--env=SPILLWAY_ADMIN_BIND=0.0.0.0:9901"));
        HostCommand run = docker(options);

        assertThat(run.status()).as(run.toString()).isEqualTo(78);
        assertThat(run.out() + run.err()).contains("admin.token").doesNotContain("\tat ");
    }

    /** As compose.yaml sets it up. */
    @Test
    void theConfigurationChecksWithTheAdminPlaneForAll() {
        List<String> options = new ArrayList<>(HARDENED);
        options.addAll(List.of(
                "--env=SPILLWAY_UPSTREAM=nginx:8000",
                "--env=SPILLWAY_ADMIN_BIND=0.0.0.0:9901",
                "--env=SPILLWAY_ADMIN_TOKEN=a-token-for-the-tests-only"));
        HostCommand run = docker(options, "check", "-c", "/etc/spillway/spillway.conf");

        assertThat(run.status()).as(run.toString()).isZero();
        assertThat(run.out()).contains("ok").doesNotContain("a-token-for-the-tests-only");
    }
}
