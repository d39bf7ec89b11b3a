package dev.spillway.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spillway.connection.ConnectionFacts;
import dev.spillway.connection.Progress;
import dev.spillway.connection.WindowState;
import dev.spillway.fixture.TestServer;
import dev.spillway.security.Standing;
import dev.spillway.transport.TransportKind;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What looks at real connections show: on the transports that ask the kernel, and on the one that can't. */
@Timeout(60)
class SamplingTest {
    private static final String TRANSPORTS = "dev.spillway.fixture.Transports#all";
    private static final long BUDGET = TimeUnit.SECONDS.toNanos(1);
    private static final long WAIT_MILLIS = 10_000;
    private static final long NOISE = 2 << 20;
    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    /** Sends without an end as soon as a byte came. */
    private static TestServer flood() throws IOException {
        return new TestServer(socket -> {
            socket.getInputStream().read();
            byte[] block = new byte[32 << 10];
            while (true) {
                socket.getOutputStream().write(block);
            }
        });
    }

    private static ConnectionFacts look(Junction junction) throws InterruptedException {
        assertThat(junction.relays().sample(BUDGET, WAIT_MILLIS)).isTrue();
        List<ConnectionFacts> facts = junction.facts();
        assertThat(facts).hasSize(1);
        return facts.get(0);
    }

