package dev.spillway.server.container;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The images of the container tests: two that {@code docker/base-image.sh} made before, and Spillway's own, built here. */
final class Images {
    static final String BASE = System.getenv().getOrDefault("SPILLWAY_BASE_IMAGE", "spillway-base:local");
    static final String SERVICES = System.getenv().getOrDefault("SPILLWAY_SERVICES_IMAGE", "spillway-services:local");
    /** Marks what a run of {@code .ci/run} makes, for it to clear away. */
    static final Map<String, String> LABELS =
            Map.of("dev.spillway.run", System.getenv().getOrDefault("SPILLWAY_RUN", "local"));

    private Images() {}

    /** Spillway's image; the first call builds it as docs/docker.md says, from the repository's root. */
    static String spillway() {
        return Built.NAME;
    }

    /** The repository's root, wherever in it the tests run. */
    static Path root() {
        Path directory = Path.of("").toAbsolutePath();
        while (!Files.exists(directory.resolve("docker/Dockerfile"))) {
            directory = directory.getParent();
        }
        return directory;
    }

    private static final class Built {
        static final String NAME =
                build("spillway:test-" + ProcessHandle.current().pid());

        private static String build(String name) {
            List<String> words = new ArrayList<>(List.of("docker", "build", "--tag", name));
            words.addAll(List.of("--file", root().resolve("docker/Dockerfile").toString()));
            words.addAll(List.of("--build-arg", "BASE_IMAGE=" + BASE));
            LABELS.forEach((key, value) -> words.addAll(List.of("--label", key + "=" + value)));
            words.add(root().toString());
            // The classic builder is in every engine and takes a base image that only this machine has.
            HostCommand build = HostCommand.run(Map.of("DOCKER_BUILDKIT", "0"), words);
            if (!build.succeeded()) {
                throw new IllegalStateException(
                        String.join(" ", words) + " ended with " + build.status() + "\n" + build.out() + build.err());
            }
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(() -> HostCommand.run("docker", "image", "rm", "--force", name)));
            return name;
        }
    }
}
