package dev.spillway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.atIndex;

import dev.spillway.BindFailure;
import dev.spillway.ProxyView.State;
import dev.spillway.server.admin.Reload;
import dev.spillway.server.config.ConfigurationFile;
import dev.spillway.server.config.ProcessLimits;
import dev.spillway.server.config.SpillwaySettings;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class WiringTest {
    @TempDir
    Path folder;

    private SpillwaySettings settings(int port, String admin) throws Exception {
        Path file = Files.writeString(folder.resolve("spillway.conf"), """
                spillway {
                  listeners.main { bind = "127.0.0.1:%d", upstream = backend }
                  upstreams.backend { servers = ["127.0.0.1:9"] }
                  admin { %s }
                }
                """.formatted(port, admin));
        return ConfigurationFile.read(file, ProcessLimits.ofThisProcess());
    }

    private static int freePort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Test
    void everyPartIsStartedAndEnded() throws Exception {
        InetSocketAddress bound;
        Wiring wiring = Wiring.start(settings(0, "bind = \"127.0.0.1:0\""));
        try (wiring) {
            assertThat(wiring.proxy().state()).isEqualTo(State.RUNNING);
            bound = wiring.admin().orElseThrow().bound();
            new Socket(bound.getAddress(), bound.getPort()).close();
        }
        assertThat(wiring.proxy().state()).isEqualTo(State.CLOSED);
        assertThatThrownBy(() -> new Socket(bound.getAddress(), bound.getPort()).close())
                .isInstanceOf(ConnectException.class);
    }

    @Test
    void nothingIsLeftOpenWhereTheAdminPlaneCannotBind() throws Exception {
        int port = freePort();
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            SpillwaySettings settings = settings(port, "bind = \"127.0.0.1:" + taken.getLocalPort() + "\"");
            assertThatThrownBy(() -> Wiring.start(settings))
                    .isInstanceOf(BindFailure.class)
                    .hasMessageContaining("admin.bind: 127.0.0.1:" + taken.getLocalPort());
        }
        // Without SO_REUSEPORT, so that any socket left on the port would be in the way.
        try (ServerSocket again = new ServerSocket()) {
            again.bind(new InetSocketAddress("127.0.0.1", port));
            assertThat(again.isBound()).isTrue();
        }
    }

    @Test
    void thereNeedBeNoAdminPlane() throws Exception {
        try (Wiring wiring = Wiring.start(settings(0, "enabled = false"))) {
            assertThat(wiring.admin()).isEmpty();
            wiring.drain();
            assertThat(wiring.proxy().state()).isEqualTo(State.CLOSED);
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aBacklogThatTheKernelCutsIsWarnedOfAtAReload() throws Exception {
        SpillwaySettings settings = settings(0, "enabled = false");
        try (Wiring wiring = Wiring.start(settings)) {
            String grown = Files.readString(settings.file())
                    .replace("upstream = backend", "upstream = backend, backlog = " + Integer.MAX_VALUE);
            Files.writeString(settings.file(), grown);

            assertThat(wiring.reloader().run("a test"))
                    .isInstanceOfSatisfying(
                            Reload.Result.Done.class,
                            done -> assertThat(done.warnings())
                                    .anySatisfy(warning -> assertThat(warning)
                                            .contains(
                                                    "net.core.somaxconn is ",
                                                    "the backlog of listener main, 2147483647,")
                                            .endsWith("sysctl -w net.core.somaxconn=2147483647")));
        }
    }

    @Test
    void eventsAreOnDiskFromTheStartToTheEnd() throws Exception {
        Path file = folder.resolve("events.jsonl");
        try (Wiring wiring = Wiring.start(settings(0, "enabled = false }, events.file { path = \"" + file + "\""))) {
            wiring.drain();
        }
        assertThat(Files.readAllLines(file))
                .hasSize(3)
                .satisfies(
                        line -> assertThat(line).contains("\"sequence\":1,\"id\":1001,\"name\":\"proxy-started\""),
                        atIndex(0))
                .satisfies(line -> assertThat(line).contains("\"name\":\"proxy-stopped\""), atIndex(2));
    }
}
