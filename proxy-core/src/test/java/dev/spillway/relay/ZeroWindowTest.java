package dev.spillway.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.spillway.connection.Cost;
import dev.spillway.fixture.RandomBytes;
import dev.spillway.fixture.TestServer;
import dev.spillway.transport.TransportKind;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a peer that does not read can pin, by the ledger and by {@code SO_MEMINFO} of both sockets. */
@Timeout(60)
class ZeroWindowTest {
    private static final String TELLING = "dev.spillway.relay.LingeringTest#telling";
    private static final long MOST = 256 << 10;
    private static final long ENDLESS = 1L << 40;

    private final List<AutoCloseable> open = new ArrayList<>();
    private final CountDownLatch over = new CountDownLatch(1);

    @AfterEach
    void closeAll() throws Exception {
        over.countDown();
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    private Junction junction(TransportKind kind, boolean floods) throws Exception {
        TestServer server = new TestServer(socket -> {
            if (floods) {
                new RandomBytes(1, ENDLESS).send(socket);
            }
            over.await();
        });
        open.add(server);
        Junction junction = new Junction(kind, Junction.SETTINGS, server);
        open.add(junction);
        return junction;
    }

    /** When nothing moves any more. */
    private static Cost settled(Junction junction) {
        Cost[] last = {new Cost(0, 0, 0)};
        await().atMost(Duration.ofSeconds(40))
                .pollInterval(Duration.ofMillis(1500))
                .until(() -> {
                    Cost before = last[0];
                    last[0] = junction.facts().get(0).cost();
                    return last[0].kernelBytes() > 0 && before.equals(last[0]);
                });
        return last[0];
    }

    @ParameterizedTest
    @MethodSource(TELLING)
    void aClientThatNeverReadsALargeAnswer(TransportKind kind) throws Exception {
        Junction junction = junction(kind, true);
        junction.connect(4096);
        await().until(() -> junction.facts().size() == 1);
        assertThat(settled(junction).totalBytes()).isLessThan(MOST);
    }

    @ParameterizedTest
    @MethodSource(TELLING)
    void aClientThatPushesIntoAServerThatNeverReads(TransportKind kind) throws Exception {
        Junction junction = junction(kind, false);
        Socket client = junction.connect(0);
        new RandomBytes(2, ENDLESS).send(client);
        await().until(() -> junction.facts().size() == 1);
        assertThat(settled(junction).totalBytes()).isLessThan(MOST);
    }
}
