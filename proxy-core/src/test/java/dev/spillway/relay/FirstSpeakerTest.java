package dev.spillway.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spillway.transport.TransportKind;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Servers whose first word comes with the end of the handshake, as those of mail and databases do. */
@Timeout(60)
class FirstSpeakerTest {
    private static final String TRANSPORTS = "dev.spillway.fixture.Transports#all";
    private static final byte[] GREETING = "220 ready\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int CLIENTS = 150;

    /** Not of loopback: only there it can take a turn of the event loop until a socket is connected. */
    private static Optional<InetAddress> own() throws SocketException {
        return NetworkInterface.networkInterfaces()
                .filter(each -> {
                    try {
                        return each.isUp() && !each.isLoopback();
                    } catch (SocketException gone) {
                        return false;
                    }
                })
                .flatMap(NetworkInterface::inetAddresses)
                .filter(Inet4Address.class::isInstance)
                .findFirst();
    }

    private static void greet(ServerSocket server, List<Socket> greeted) {
        try {
            while (true) {
                Socket socket = server.accept();
                greeted.add(socket);
                socket.getOutputStream().write(GREETING);
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void everyClientHearsAServerThatSpeaksFirst(TransportKind kind) throws Exception {
        Optional<InetAddress> address = own();
        assumeTrue(address.isPresent(), "this machine has no address but those of loopback");
        List<Socket> greeted = new CopyOnWriteArrayList<>();
        try (ServerSocket server = new ServerSocket(0, 500, address.get());
                Junction junction = new Junction(
                        kind, Junction.SETTINGS, address.get().getHostAddress() + ":" + server.getLocalPort())) {
            Thread greeter = new Thread(() -> greet(server, greeted), "greeter");
            greeter.start();
            List<Socket> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(junction.connect(0));
            }
            await().until(() -> greeted.size() == CLIENTS);
            for (Socket client : clients) {
                assertThat(client.getInputStream().readNBytes(GREETING.length)).isEqualTo(GREETING);
            }
            for (Socket each : greeted) {
                each.close();
            }
        }
    }

    /** The kernel would hold the end of the handshake back for 200 ms. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void aServerThatSpeaksFirstDoesNotWaitForAClientThatWasExpectedToSpeak() throws Exception {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        List<Socket> greeted = new CopyOnWriteArrayList<>();
        long fastest = Long.MAX_VALUE;
        try (ServerSocket server = new ServerSocket(0, 500, loopback);
                Junction junction = new Junction(
                        TransportKind.EPOLL,
                        Junction.SETTINGS,
                        loopback.getHostAddress() + ":" + server.getLocalPort())) {
            Thread greeter = new Thread(() -> greet(server, greeted), "greeter");
            greeter.start();
            for (int i = 0; i < 20; i++) {
                junction.upstream().clientsSpeakFirst(true);
                long began = System.nanoTime();
                Socket client = junction.connect(0);
                assertThat(client.getInputStream().readNBytes(GREETING.length)).isEqualTo(GREETING);
                fastest = Math.min(fastest, System.nanoTime() - began);
                assertThat(junction.upstream().clientsSpeakFirst()).isFalse();
            }
            for (Socket each : greeted) {
                each.close();
            }
        }
        // Of twenty, so that a busy machine does no harm.
        assertThat(TimeUnit.NANOSECONDS.toMillis(fastest)).isLessThan(150);
    }
}
