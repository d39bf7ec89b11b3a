package dev.spillway.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.spillway.connection.CloseReason;
import dev.spillway.fixture.Clients;
import dev.spillway.fixture.TestServer;
import dev.spillway.transport.DescriptorReserve;
import dev.spillway.transport.TransportKind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A connection that is connecting a server can be the one that has to go for the descriptor of that very attempt. */
@Timeout(60)
class ReserveOfAnAttemptTest {
    /** Until one more connect is left without an answer. */
    private static List<Socket> fill(ServerSocket server) throws IOException {
        List<Socket> queue = new ArrayList<>();
        try {
            while (queue.size() < 100) {
                Socket socket = new Socket();
                queue.add(socket);
                socket.connect(server.getLocalSocketAddress(), 300);
            }
        } catch (SocketTimeoutException full) {
            return queue;
        }
        throw new AssertionError("a queue for one has room for 100");
    }

    @Test
    void whatGoesForItsOwnAttemptLeavesNothingCounted() throws Exception {
        try (ServerSocket deaf = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                TestServer good = Clients.service()) {
            List<Socket> queue = fill(deaf);
            try (Junction junction = new Junction(
                    TransportKind.EPOLL,
                    Junction.SETTINGS,
                    Duration.ofMillis(600),
                    "127.0.0.1:" + deaf.getLocalPort(),
                    good.address())) {
                DescriptorReserve reserve = junction.transport().reserve();
                // With its two sockets, all but 40 of 1600: touched, and not spent. Said before it comes, as its second
                // attempt waits for nobody; at its first it has not been silent for long enough to go.
                reserve.measured(1558, 1600);
                junction.connect(0);
                await().until(() -> junction.relays().counts().closed().get(CloseReason.MADE_ROOM) == 1);
                await().until(() -> junction.relays().active() == 0);
                await().untilAsserted(() -> assertThat(reserve.sockets()).isZero());
            } finally {
                for (Socket each : queue) {
                    each.close();
                }
            }
        }
    }
}
