package dev.spillway.server.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How {@code docker/entrypoint.sh} calls the JVM; a program in place of {@code java} prints what it was called with. */
class EntrypointTest {
    @TempDir
    Path directory;

    @BeforeEach
    void placeJava() throws IOException {
        Path java = Files.writeString(directory.resolve("java"), "#!/bin/sh\nfor word; do echo \"$word\"; done\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private HostCommand entrypoint(Map<String, String> environment, String... words) {
        List<String> command = new ArrayList<>(
                List.of("sh", Images.root().resolve("docker/entrypoint.sh").toString()));
        command.addAll(List.of(words));
        Map<String, String> all = new HashMap<>(environment);
        all.put("PATH", directory + ":" + System.getenv("PATH"));
        all.put("SPILLWAY_HOME", directory.toString());
        return HostCommand.run(all, command);
    }

    /** What docs/docker.md shows. */
    @ParameterizedTest
    @CsvSource({
        "128m, 16, 12",
        "256m, 64, 48",
        "268435456, 64, 48",
        "262144K, 64, 48",
        "512m, 160, 120",
        "1g, 352, 264",
        "4g, 1504, 1128",
        "64G, 24544, 18408"
    })
    void theMemoryLimitBecomesHeapAndDirectMemory(String memory, int heap, int direct) {
        HostCommand run = entrypoint(Map.of("SPILLWAY_MEMORY", memory), "run", "-c", "a file");

        assertThat(run.status()).as(run.toString()).isZero();
        assertThat(run.out().lines())
                .contains("-Xmx" + heap + "m", "-XX:MaxDirectMemorySize=" + direct + "m")
                .contains("-XX:+ExitOnOutOfMemoryError")
                .endsWith("-jar", directory.resolve("spillway.jar").toString(), "run", "-c", "a file");
        assertThat(run.err()).contains("(SPILLWAY_MEMORY): heap " + heap + " MiB, direct " + direct + " MiB");
    }

    @ParameterizedTest
    @ValueSource(strings = {"m", "-1", "0", "012", "1.5g", "256mb", "lots", "1000000000000000000000"})
    void aMemorySizeThatIsNoneIsRefused(String memory) {
        HostCommand run = entrypoint(Map.of("SPILLWAY_MEMORY", memory), "run");

        assertThat(run.status()).isEqualTo(78);
        assertThat(run.err())
                .isEqualTo("spillway: SPILLWAY_MEMORY: " + memory + " (expected: bytes, or a number with k, m or g)\n");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void tooLittleMemoryIsRefused() {
        HostCommand run = entrypoint(Map.of("SPILLWAY_MEMORY", "127m"), "run");

        assertThat(run.status()).isEqualTo(78);
        assertThat(run.err())
                .isEqualTo("spillway: memory limit SPILLWAY_MEMORY: 127 MiB (expected: 128 MiB or more)\n");
    }

    @Test
    void theOperatorsOptionsComeLast() {
        HostCommand run =
                entrypoint(Map.of("SPILLWAY_MEMORY", "256m", "SPILLWAY_JAVA_OPTS", "-Xmx100m -Dname=value"), "run");

        assertThat(run.out().lines())
                .containsSubsequence("-Xmx64m", "-Xmx100m", "-Dname=value", "-jar")
                .doesNotContain("-Xmx100m -Dname=value");
    }

    @Test
    void otherCommandsTakeLittleAndSaySo() {
        HostCommand run = entrypoint(Map.of("SPILLWAY_MEMORY", "256m"), "check", "-c", "file");

        assertThat(run.err()).isEmpty();
        assertThat(run.out().lines()).contains("-Xmx64m", "-XX:+UseSerialGC").endsWith("check", "-c", "file");
    }

    @Test
    void whatTheImageLearntOfItsJvmIsUsed() throws IOException {
        assertThat(entrypoint(Map.of(), "--version").out()).doesNotContain("archive");

        Files.writeString(directory.resolve("jvm.options"), "-Xone\n-Xtwo -XX:AOTCache=an.archive\n");
        assertThat(entrypoint(Map.of("SPILLWAY_JAVA_OPTS", "-Xmine"), "--version")
                        .out()
                        .lines())
                .containsSubsequence("-Xone", "-Xtwo", "-XX:AOTCache=an.archive", "-Xmine", "-jar");
    }

    /** Where memory is dearer than the processor, the heap begins smaller and the second compiler is left out. */
    @ParameterizedTest
    @CsvSource({"128m, true", "192m, true", "193m, false", "256m, false", "4g, false"})
    void aSmallContainerSavesTheSecondCompiler(String memory, boolean small) {
        String out = entrypoint(Map.of("SPILLWAY_MEMORY", memory), "run").out();

        assertThat(out.contains("-XX:TieredStopAtLevel=1")).isEqualTo(small);
        assertThat(out.lines()).contains(small ? "-Xms8m" : "-Xms16m").doesNotContain(small ? "-Xms16m" : "-Xms8m");
    }

    /** One collecting thread for small heaps; for others the JVM looks at the machine. */
    @ParameterizedTest
    @CsvSource({"128m, true", "1g, true", "1400m, true", "2g, false", "16g, false"})
    void aSmallHeapHasTheSimplestCollector(String memory, boolean serial) {
        assertThat(entrypoint(Map.of("SPILLWAY_MEMORY", memory), "run").out().contains("-XX:+UseSerialGC"))
                .isEqualTo(serial);
    }
}
