package dev.spillway.bench.contender;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The floor in Java, with the Netty of these tests. */
@EnabledOnOs(OS.LINUX)
class JavaFloorTest extends FloorContract {
    /** Some for the JVM, its jars among them, and some for connections. */
    private static final int DESCRIPTORS = 256;

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
        assertThat(floor.version()).startsWith("JavaFloorProgram of this build, with the Netty of ");
        assertThat(Stream.of("exchange-64B-1", "connect-16", "latency-64B-64").filter(floor::takes))
                .hasSize(3);
        assertThat(Stream.of("bulk-download-1", "idle", "start-up").filter(floor::takes))
                .isEmpty();
    }

    @Test
    void whoComesWithoutDescriptorsIsTurnedAwayAndTheOthersAreServed() throws Exception {
        List<Socket> served = new ArrayList<>();
        try (ProxyProcess proxy = started(new Narrow(floor(), DESCRIPTORS))) {
            boolean room = true;
            while (room) {
                assertThat(served).hasSizeLessThan(DESCRIPTORS / 2);
                Socket client = connected(proxy.endpoints().echo());
                room = answers(client);
                if (room) {
                    served.add(client);
                } else {
                    client.close();
                }
            }
            assertThat(served).isNotEmpty();
            for (Socket client : served) {
                assertEchoes(client);
            }
            served.get(0).close();
            Awaitility.await().until(() -> backend.openConnections() == served.size() - 1);
            Awaitility.await().until(() -> echoes(proxy.endpoints().echo()));
        } finally {
            for (Socket client : served) {
                client.close();
            }
        }
    }

    private static boolean answers(Socket client) throws IOException {
        try {
            client.getOutputStream().write(7);
            return client.getInputStream().read() == 7;
        } catch (SocketException reset) {
            return false;
        }
    }
}
