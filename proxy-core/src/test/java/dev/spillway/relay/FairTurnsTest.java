package dev.spillway.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.fixture.Clients;
import dev.spillway.fixture.TestServer;
import dev.spillway.transport.TransportKind;
import io.netty.channel.EventLoop;
import io.netty.channel.SingleThreadEventLoop;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Small exchanges beside bulk on one event loop. What goes between is counted, for time is the machine's. */
@Timeout(60)
class FairTurnsTest {
    private static final int SMALL = 40;

    /** What a half may move at once, generously. */
    private static final long TURN_BYTES = 1 << 20;

    /** Looks at the end of each round of the event loop what went through since the last: each asks for everybody's events anew. */
    private static final class Rounds implements Runnable {
        private final SingleThreadEventLoop loop;
        private final LongSupplier moved;
        private volatile boolean over;
        private volatile long most;
        private volatile long count;
        private long before;

        private Rounds(EventLoop loop, LongSupplier moved) {
            this.loop = (SingleThreadEventLoop) loop;
            this.moved = moved;
            next();
        }

        private void next() {
            loop.execute(() -> loop.executeAfterEventLoopIteration(this));
        }

        @Override
        public void run() {
            long now = moved.getAsLong();
            // What went through before the first look is of any number of rounds.
            most = count == 0 ? 0 : Math.max(most, now - before);
            before = now;
            count++;
            if (!over) {
                next();
            }
        }
    }

    /** Copied, and spliced; one alone is another case than one of many. In a round of the loop each may move once for an event and once in its turn. */
    @ParameterizedTest
    @CsvSource({"1, 0", "1, 65536", "8, 0", "8, 65536"})
    void theLoopAsksForEverybodysEventsAfterOneTurnOfThoseWhoCarryBulk(int uploads, int chunk) throws Exception {
        long mostInARound = 2 * uploads * TURN_BYTES;
        RelaySettings settings = Junction.SETTINGS;
        RelaySettings chunked = Junction.settings(settings.budgetBytes(), settings.maxBuffer(), chunk);
        List<Thread> uploading = new ArrayList<>();
        // Takes all of bulk, and echoes what begins with the word for it.
        try (TestServer server = new TestServer(socket -> {
                    int first = socket.getInputStream().read();
                    if (first == Clients.ECHO) {
                        socket.getOutputStream().write(first);
                    }
                    byte[] taken = new byte[256 << 10];
                    while (socket.getInputStream().read(taken) >= 0) {
                        // It is not looked at.
                    }
                });
                Junction junction = new Junction(TransportKind.EPOLL, chunked, server)) {
            for (int i = 0; i < uploads; i++) {
                Socket upload = junction.connect(0);
                Thread thread = new Thread(() -> upload(upload), "upload-" + i);
                uploading.add(thread);
                thread.start();
            }
            awaitReceived(junction, 64 << 20);
            Rounds rounds = new Rounds(
                    junction.transport().loops().get(0),
                    () -> junction.relays().counts().receivedBytes());
            for (int i = 0; i < SMALL; i++) {
                Socket small = junction.connect(0);
                small.getOutputStream().write(Clients.ECHO);
                assertThat(small.getInputStream().read()).isEqualTo(Clients.ECHO);
            }
            long bulk = junction.relays().counts().receivedBytes();
            awaitReceived(junction, bulk + (64 << 20));
            rounds.over = true;
            assertThat(uploading).as("uploads that went on all the while").allMatch(Thread::isAlive);
            assertThat(rounds.count).isGreaterThan(SMALL);
            assertThat(rounds.most).as("bytes of bulk in a round").isLessThan(mostInARound);
        }
        for (Thread each : uploading) {
            each.join();
        }
    }

    private static void awaitReceived(Junction junction, long bytes) {
        org.awaitility.Awaitility.await().until(() -> junction.relays().counts().receivedBytes() > bytes);
    }

    private static void upload(Socket socket) {
        byte[] bytes = new byte[256 << 10];
        try {
            while (true) {
                socket.getOutputStream().write(bytes);
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }
}
