package dev.spillway.server.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an operator relies on from the container as such: its limit, its user, its health, its end. */
@RequiresDocker
@Timeout(180)
class LimitedContainerIT {
    private static final String REQUEST = "GET /%s HTTP/1.1\r\nHost: service\r\nConnection: close\r\n\r\n";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int HOSTILE_CLIENTS = 400;

    /** That it starts at all is by the health check: the scene waits for it. */
    @Test
    void itIsHealthyUnprivilegedAndSizedForItsLimit() throws Exception {
        try (Scene scene = Scene.withNginx()) {
            assertThat(scene.state().getHealth().getStatus()).isEqualTo("healthy");
            assertThat(scene.inSpillway("cat", "/proc/1/status").getStdout())
                    .containsPattern("Uid:\\s+65532\\s+65532\\s");
            assertThat(scene.inSpillway("cat", "/proc/1/cmdline").getStdout().replace('\0', ' '))
                    .startsWith("java ")
                    .contains(" -Xmx64m ", " -XX:MaxDirectMemorySize=48m ", " -XX:+ExitOnOutOfMemoryError ");
            assertThat(scene.log()).contains("memory limit 256 MiB (of the container)");
        }
    }

    /** A base image without libdl or the like would let it take NIO, silently but for this. */
    @Test
    void itTakesTheNativeTransport() throws Exception {
        try (Scene scene = Scene.withNginx()) {
            assertThat(scene.meter("spillway_transport", "epoll")).isEqualTo(1);
        }
    }

    @Test
    void onStopItFinishesWhatIsUnderWayAndThenExitsWithZero() throws Exception {
        try (Scene scene = Scene.withNginx();
                Socket client = scene.connect(Scene.MAIN)) {
            String request = REQUEST.formatted("");
            write(client, request.substring(0, 20));
            awaitAccepted(scene);

            CompletableFuture<Void> stopping = CompletableFuture.runAsync(() -> scene.stopSpillway(PATIENCE));
            awaitRefusing(scene);
            write(client, request.substring(20));

            assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 200 ")
                    .endsWith("</html>\n");
            stopping.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertEndedByItself(scene);
        }
    }

    @Test
    void onStopAnIdleConnectionIsClosedAtTheDeadline() throws Exception {
        try (Scene scene = Scene.withNginx();
                Socket client = scene.connect(Scene.MAIN)) {
            awaitAccepted(scene);
            long start = System.nanoTime();

            scene.stopSpillway(PATIENCE);

            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isBetween(Duration.ofSeconds(Scene.DRAIN_SECONDS), Duration.ofSeconds(Scene.DRAIN_SECONDS + 10));
            assertThat(ended(client)).isTrue();
            assertEndedByItself(scene);
        }
    }

    /** Not killed: by the engine it would be 137, by the kernel's OOM killer likewise and said so. */
    private static void assertEndedByItself(Scene scene) {
        assertThat(scene.state().getRunning()).isFalse();
        assertThat(scene.state().getExitCodeLong()).as(scene.log()).isZero();
        assertThat(scene.state().getOOMKilled()).isFalse();
    }

    /**
     * Clients that ask for fifty megabytes each and read nothing. What they would hold in buffers, at 64 KiB each, is three
     * times the budget, so that some have to go, and what they ask for is 75 times the container's limit.
     */
    @Test
    void clientsThatDoNotReadAreClosedAndNeitherKillItNorDisturbTheExemptListener() throws Exception {
        List<Socket> hostile = new ArrayList<>();
        try (Scene scene = Scene.withNginx("memory.budget = 8MiB")) {
            for (int i = 0; i < HOSTILE_CLIENTS; i++) {
                // A small window, for the machine's sake; that it stays shut is what matters.
                Socket client = scene.connect(Scene.MAIN, 4096);
                hostile.add(client);
                write(client, REQUEST.formatted("random.bin"));
            }
            await().atMost(Duration.ofSeconds(60)).until(() -> scene.meter("spillway_pruned_total") > 0);
            for (int i = 0; i < 25; i++) {
                assertThat(scene.status(Scene.EXEMPT, "/")).isEqualTo(200);
                assertThat(scene.status(Scene.ADMIN, "/health/live")).isEqualTo(200);
                assertThat(scene.meter("spillway_relay_held_bytes")).isLessThanOrEqualTo(8 << 20);
            }
            assertThat(scene.meter("spillway_listener_refused_total", "listener=\"exempt\""))
                    .isZero();
            close(hostile);

            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                assertThat(scene.status(Scene.MAIN, "/")).isEqualTo(200);
                assertThat(scene.meter("spillway_relay_held_bytes")).isZero();
            });
            assertThat(scene.state().getRunning()).as(scene.log()).isTrue();
            assertThat(scene.state().getOOMKilled()).isFalse();
            assertThat(scene.log()).contains("4229").doesNotContain("OutOfMemoryError");
        } finally {
            close(hostile);
        }
    }

    private static void close(List<Socket> sockets) throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private static void awaitAccepted(Scene scene) {
        await().atMost(Duration.ofSeconds(20)).until(() -> scene.meter("spillway_connections_active") >= 1);
    }

    /**
     * Waits until a new connection gets no further: the engine accepts it for the container and then closes it, for
     * Spillway's port is shut.
     */
    private static void awaitRefusing(Scene scene) {
        await().atMost(PATIENCE).until(() -> {
            try (Socket socket = scene.connect(Scene.MAIN)) {
                socket.setSoTimeout(300);
                return ended(socket);
            } catch (IOException e) {
                return true;
            }
        });
    }

    /** Whether the other side has ended the connection, in whichever way; false if it is open and silent. */
    private static boolean ended(Socket socket) {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }
}
