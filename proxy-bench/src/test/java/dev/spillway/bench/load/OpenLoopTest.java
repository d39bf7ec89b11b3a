package dev.spillway.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spillway.bench.Relay;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class OpenLoopTest {
    private static final long STALL_MILLIS = 400;

    private Backend backend;

    @BeforeEach
    void startBackend() throws IOException {
        backend = Backend.start();
    }

    @AfterEach
    void closeBackend() {
        backend.close();
    }

    @Test
    void allThatIsDueIsAskedAnsweredAndTimedAndNoConnectionIsLeft() throws Exception {
        OpenLoop.Outcome outcome = new OpenLoop(backend.endpoints().echo(), 64, 8, 2000).run(Duration.ofMillis(100));
        assertThat(outcome.exchanges()).isEqualTo(200);
        assertThat(outcome.latency().getTotalCount()).isEqualTo(200);
        assertThat(outcome.latency().getMinValue()).isPositive();
        assertThat(outcome.lateness().getTotalCount()).isBetween(1L, 200L);
        Awaitility.await().until(() -> backend.openConnections() == 0);
    }

    @Test
    void theRateIsWhatItIsToldAndNotWhatTheServerCanDo() throws Exception {
        long start = System.nanoTime();
        new OpenLoop(backend.endpoints().echo(), 64, 2, 100).run(Duration.ofMillis(300));
        // The last of 30 is due after 290 ms, however fast the others were answered.
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(290));
    }

    @Test
    void everyConnectionAsksHoweverShortTheTime() throws Exception {
        assertThat(new OpenLoop(backend.endpoints().echo(), 64, 16, 1000)
                        .run(Duration.ofMillis(1))
                        .exchanges())
                .isEqualTo(16);
    }

    @Test
    void aServerThatStandsStillPaysForAllThatWasDueMeanwhile() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread server = new Thread(() -> echoAfterAStall(listener), "stalled-echo");
            server.setDaemon(true);
            server.start();
            InetSocketAddress target = (InetSocketAddress) listener.getLocalSocketAddress();
            OpenLoop.Outcome outcome = new OpenLoop(target, 64, 1, 1000).run(Duration.ofMillis(2 * STALL_MILLIS));
            long half = TimeUnit.MILLISECONDS.toNanos(STALL_MILLIS / 2);
            // One request waited for all of the stall; corrected, those due in its first half waited half of it or
            // more.
            assertThat(outcome.latency()
                            .getCountBetweenValues(half, outcome.latency().getMaxValue()))
                    .isGreaterThanOrEqualTo(STALL_MILLIS / 2);
            assertThat(outcome.lateness().getTotalCount()).isLessThan(outcome.exchanges());
        }
    }

    @Test
    void oneThreadIsClientAndServerWhereTheServerIsLent() throws Exception {
        try (Backend.EchoLoan echo = backend.lendEcho()) {
            OpenLoop.Outcome outcome =
                    new OpenLoop(backend.endpoints().echo(), 64, 8, 2000).run(Duration.ofMillis(100), echo);
            assertThat(outcome.latency().getTotalCount()).isEqualTo(200);
        }
    }

    @Test
    void pausesOfTwoPercentOfTheTimeShowInTheHighestPercent() throws Exception {
        try (Backend.EchoLoan echo = backend.lendEcho()) {
            OpenLoop.Outcome outcome =
                    new OpenLoop(backend.endpoints().echo(), 64, 8, 5000).run(Duration.ofMillis(600), new Pauses(echo));
            // Whatever else the machine does only adds to it; the rest is for the grain of the schedule.
            assertThat(outcome.latency().getValueAtPercentile(99)).isGreaterThan(Pauses.LEAST_NANOS * 9 / 10);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Relay.Fault.class,
            names = {"ADDS_A_BYTE", "CHANGES_A_BYTE", "HANGS_UP"})
    void theFaultIsFound(Relay.Fault fault) throws Exception {
        try (Relay echo = Relay.start(backend.endpoints().echo(), fault)) {
            OpenLoop loop = new OpenLoop(echo.address(), 64, 2, 1000);
            assertThatThrownBy(() -> loop.run(Duration.ofMillis(20))).isInstanceOf(LoadFailure.class);
        }
    }

    @Test
    void aRefusedConnectionIsAFailureOfTheRun() {
        OpenLoop loop = new OpenLoop(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1), 64, 2, 1000);
        assertThatThrownBy(() -> loop.run(Duration.ofMillis(20))).isInstanceOf(LoadFailure.class);
    }

    @Test
    void whatCannotBeIsRefused() {
        InetSocketAddress anywhere = backend.endpoints().echo();
        assertThatThrownBy(() -> new OpenLoop(anywhere, 7, 1, 1)).hasMessageContaining("at least 8");
        assertThatThrownBy(() -> new OpenLoop(anywhere, 8, 0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new OpenLoop(anywhere, 8, 1, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    /** Echoes on one connection, but first lets a stall pass after the first request. */
    private static void echoAfterAStall(ServerSocket listener) {
        try (Socket client = listener.accept()) {
            client.setTcpNoDelay(true);
            OutputStream out = client.getOutputStream();
            byte[] buffer = new byte[64];
            int read = client.getInputStream().read(buffer);
            TimeUnit.MILLISECONDS.sleep(STALL_MILLIS);
            while (read >= 0) {
                out.write(buffer, 0, read);
                read = client.getInputStream().read(buffer);
            }
        } catch (IOException | InterruptedException ended) {
            return;
        }
    }
}