    /** Looks until the facts of the one connection are as they should become. */
    private static ConnectionFacts lookUntil(Junction junction, Predicate<ConnectionFacts> asExpected) {
        return await().pollInterval(20, TimeUnit.MILLISECONDS).until(() -> look(junction), asExpected);
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void aZeroWindowPeerIsKnownByItsWindowItsStallAndWhatTheKernelHoldsForIt(TransportKind kind) throws Exception {
        try (TestServer server = flood();
                Junction junction = new Junction(kind, Junction.SETTINGS, server)) {
            Socket client = junction.connect(4096);
            client.getOutputStream().write(1);

            ConnectionFacts first = lookUntil(
                    junction,
                    facts -> facts.stalledNanos() > 50 * MILLI && (kind == TransportKind.NIO || closed(facts)));
            ConnectionFacts later =
                    lookUntil(junction, facts -> facts.stalledNanos() > first.stalledNanos() + 100 * MILLI);

            Progress progress = later.progress();
            assertThat(progress.waitingNanos()).isGreaterThanOrEqualTo(progress.stalledNanos());
            assertThat(progress.turnoverNanos()).isPositive();
            if (kind == TransportKind.NIO) {
                assertThat(later.cost().kernelBytes()).isZero();
                assertThat(progress.window()).isEqualTo(WindowState.UNKNOWN);
                assertThat(progress.waitingBytes()).isBetween(1L, later.heldBytes());
            } else {
                // What waits in the send queue is in it, whatever the kernel adds for its own accounts.
                long queued = progress.waitingBytes() - later.heldBytes();
                assertThat(later.cost().kernelBytes()).isGreaterThan(queued).isGreaterThan(16 << 10);
                assertThat(later.cost().kernelBytes())
                        .isEqualTo(junction.relays().kernelBytes());
            }
        }
    }

    private static long lack(Progress progress) {
        return Math.max(progress.stalledNanos(), Math.min(progress.turnoverNanos(), progress.waitingNanos()));
    }

    private static boolean closed(ConnectionFacts facts) {
        return facts.progress().window() == WindowState.ZERO;
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void aSlowReadersPaceIsItsPaceAndItDoesNotStandStill(TransportKind kind) throws Exception {
        assumeTrue(kind != TransportKind.NIO, "user space alone sees no bytes leave between two writes");
        int step = 20_000;
        try (TestServer server = flood();
                Junction junction = new Junction(kind, Junction.SETTINGS, server)) {
            Socket client = junction.connect(4096);
            client.getOutputStream().write(1);
            lookUntil(junction, facts -> closed(facts));

            long began = System.nanoTime();
            long read = 0;
            long longest = 0;
            ConnectionFacts facts = look(junction);
            byte[] block = new byte[step];
            while (System.nanoTime() - began < 4_000 * MILLI) {
                read += client.getInputStream().readNBytes(block, 0, step);
                TimeUnit.MILLISECONDS.sleep(40);
                facts = look(junction);
                longest = Math.max(longest, facts.stalledNanos());
            }
            double pace = read * 1e9 / (System.nanoTime() - began);
            assertThat(facts.progress().pace()).isBetween(pace / 2, pace * 2);
            assertThat(longest).isLessThan(1_000 * MILLI);
        }
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void whatAFastPeerWaitsForTurnsOverSoon(TransportKind kind) throws Exception {
        try (TestServer server = flood();
                Junction junction = new Junction(kind, Junction.SETTINGS, server)) {
            Socket client = junction.connect(0);
            client.getOutputStream().write(1);
            AtomicBoolean ended = new AtomicBoolean();
            Thread reader = new Thread(() -> {
                byte[] block = new byte[64 << 10];
                try {
                    while (!ended.get() && client.getInputStream().read(block) >= 0) {
                        Thread.onSpinWait();
                    }
                } catch (IOException closed) {
                    // The end of the test.
                }
            });
            reader.start();
            ConnectionFacts facts = lookUntil(
                    junction, each -> each.ageNanos() > 3_000 * MILLI && lack(each.progress()) < 1_000 * MILLI);
            assertThat(facts.sentBytes()).isGreaterThan(1 << 20);
            ended.set(true);
            reader.join();
        }
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void aConnectionIsQuietWhenAllItSaidIsTaken(TransportKind kind) throws Exception {
        try (TestServer server = TestServer.echo();
                Junction junction = new Junction(kind, Junction.SETTINGS, server)) {
            Socket client = junction.connect(0);
            client.getOutputStream().write(new byte[1000]);
            assertThat(client.getInputStream().readNBytes(1000)).hasSize(1000);

            ConnectionFacts facts =
                    lookUntil(junction, each -> junction.relays().sampling().quiet() == 1);
            assertThat(facts.progress()).isEqualTo(Progress.NOTHING_WAITS);
            assertThat(facts.cost().kernelBytes()).isLessThan(2 * 4096);

            long samples = junction.relays().sampling().samples();
            look(junction);
            assertThat(junction.relays().sampling().samples()).isEqualTo(samples);

            client.getOutputStream().write(1);
            assertThat(client.getInputStream().read()).isOne();
            await().until(() -> junction.relays().sampling().samples() > samples);
        }
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void connectionsThatEndAmidLooksLeaveNothingBehind(TransportKind kind) throws Exception {
        try (TestServer server = flood();
                Junction junction = new Junction(kind, Junction.SETTINGS, server).standing(Standing.EXEMPT_PORT)) {
            for (int round = 0; round < 5; round++) {
                List<Socket> clients = new ArrayList<>();
                for (int i = 0; i < 20; i++) {
                    Socket client = junction.connect(4096);
                    client.getOutputStream().write(1);
                    clients.add(client);
                }
                await().until(() -> junction.relays().active() == 20);
                for (Socket client : clients) {
                    junction.relays().sample(BUDGET, WAIT_MILLIS);
                    client.setSoLinger(true, 0);
                    client.close();
                }
                await().until(() -> junction.relays().active() == 0);
            }
            SamplingView view = junction.relays().sampling();
            assertThat(view.suspects() + view.stirring() + view.quiet()).isZero();
            assertThat(view.unseen()).isZero();
            assertThat(junction.relays().kernelBytes()).isZero();
            assertThat(junction.relays().exemptCost().bytes()).isZero();
            assertThat(junction.relays().exemptCost().connections()).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void whatExemptConnectionsTakeIsKnownForAllAndForTheWorstListener(TransportKind kind) throws Exception {
        try (TestServer server = flood();
                Junction junction = new Junction(kind, Junction.SETTINGS, server)) {
            junction.connect(4096).getOutputStream().write(1);
            await().until(() -> junction.relays().active() == 1);
            assertThat(junction.relays().exemptCost()).isEqualTo(new ExemptShare(0, 0, Optional.empty(), 0));

            junction.standing(Standing.EXEMPT_PORT)
                    .connect(4096)
                    .getOutputStream()
                    .write(1);
            await().untilAsserted(() -> {
                assertThat(junction.relays().sample(BUDGET, WAIT_MILLIS)).isTrue();
                ExemptShare share = junction.relays().exemptCost();
                ConnectionFacts exempt = junction.facts().get(1);
                assertThat(exempt.stalledNanos()).isPositive();
                assertThat(share.connections()).isOne();
                assertThat(share.worstListener()).contains("main");
                assertThat(share.bytes()).isEqualTo(share.worstBytes()).isEqualTo(exempt.costBytes());
            });
        }
    }

    /**
     * All sockets of the machine take of one account, so both ends are counted, and what others do meanwhile is noise: a
     * round in which the account did not come back to where it began proves nothing.
     */
    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    @Timeout(180)
    void whatTheKernelHoldsIsWhatItChargesToTheMemoryOfTcp(TransportKind kind) throws Exception {
        assumeTrue(kind != TransportKind.NIO, "NIO tells nothing");
        for (int round = 0; round < 3; round++) {
            long before = chargedBytes();
            long told;
            long charged;
            try (ZeroWindows peers = new ZeroWindows(kind, 300)) {
                told = peers.toldBytes();
                charged = chargedBytes() - before;
            }
            long noise = settledNoise(before);
            if (noise < NOISE) {
                assertThat(told).isGreaterThan(20L << 20);
                assertThat((double) charged).isCloseTo(told, withinPercentage(5));
                return;
            }
        }
        abort("others use the kernel's memory of TCP now");
    }

    private static long settledNoise(long before) throws Exception {
        long noise = Long.MAX_VALUE;
        for (int look = 0; look < 20 && noise >= NOISE; look++) {
            TimeUnit.MILLISECONDS.sleep(100);
            noise = Math.abs(chargedBytes() - before);
        }
        return noise;
    }

    /** {@code mem} of the line for TCP, in pages of 4096 bytes. */
    private static long chargedBytes() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/net/sockstat"))) {
            if (line.startsWith("TCP:")) {
                return Long.parseLong(line.substring(line.lastIndexOf(' ') + 1)) * 4096;
            }
        }
        throw new IOException("/proc/net/sockstat without TCP");
    }
}
