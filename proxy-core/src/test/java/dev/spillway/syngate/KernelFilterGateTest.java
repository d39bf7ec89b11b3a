package dev.spillway.syngate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spillway.ProxySettings;
import dev.spillway.fixture.Clients;
import dev.spillway.fixture.KernelFilters;
import dev.spillway.fixture.Newcomer;
import dev.spillway.fixture.Settings;
import dev.spillway.fixture.TestServer;
import dev.spillway.listener.AdmissionPolicy;
import dev.spillway.listener.Arrangement;
import dev.spillway.listener.Listener;
import dev.spillway.listener.Listeners;
import dev.spillway.relay.Relays;
import dev.spillway.security.AddressBlock;
import dev.spillway.security.Family;
import dev.spillway.security.NetworkMap;
import dev.spillway.security.NetworkProfile;
import dev.spillway.security.Place;
import dev.spillway.security.SecuritySettings;
import dev.spillway.security.Surroundings;
import dev.spillway.syn.Offender;
import dev.spillway.syn.Prefix;
import dev.spillway.syn.SynOrder;
import dev.spillway.transport.Transport;
import dev.spillway.transport.TransportKind;
import dev.spillway.upstream.Upstreams;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The gate in the kernel on real listeners, told what to keep out by the test. */
@Timeout(120)
class KernelFilterGateTest {
    private static final String FILTERS = "dev.spillway.fixture.KernelFilters#transports";
    private static final int SAMPLES = 8000;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final LongAdder refused = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private final AtomicLong clock = new AtomicLong();
    private final Clients clients = new Clients();
    private TestServer server;
    private Transport transport;
    private Relays relays;
    private Upstreams upstreams;
    private Listeners listeners;
    private KernelFilterGate gate;

    private void start(TransportKind kind, String bind, Place... places) throws Exception {
        server = Clients.service();
        ProxySettings settings = Settings.of(kind)
                .upstream("pool", server.address())
                .listener("main", bind, "pool", null)
                .build();
        transport = Transport.open(settings.transport());
        relays = new Relays(settings.relay(), settings.limits().maxConnections(), transport);
        upstreams = new Upstreams(transport);
        listeners = new Listeners(new Listener.Shared(
                transport,
                relays,
                () -> new AdmissionPolicy(settings.limits(), false, 32, 64),
                () -> SecuritySettings.DEFAULTS,
                Surroundings.fixed(NetworkMap.of(List.of(places))),
                refused,
                dropped));
        Upstreams.Arrangement pools = upstreams.arrange(settings.upstreams());
        upstreams.publish(pools);
        Arrangement arrangement = Arrangement.of(listeners, settings.listeners(), pools::named);
        arrangement.bind();
        arrangement.publish();
        listeners.open();
        gate = new KernelFilterGate(listeners, "by the test", dropped::sum, clock::get);
    }

    private static void assumeFilters(TransportKind kind) throws Exception {
        Optional<String> lack = KernelFilters.lack(kind);
        assumeTrue(lack.isEmpty(), () -> "no kernel filter here: " + lack.get());
    }

    @AfterEach
    void close() throws Exception {
        if (gate != null) {
            clients.close();
            gate.close();
            listeners.close();
            upstreams.close();
            relays.closeAll(5_000);
            transport.close();
            server.close();
        }
    }

    private void apply(SynOrder order) {
        gate.apply(order);
        gate.refresh();
    }

    private static Place place(String address, NetworkProfile profile) throws Exception {
        return new Place(InetAddress.getByName(address), "lo", profile, "by the test");
    }

    private InetSocketAddress at(String address) {
        return new InetSocketAddress(address, listeners.all().get(0).bound().getPort());
    }

    private boolean letsIn(InetSocketAddress to) throws Exception {
        long before = dropped.sum();
        try (Newcomer newcomer = new Newcomer(to)) {
            return newcomer.settled(() -> {
                gate.count();
                return dropped.sum() > before;
            });
        }
    }

