package dev.spillway.bench.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.bench.RequiresTcpMemoryGroups;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

@RequiresTcpMemoryGroups
class TcpMemoryGroupTest {
    @Test
    void aCommandRunsInTheGroupAndTheGroupGoes() throws Exception {
        Path directory;
        try (TcpMemoryGroup group = TcpMemoryGroup.create(8 << 20)) {
            directory = group.usageFile().resolveSibling("");
            assertThat(directory.resolve("memory.kmem.tcp.limit_in_bytes")).hasContent(Integer.toString(8 << 20));
            assertThat(group.usage()).isZero();
            Process process = new ProcessBuilder(group.around(List.of("sleep", "60"))).start();
            try {
                Path processes = directory.resolve("cgroup.procs");
                long end = System.nanoTime() + 10_000_000_000L;
                while (!Files.readString(processes).contains(Long.toString(process.pid()))) {
                    assertThat(System.nanoTime()).isLessThan(end);
                    Thread.onSpinWait();
                }
            } finally {
                process.destroyForcibly().waitFor();
            }
        }
        assertThat(directory).doesNotExist();
    }
}
