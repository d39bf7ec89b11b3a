package dev.spillway.bench.contender;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The floor in Java, with the Netty of these tests. */
class JavaFloorTest extends FloorContract {
    @Override
    JavaFloor floor() {
        return new JavaFloor(
                Path.of(System.getProperty("java.home"), "bin", "java"),
                System.getProperty("java.class.path"),
                List.of("-Xmx64m"));
    }

    @Test
    void whatItsUsersKnowOfItIsThatItIsNoProxy() throws IOException, InterruptedException {
        JavaFloor floor = floor();
        assertThat(floor.name()).isEqualTo("floor-java");
        assertThat(floor.setUp()).contains("without channels", "-Xmx64m");
        assertThat(floor.version()).startsWith("JavaFloorProgram of this build, on ");
        assertThat(Stream.of("exchange-64B-1", "connect-16", "latency-64B-64").filter(floor::takes))
                .hasSize(3);
        assertThat(Stream.of("bulk-download-1", "idle", "start-up").filter(floor::takes))
                .isEmpty();
    }
}
