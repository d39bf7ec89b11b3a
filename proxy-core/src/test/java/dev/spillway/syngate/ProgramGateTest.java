package dev.spillway.syngate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spillway.fixture.Clients;
import dev.spillway.fixture.KernelFilters;
import dev.spillway.fixture.Newcomer;
import dev.spillway.flood.KernelCounter;
import dev.spillway.flood.KernelCounters;
import dev.spillway.security.AddressBlock;
import dev.spillway.security.Family;
import dev.spillway.security.NetworkProfile;
import dev.spillway.security.Place;
import dev.spillway.syn.DeniedPrefix;
import dev.spillway.syn.Prefix;
import dev.spillway.syn.SynOrder;
import dev.spillway.transport.TransportKind;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The gate in the kernel on real listeners, told what to keep out by the test. */
@Timeout(120)
class ProgramGateTest {
    private static final String GATES = "dev.spillway.fixture.KernelFilters#gates";
    private static final int SAMPLES = 8000;
    private static final int AT_ONCE = 100;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Clients clients = new Clients();
    private GatedListeners scene;

    private void start(GateKind means, TransportKind kind, String bind, Place... places) throws Exception {
        scene = new GatedListeners(means, kind, bind, places);
    }

    private static void assumeThere(GateKind means, TransportKind kind) throws Exception {
        Optional<String> lack = KernelFilters.lack(means, kind);
        assumeTrue(lack.isEmpty(), lack::toString);
    }

    /** A filter is on each of two sockets, a sinkhole beside both. */
    private static int programs(GateKind means) {
        return means == GateKind.SINKHOLE ? 1 : 2;
    }

    @AfterEach
    void close() throws Exception {
        clients.close();
        if (scene != null) {
            scene.close();
        }
    }

    private void apply(SynOrder order) {
        scene.apply(order);
    }

    private static Place place(String address, NetworkProfile profile) throws Exception {
        return new Place(InetAddress.getByName(address), "lo", profile, "by the test");
    }

    private InetSocketAddress at(String address) {
        return scene.at(address);
    }

    private boolean letsIn(InetSocketAddress to) throws Exception {
        return scene.letsIn(to);
    }

    @ParameterizedTest
    @MethodSource(GATES)
    void theShareThatIsDroppedIsTheRateAndTheAcceptGateAddsNothing(GateKind means, TransportKind kind)
            throws Exception {
        assumeThere(means, kind);
        start(means, kind, "127.0.0.1:0");
        apply(SynOrder.of(0.3));
        int kept = 0;
        for (int samples = 0; samples < SAMPLES; ) {
            OptionalInt some = scene.kept(AT_ONCE, at("127.0.0.1"));
            kept += some.orElse(0);
            samples += some.isPresent() ? AT_ONCE : 0;
        }
        // Six standard deviations.
        assertThat(kept / (double) SAMPLES).isCloseTo(0.3, within(0.03));
        assertThat(scene.refused.sum()).isZero();
        assertThat(scene.gate.view().programs()).isEqualTo(programs(means));
        assertThat(scene.gate.view().dropRate()).isEqualTo(0.3);
        apply(SynOrder.NONE);
        assertThat(scene.gate.view().programs()).isZero();
    }

    @ParameterizedTest
    @MethodSource(GATES)
    void aDomainAddressOfAWildcardListenerIsLetInAlways(GateKind means, TransportKind kind) throws Exception {
        assumeThere(means, kind);
        start(
                means,
                kind,
                "*:0",
                place("127.0.0.1", NetworkProfile.PUBLIC),
                place("127.0.0.9", NetworkProfile.DOMAIN),
                place("::1", NetworkProfile.DOMAIN));
        apply(SynOrder.of(1));
        for (int i = 0; i < 500; i++) {
            assertThat(letsIn(at("127.0.0.9"))).isTrue();
            assertThat(letsIn(at("::1"))).isTrue();
        }
        assertThat(letsIn(at("127.0.0.1"))).isFalse();
    }

    @ParameterizedTest
    @MethodSource(GATES)
    void offendersAreKeptOutAndLongProgramsChangeOnceASecond(GateKind means, TransportKind kind) throws Exception {
        assumeThere(means, kind);
        start(means, kind, "127.0.0.1:0");
        List<DeniedPrefix> offenders = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            offenders.add(new DeniedPrefix(new Prefix(Family.IPV4, (0xc6120000L + 3L * i) << 32, 0, 32), i));
        }
        scene.clock.addAndGet(1_000_000_000);
        apply(new SynOrder(0, offenders));
        assertThat(scene.gate.view().offenders()).isEqualTo(1000);
        assertThat(letsIn(at("127.0.0.1"))).isTrue();

        offenders.add(new DeniedPrefix(Prefix.of(AddressBlock.parse("127.0.0.1").orElseThrow()), 5));
        SynOrder more = new SynOrder(0, offenders);
        scene.clock.addAndGet(999_999_999);
        apply(more);
        assertThat(scene.gate.view().offenders()).isEqualTo(1000);
        scene.clock.addAndGet(1);
        apply(more);
        assertThat(scene.gate.view().offenders()).isEqualTo(1001);
        assertThat(letsIn(at("127.0.0.1"))).isFalse();