    @ParameterizedTest
    @MethodSource(FILTERS)
    void theShareThatIsDroppedIsTheRateAndTheAcceptGateAddsNothing(TransportKind kind) throws Exception {
        assumeFilters(kind);
        start(kind, "127.0.0.1:0");
        apply(SynOrder.of(0.3));
        int kept = 0;
        for (int i = 0; i < SAMPLES; i++) {
            kept += letsIn(at("127.0.0.1")) ? 0 : 1;
        }
        // Six standard deviations.
        assertThat(kept / (double) SAMPLES).isCloseTo(0.3, within(0.03));
        assertThat(refused.sum()).isZero();
        assertThat(gate.view().programs()).isEqualTo(2);
        assertThat(gate.view().dropRate()).isEqualTo(0.3);
        apply(SynOrder.NONE);
        assertThat(gate.view().programs()).isZero();
    }

    @ParameterizedTest
    @MethodSource(FILTERS)
    void aDomainAddressOfAWildcardListenerIsLetInAlways(TransportKind kind) throws Exception {
        assumeFilters(kind);
        start(
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
    @MethodSource(FILTERS)
    void offendersAreKeptOutAndLongProgramsChangeOnceASecond(TransportKind kind) throws Exception {
        assumeFilters(kind);
        start(kind, "127.0.0.1:0");
        List<Offender> offenders = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            offenders.add(new Offender(new Prefix(Family.IPV4, (0xc6120000L + 3L * i) << 32, 0, 32), i));
        }
        clock.addAndGet(1_000_000_000);
        apply(new SynOrder(0, offenders));
        assertThat(gate.view().offenders()).isEqualTo(1000);
        assertThat(letsIn(at("127.0.0.1"))).isTrue();

        offenders.add(new Offender(Prefix.of(AddressBlock.parse("127.0.0.1").orElseThrow()), 5));
        SynOrder more = new SynOrder(0, offenders);
        clock.addAndGet(999_999_999);
        apply(more);
        assertThat(gate.view().offenders()).isEqualTo(1000);
        clock.addAndGet(1);
        apply(more);
        assertThat(gate.view().offenders()).isEqualTo(1001);
        assertThat(letsIn(at("127.0.0.1"))).isFalse();

        apply(SynOrder.NONE);
        assertThat(gate.view().programs()).isZero();
        assertThat(letsIn(at("127.0.0.1"))).isTrue();
    }

    @ParameterizedTest
    @MethodSource(FILTERS)
    void moreOffendersThanThereIsRoomForAreReported(TransportKind kind) throws Exception {
        assumeFilters(kind);
        start(kind, "127.0.0.1:0");
        List<Offender> offenders = new ArrayList<>();
        for (int i = 0; i < 6000; i++) {
            offenders.add(new Offender(new Prefix(Family.IPV4, (0xc6120000L + 3L * i) << 32, 0, 32), i));
        }
        clock.addAndGet(1_000_000_000);
        apply(new SynOrder(0.5, offenders));
        SynGateView view = gate.view();
        assertThat(view.offenders()).isBetween(3000, 3400);
        assertThat(view.offenders() + view.offendersLetIn()).isEqualTo(6000);
        assertThat(view.programs()).isEqualTo(2);
        assertThat(view.programSize()).isBetween(4080, 4096);
    }

    @ParameterizedTest
    @MethodSource(FILTERS)
    void establishedConnectionsNoticeNothingWhileNobodyComesIn(TransportKind kind) throws Exception {
        assumeFilters(kind);
        start(kind, "127.0.0.1:0");
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
        assertThat(relays.active()).isEqualTo(8);
    }

    /** NIO stands for a kernel that refuses. */
    @Test
    void whereAProgramIsRefusedTheAcceptGateActs() throws Exception {
        start(TransportKind.NIO, "127.0.0.1:0");
        apply(SynOrder.of(1));
        await().atMost(PATIENCE).until(() -> gate.view().failures() == 1);
        assertThat(gate.view().programs()).isZero();
        try (Newcomer newcomer = new Newcomer(at("127.0.0.1"))) {
            await().atMost(PATIENCE).until(() -> refused.sum() == 1);
            assertThat(newcomer.channel().isOpen()).isTrue();
        }
        apply(SynOrder.NONE);
        try (Newcomer newcomer = new Newcomer(at("127.0.0.1"))) {
            await().atMost(PATIENCE).until(() -> relays.active() == 1);
            assertThat(newcomer.connected()).isTrue();
        }
    }
}
