package dev.spillway.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.spillway.fixture.RandomBytes;
import dev.spillway.fixture.TestServer;
import dev.spillway.transport.TransportKind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A peer that sends what nobody takes, and begins to read while that waits. A receive buffer whose size is fixed drops what
 * does not fit by the kernel's account, with a closed window; from then on the kernel drops the peer's acknowledgements too if
 * what it dropped was short, and the peer gets nothing more (see {@link ReceiveBound}). With a buffer fixed at
 * 64 KiB this befalls three connections of a hundred.
 */
@Timeout(60)
class FullBothWaysTest {
    private static final String TELLING = "dev.spillway.relay.LingeringTest#telling";
    private static final long ENDLESS = 1L << 40;
    private static final int CONNECTIONS = 200;
    private static final long MUCH = 1 << 20;

    private final List<AutoCloseable> open = new ArrayList<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private final ByteBuffer space = ByteBuffer.allocateDirect(1 << 20);

    @AfterEach
    void closeAll() throws Exception {
        over.countDown();
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    private Junction junction(TransportKind kind) throws Exception {
        TestServer server = new TestServer(socket -> {
            new RandomBytes(1, ENDLESS).send(socket);
            over.await();
        });
        open.add(server);
        Junction junction = new Junction(kind, Junction.SETTINGS, server);
        open.add(junction);
        return junction;
    }

    /** Sends long and short segments until nothing more is taken. */
    private void fill(SocketChannel client, SplittableRandom random) throws IOException, InterruptedException {
        int refused = 0;
        while (refused < 4) {
            int size = random.nextInt(4) == 0 ? random.nextInt(30_000, 65_000) : random.nextInt(1, 900);
            space.clear().limit(size);
            if (client.write(space) > 0) {
                refused = 0;
            } else {
                refused++;
                Thread.sleep(1);
            }
        }
    }

    private long read(SocketChannel client) throws IOException {
        space.clear();
        return client.read(space);
    }

    @ParameterizedTest
    @MethodSource(TELLING)
    void whoReadsAgainIsServedThoughWhatItSentWaits(TransportKind kind) throws Exception {
        Junction junction = junction(kind);
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < CONNECTIONS; i++) {
            try (SocketChannel client =
                    SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), junction.port()))) {
                client.setOption(StandardSocketOptions.TCP_NODELAY, true);
                client.configureBlocking(false);
                await().pollInterval(Duration.ofMillis(1))
                        .until(() -> junction.facts().size() == 1);
                fill(client, random);
                long[] got = {0};
                await("connection " + i)
                        .atMost(Duration.ofSeconds(10))
                        .pollInterval(Duration.ofMillis(1))
                        .until(() -> (got[0] += Math.max(0, read(client))) > MUCH);
            }
            await().pollInterval(Duration.ofMillis(1))
                    .until(() -> junction.relays().active() == 0);
        }
        assertThat(junction.relays().budget().held()).isZero();
    }
}
