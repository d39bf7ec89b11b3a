package dev.spillway.bench.contender;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The floor in C; skipped where there is no compiler. */
@EnabledOnOs(OS.LINUX)
class FloorTest extends FloorContract {
    private final Optional<Path> compiler = Floor.COMPILERS.stream()
            .map(name -> Path.of("/usr/bin", name))
            .filter(Files::isExecutable)
            .findFirst();

    @Override
    @BeforeEach
    void start() throws IOException {
        assumeTrue(compiler.isPresent(), "no C compiler in /usr/bin: the floor is not built");
        super.start();
    }

    @Override
    @AfterEach
    void close() {
        if (compiler.isPresent()) {
            super.close();
        }
    }

    @Test
    void whatItsUsersKnowOfItIsThatItIsNoProxy() throws Exception {
        Floor floor = floor();
        assertThat(floor.name()).isEqualTo("floor");
        assertThat(floor.setUp()).contains("accounts for nothing");
        assertThat(floor.version()).startsWith("floor.c of this build, by ");
        assertThat(Stream.of("exchange-64B-1", "connect-16", "latency-64B-64").filter(floor::takes))
                .hasSize(3);
        assertThat(Stream.of("bulk-download-1", "idle", "start-up").filter(floor::takes))
                .isEmpty();
    }

    @Test
    void whoComesWithoutDescriptorsIsClosedAndTheOthersAreServed() throws Exception {
        // Three of the process, epoll and its spare, three listeners, and three connections of two.
        for (int descriptors : List.of(8 + 6, 8 + 6 + 1)) {
            List<Socket> served = new ArrayList<>();
            try (ProxyProcess proxy = started(new Narrow(floor(), descriptors))) {
                for (int i = 0; i < 3; i++) {
                    served.add(connected(proxy.endpoints().echo()));
                    assertEchoes(served.get(i));
                }
                for (int i = 0; i < 5; i++) {
                    try (Socket tooMany = connected(proxy.endpoints().echo())) {
                        assertThat(tooMany.getInputStream().read()).isEqualTo(-1);
                    }
                }
                for (Socket client : served) {
                    assertEchoes(client);
                }
                served.get(0).close();
                Awaitility.await().until(() -> backend.openConnections() == 2);
                Awaitility.await().until(() -> echoes(proxy.endpoints().echo()));
            } finally {
                for (Socket client : served) {
                    client.close();
                }
            }
        }
    }

    @Test
    void aCompilerThatFailsIsQuoted(@TempDir Path directory) throws Exception {
        Path broken = Files.writeString(directory.resolve("cc"), "#!/bin/sh\necho no stdio.h here; exit 1\n");
        assertThat(broken.toFile().setExecutable(true)).isTrue();
        assertThatThrownBy(() -> children.start(new Floor(broken), backend.endpoints(), 10, PATIENCE))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("-O2")
                .hasMessageContaining("no stdio.h here");
    }

    @Override
    Floor floor() {
        return new Floor(compiler.orElseThrow());
    }
}
