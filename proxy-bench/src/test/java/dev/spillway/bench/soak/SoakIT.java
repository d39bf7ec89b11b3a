package dev.spillway.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.bench.contender.Spillway;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The soak in short, with the jar as it is built. The seed is fixed: what CI has seen can be had again. */
class SoakIT {
    private static final Duration LENGTH = Duration.ofSeconds(45);
    private static final long SEED = 4229;

    @Test
    @Timeout(300)
    void nothingIsLeftOfLoadAndFaults() throws Exception {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Spillway spillway = new Spillway(java, Path.of(System.getProperty("spillway.jar")), Spillway.SMALL_JVM_FLAGS);
        List<String> course = Collections.synchronizedList(new ArrayList<>());
        Soak.Result result = new Soak(new Soak.Plan(LENGTH, SEED, 300, 16 << 20), spillway, course::add).run();
        assertThat(result.findings())
                .as("seed %d, %s, course: %s", SEED, result, String.join("\n", course))
                .isEmpty();
    }
}
