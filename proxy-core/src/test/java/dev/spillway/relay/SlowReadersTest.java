package dev.spillway.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.spillway.connection.CloseReason;
import dev.spillway.fixture.TestServer;
import dev.spillway.transport.TransportKind;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Idle is who takes nothing, and not who takes from the kernel what we have long written. */
@Timeout(90)
class SlowReadersTest {
    private static final String TELLING = "dev.spillway.relay.LingeringTest#telling";

    /** Fits into the send buffer: it is written in one moment, and taken for as long as the reader likes. */
    private static final int MUCH = 100_000;

    private static final Duration IDLE = Duration.ofSeconds(2);

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    private <T extends AutoCloseable> T keep(T closeable) {
        open.add(closeable);
        return closeable;
    }

    /** In front of a server that sends much at once, reads nothing and stays. */
    private Junction junction(TransportKind kind) throws Exception {
        TestServer server = keep(new TestServer(socket -> {
            socket.getOutputStream().write(new byte[MUCH]);
            TimeUnit.HOURS.sleep(1);
        }));
        RelaySettings settings = new RelaySettings(
                8 << 20, 2048, 65536, IDLE, Duration.ZERO, Duration.ZERO, true, false, 0, 0, 0, 131072, 64 << 10);
        return keep(new Junction(kind, settings, server));
    }

    /** Reads all of it, in more than twice the idle timeout. */
    private static void readSlowly(Socket client) throws IOException, InterruptedException {
        InputStream in = client.getInputStream();
        for (int bytes = 0; bytes < MUCH; ) {
            int part = in.readNBytes(Math.min(2_000, MUCH - bytes)).length;
            assertThat(part).isPositive();
            bytes += part;
            TimeUnit.MILLISECONDS.sleep(100); // A slow reader is what this is about.
        }
    }

    private static void awaitIdleTimeout(Junction junction) {
        await().atMost(Duration.ofSeconds(20))
                .until(() -> junction.relays().counts().closed().get(CloseReason.IDLE_TIMEOUT) == 1);
        // Counted among the closed first.
        await().until(() -> junction.relays().active() == 0);
    }

    @ParameterizedTest
    @MethodSource(TELLING)
    void oneThatTakesWhatTheKernelHoldsIsNotIdleAndIsWhenItHasAll(TransportKind kind) throws Exception {
        Junction junction = junction(kind);
        readSlowly(junction.connect(4096));
        assertThat(junction.relays().active()).isEqualTo(1);
        awaitIdleTimeout(junction);
    }

    @ParameterizedTest
    @MethodSource(TELLING)
    void oneDirectionThatStandsDoesNotMakeTheOtherIdle(TransportKind kind) throws Exception {
        Junction junction = junction(kind);
        Socket client = junction.connect(4096);
        Thread pusher = new Thread(() -> {
            try {
                client.getOutputStream().write(new byte[64 << 20]);
            } catch (IOException reset) {
                // The server reads nothing of it, so the end is always a reset.
            }
        });
        pusher.start();
        readSlowly(client);
        assertThat(junction.relays().active()).isEqualTo(1);
        awaitIdleTimeout(junction);
        pusher.join();
    }

    @ParameterizedTest
    @MethodSource(TELLING)
    void oneThatTakesAByteNowAndThenIsIdle(TransportKind kind) throws Exception {
        Junction junction = junction(kind);
        Socket client = junction.connect(4096);
        Thread trickler = new Thread(() -> {
            try {
                while (client.getInputStream().read() >= 0) {
                    TimeUnit.MILLISECONDS.sleep(100);
                }
            } catch (IOException | InterruptedException ended) {
                // What had come before the reset stays readable, so that the test ends it.
            }
        });
        trickler.start();
        awaitIdleTimeout(junction);
        trickler.interrupt();
        trickler.join();
    }
}
