package dev.spillway.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.bench.TcpMemoryGroupCondition;
import dev.spillway.bench.contender.Spillway;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The soak in short, with the jar as it is built. The seed is fixed: what CI has seen can be had again. Where kernel TCP memory
 * can't be limited it runs without, and says so; with {@code SPILLWAY_REQUIRE_CGROUPS=true} it fails.
 */
class SoakIT {
    private static final Duration LENGTH = Duration.ofSeconds(45);
    private static final long SEED = 4229;

    @Test
    @Timeout(300)
    void nothingIsLeftOfLoadAndFaults() throws Exception {
        Optional<String> lack = TcpMemoryGroupCondition.lack();
        lack.ifPresent(reason -> System.out.println("[WARNING] SoakIT: kernel TCP memory is not limited: " + reason));
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Spillway spillway = new Spillway(java, Path.of(System.getProperty("spillway.jar")), Spillway.SMALL_JVM_FLAGS);
        List<String> course = Collections.synchronizedList(new ArrayList<>());
        Soak.Result result = new Soak(new Soak.Plan(LENGTH, SEED, 300, 16 << 20), spillway, course::add).run();
        assertThat(result.limited()).isEqualTo(lack.isEmpty());
        assertThat(result.findings())
                .as("seed %d, %s, course: %s", SEED, result, String.join("\n", course))
                .isEmpty();
    }
}