        apply(SynOrder.NONE);
        assertThat(scene.gate.view().programs()).isZero();
        assertThat(letsIn(at("127.0.0.1"))).isTrue();
    }

    @ParameterizedTest
    @MethodSource(GATES)
    void moreOffendersThanThereIsRoomForAreReported(GateKind means, TransportKind kind) throws Exception {
        assumeThere(means, kind);
        start(means, kind, "127.0.0.1:0");
        List<DeniedPrefix> offenders = new ArrayList<>();
        for (int i = 0; i < 6000; i++) {
            offenders.add(new DeniedPrefix(new Prefix(Family.IPV4, (0xc6120000L + 3L * i) << 32, 0, 32), i));
        }
        scene.clock.addAndGet(1_000_000_000);
        apply(new SynOrder(0.5, offenders));
        SynGateView view = scene.gate.view();
        assertThat(view.offenders()).isBetween(2900, 3400);
        assertThat(view.offenders() + view.offendersLetIn()).isEqualTo(6000);
        assertThat(view.programs()).isEqualTo(programs(means));
        assertThat(view.programSize()).isBetween(4080, 4096);
    }

    @ParameterizedTest
    @MethodSource(GATES)
    void establishedConnectionsNoticeNothingWhileNobodyComesIn(GateKind means, TransportKind kind) throws Exception {
        assumeThere(means, kind);
        start(means, kind, "127.0.0.1:0");
        List<Clients.Talker> talkers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            talkers.add(clients.talker("127.0.0.5", at("127.0.0.1")));
        }
        apply(SynOrder.of(1));
        assertThat(letsIn(at("127.0.0.1"))).isFalse();
        for (Clients.Talker each : talkers) {
            int before = each.done();
            await().atMost(PATIENCE).until(() -> each.done() > before + 300 || each.failure() != null);
        }
        for (Clients.Talker each : talkers) {
            each.stop();
            assertThat(each.failure()).isNull();
        }
        assertThat(scene.relays.active()).isEqualTo(8);
    }

    /** NIO stands for a kernel that refuses. */
    @ParameterizedTest
    @EnumSource(
            value = GateKind.class,
            names = {"KERNEL_FILTER", "SINKHOLE"})
    void whereAProgramIsRefusedTheAcceptGateActs(GateKind means) throws Exception {
        start(means, TransportKind.NIO, "127.0.0.1:0");
        apply(SynOrder.of(1));
        await().atMost(PATIENCE).until(() -> scene.gate.view().failures() == 1);
        assertThat(scene.gate.view().programs()).isZero();
        try (Newcomer newcomer = new Newcomer(at("127.0.0.1"))) {
            await().atMost(PATIENCE).until(() -> scene.refused.sum() == 1);
            assertThat(newcomer.channel().isOpen()).isTrue();
        }
        apply(SynOrder.NONE);
        try (Newcomer newcomer = new Newcomer(at("127.0.0.1"))) {
            await().atMost(PATIENCE).until(() -> scene.relays.active() == 1);
            assertThat(newcomer.connected()).isTrue();
        }
    }

    /** What others in the network namespace have no room for is no drop of ours, and takes nothing off those that are. */
    @ParameterizedTest
    @MethodSource(GATES)
    void theLoadOfOthersHidesNothingOfWhatIsDroppedHere(GateKind means, TransportKind kind) throws Exception {
        assumeThere(means, kind);
        start(means, kind, "127.0.0.1:0");
        AtomicLong drops = new AtomicLong();
        scene.counters = () -> {
            long[] values = new long[KernelCounter.values().length];
            values[KernelCounter.LISTEN_DROPS.ordinal()] = drops.addAndGet(100_000);
            return new KernelCounters(values);
        };
        apply(SynOrder.of(1));
        for (int i = 0; i < 10; i++) {
            assertThat(letsIn(at("127.0.0.1"))).isFalse();
        }
        assertThat(scene.dropped.sum()).isGreaterThanOrEqualTo(10);
    }

    /** NIO stands for a kernel that refuses; it is told by an event loop while programs are being written. */
    @ParameterizedTest
    @EnumSource(
            value = GateKind.class,
            names = {"KERNEL_FILTER", "SINKHOLE"})
    void noEventLoopWaitsForProgramsThatAreBeingWrittenNorDoesWhoAsks(GateKind means) throws Exception {
        start(means, TransportKind.NIO, "127.0.0.1:0");
        synchronized (scene.gate) {
            scene.gate.apply(SynOrder.of(1));
            await().atMost(PATIENCE).until(() -> failures() == 1);
            for (EventLoop loop : scene.transport.loops()) {
                assertThat(loop.submit(() -> "free").get(30, TimeUnit.SECONDS)).isEqualTo("free");
            }
        }
    }

    private long failures() throws Exception {
        return CompletableFuture.supplyAsync(() -> scene.gate.view().failures()).get(30, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @MethodSource(GATES)
    void aRefreshThatAnEventLoopDoesNotFollowInTimeSaysSoAndIsDoneLater(GateKind means, TransportKind kind)
            throws Exception {
        assumeThere(means, kind);
        start(means, kind, "127.0.0.1:0");
        apply(SynOrder.of(1));
        assertThat(scene.gate.view().programs()).isEqualTo(programs(means));
        CountDownLatch held = new CountDownLatch(1);
        for (EventLoop loop : scene.transport.loops()) {
            loop.execute(() -> {
                try {
                    held.await();
                } catch (InterruptedException ended) {
                    Thread.currentThread().interrupt();
                }
            });
        }
        try {
            scene.gate.apply(SynOrder.NONE);
            assertThat(scene.gate.refresh()).isFalse();
            assertThat(scene.gate.view().programs()).isEqualTo(means == GateKind.SINKHOLE ? 0 : 2);
        } finally {
            held.countDown();
        }
        await().atMost(PATIENCE).until(() -> scene.gate.refresh());
        assertThat(scene.gate.view().programs()).isZero();
        assertThat(letsIn(at("127.0.0.1"))).isTrue();
    }
}
