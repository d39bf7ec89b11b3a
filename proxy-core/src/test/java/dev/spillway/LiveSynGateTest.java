package dev.spillway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spillway.connection.CloseReason;
import dev.spillway.connection.RefusalReason;
import dev.spillway.fixture.Clients;
import dev.spillway.fixture.KernelFilters;
import dev.spillway.fixture.Newcomer;
import dev.spillway.fixture.Settings;
import dev.spillway.limit.Offenders;
import dev.spillway.pressure.Signal;
import dev.spillway.pressure.Watermarks;
import dev.spillway.security.Allowance;
import dev.spillway.security.ConnectionRateLimit;
import dev.spillway.security.NetworkProfile;
import dev.spillway.security.SecuritySettings;
import dev.spillway.security.Toggle;
import dev.spillway.syngate.GateKind;
import dev.spillway.transport.TransportKind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** S3 and S5 in the kernel: a real proxy whose pressure is injected, real SYNs over loopback. */
@Timeout(120)
class LiveSynGateTest extends UnderPressure {
    private static final String GATES = "dev.spillway.fixture.KernelFilters#gates";
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String OTHER = "127.0.0.67";
    private static final String OFFENDER = "127.0.0.66";
    private static final int EXCHANGES = 2000;

    private Settings gated(GateKind means, TransportKind kind) throws Exception {
        Optional<String> lack = KernelFilters.lack(means, kind);
        assumeTrue(lack.isEmpty(), lack::toString);
        return settings(kind).gate(means).watermarks(Map.of(Signal.INJECTED, new Watermarks(0.3, 0.4, 0.5)));
    }

    /** A filter is on each of a listener's two sockets, a sinkhole beside both. */
    private static int programs(GateKind means, int listeners) {
        return means == GateKind.SINKHOLE ? listeners : 2 * listeners;
    }

    private static void shut(Proxy proxy) throws InterruptedException {
        proxy.inject(0.99, LONG);
        await().atMost(PATIENCE)
                .until(() -> proxy.pressure().rates().synDrop() == 1
                        && proxy.synGateView().dropRate() == 1
                        && proxy.synGateView().programs() > 0);
        // The rate is what is asked for: until its event loop comes to it, a socket has the program of a lower one.
        awaitTurns(proxy);
    }

    /** New connections one after the other, each with an exchange, until it is stopped; the first failure ends it. */
    private static final class Coming implements AutoCloseable {
        private final AtomicInteger done = new AtomicInteger();
        private final AtomicBoolean stopped = new AtomicBoolean();
        private final InetSocketAddress to;
        private final Thread thread = new Thread(this::come, "coming");
        private volatile Throwable failure;

        Coming(InetSocketAddress to) {
            this.to = to;
            thread.start();
        }

        private void come() {
            try {
                while (!stopped.get()) {
                    try (Socket socket = new Socket()) {
                        // Shorter than the first retransmission: a single SYN that is dropped is a failure.
                        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), to.getPort()), 900);
                        socket.setSoTimeout(20_000);
                        socket.setSoLinger(true, 0);
                        socket.getOutputStream().write(Clients.ECHO);
                        Clients.exchange(socket);
                    }
                    done.incrementAndGet();
                }
            } catch (IOException | AssertionError failed) {
                failure = failed;
            }
        }

        @Override
        public void close() throws InterruptedException {
            stopped.set(true);
            thread.join();
        }
    }

    @ParameterizedTest
    @MethodSource(GATES)
    void newcomersWaitAndComeThroughWhenItIsOverWhileExemptListenersNoticeNothing(GateKind means, TransportKind kind)
            throws Exception {
        int exempt = fixedPort();
        Proxy proxy = start(gated(means, kind)
                .security(security(7, Toggle.ENABLED, Toggle.DEFAULT, exempt))
                .listener("public", "pool")
                .listener("exempt", "127.0.0.1:" + exempt, "pool", NetworkProfile.PUBLIC)
                .listener("private", "127.0.0.1:0", "pool", NetworkProfile.PRIVATE));
        Coming toExempt = keep(new Coming(at(proxy, "exempt")));
        Coming toPrivate = keep(new Coming(at(proxy, "private")));
        shut(proxy);
        assertThat(proxy.synGateView().programs()).isEqualTo(programs(means, 1));

        List<Newcomer> waiting = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            waiting.add(keep(new Newcomer(at(proxy, "public"))));
        }
        await().atMost(PATIENCE).until(() -> proxy.synGateView().dropped() >= 50);
        int exemptBefore = toExempt.done.get();
        int privateBefore = toPrivate.done.get();
        await().atMost(Duration.ofSeconds(60))
                .until(() -> toExempt.done.get() > exemptBefore + EXCHANGES
                                && toPrivate.done.get() > privateBefore + EXCHANGES
                        || toExempt.failure != null
                        || toPrivate.failure != null);
        assertThat(waiting).noneMatch(Newcomer::connected);

        proxy.endInjection();
        await().atMost(PATIENCE).until(() -> waiting.stream().allMatch(Newcomer::connected));
        assertThat(proxy.synGateView().programs()).isZero();
        assertThat(proxy.synGateView().openings()).isZero();
        assertThat(view(proxy, "public").refused().get(RefusalReason.SYN_GATE)).isZero();
        toExempt.close();
        toPrivate.close();
        assertThat(toExempt.failure).isNull();
        assertThat(toPrivate.failure).isNull();
    }

    @ParameterizedTest
    @MethodSource(GATES)
    void whoBecomesExemptIsLetInAtOnceAndWhoCeasesToBeIsKeptOut(GateKind means, TransportKind kind) throws Exception {
        Proxy proxy = start(gated(means, kind)
                .security(security(1, Toggle.ENABLED, Toggle.DEFAULT))
                .listener("public", "pool"));
        InetSocketAddress address = at(proxy, "public");
        shut(proxy);
        proxy.security(security(2, Toggle.ENABLED, Toggle.DEFAULT, address.getPort()));
        assertThat(proxy.synGateView().programs()).isZero();
        Socket exempt = clients.echoing(HONEST, address);
        Clients.exchange(exempt);

        proxy.security(security(3, Toggle.ENABLED, Toggle.DEFAULT));
        assertThat(proxy.synGateView().programs()).isEqualTo(programs(means, 1));
        Clients.exchange(exempt);
        proxy.security(security(4, Toggle.DISABLED, Toggle.DEFAULT));
        assertThat(proxy.synGateView().programs()).isZero();
        Clients.exchange(clients.echoing(HONEST, address));
    }

    @ParameterizedTest
    @MethodSource(GATES)
    void listenersThatComeAndGoAreFollowed(GateKind means, TransportKind kind) throws Exception {
        int moved = fixedPort();
        Settings first = gated(means, kind).listener("one", "pool");
        Proxy proxy = start(first);
        shut(proxy);
        assertThat(proxy.synGateView().programs()).isEqualTo(programs(means, 1));

        proxy.reconfigure(gated(means, kind)
                .backlog(77)
                .listener("one", "127.0.0.1:" + moved, "pool", NetworkProfile.PUBLIC)
                .listener("two", "127.0.0.1:0", "pool", NetworkProfile.PUBLIC)
                .listener("office", "127.0.0.1:0", "pool", NetworkProfile.PRIVATE)
                .build());
        assertThat(proxy.synGateView().programs()).isEqualTo(programs(means, 2));
        assertKeptOut(proxy, "one");
        assertKeptOut(proxy, "two");
        Clients.exchange(clients.echoing(HONEST, at(proxy, "office")));

        // The address of a public listener goes to a private one.
        proxy.reconfigure(gated(means, kind)
                .listener("desk", "127.0.0.1:" + moved, "pool", NetworkProfile.PRIVATE)
                .build());
        assertThat(proxy.synGateView().programs()).isZero();
        Clients.exchange(clients.echoing(HONEST, at(proxy, "desk")));
    }

    private void assertKeptOut(Proxy proxy, String listener) throws Exception {
        long before = proxy.synGateView().dropped();
        Newcomer newcomer = keep(new Newcomer(at(proxy, listener)));
        await().atMost(PATIENCE).until(() -> proxy.synGateView().dropped() > before);
        assertThat(newcomer.connected()).isFalse();
    }

    @ParameterizedTest
    @MethodSource(GATES)
    void aDryRunKeepsNobodyOut(GateKind means, TransportKind kind) throws Exception {
        Proxy proxy = start(gated(means, kind).security(dryRun()).listener("public", "pool"));
        proxy.inject(0.99, LONG);
        await().atMost(PATIENCE).until(() -> proxy.pressure().rates().synDrop() == 1);
        assertThat(proxy.synGateView().programs()).isZero();
        Clients.exchange(clients.echoing(HONEST, at(proxy, "public")));
    }

    private static SecuritySettings dryRun() {
        SecuritySettings plain = SecuritySettings.DEFAULTS;
        return new SecuritySettings(
                1,
                plain.role(),
                plain.mpp(),
                plain.profiles(),
                plain.portExemptions(),
                plain.ipv4(),
                plain.ipv6(),
                plain.interfaces(),
                plain.connectionRateLimit(),
                Toggle.ENABLED);
    }

    /** S16: an offender's SYNs cost nothing while an episode runs, though nobody else is kept out by then. */
    @ParameterizedTest
    @MethodSource(GATES)
    void whoWasRefusedOverAndOverIsKeptOutByTheKernelForAsLongAsAnEpisodeRuns(GateKind means, TransportKind kind)
            throws Exception {
        Proxy proxy = start(gated(means, kind)
                .security(onePerSource())
                .listener("public", "pool")
                .listener("office", "127.0.0.1:0", "pool", NetworkProfile.PRIVATE));
        Socket first = clients.echoing(OFFENDER, at(proxy, "public"));
        Clients.exchange(first);
        while (view(proxy, "public").refused().get(RefusalReason.CONNECTION_LIMIT) < 2 * Offenders.LEAST_REFUSALS) {
            try (Newcomer refused = new Newcomer(OFFENDER, at(proxy, "public"))) {
                await().pollInterval(Duration.ofMillis(1)).until(() -> settled(refused));
            }
        }
        assertThat(proxy.synGateView().programs()).isZero();

        shut(proxy);
        await().atMost(PATIENCE).until(() -> proxy.synGateView().offenders() == 1);
        // Above the low mark the episode goes on, and below the high one nobody is kept out for a rate.
        proxy.inject(0.45, LONG);
        await().atMost(PATIENCE).until(() -> proxy.synGateView().dropRate() == 0);
        assertThat(proxy.pressure().episode()).isPositive();
        Clients.exchange(clients.echoing(HONEST, at(proxy, "public")));
        Clients.exchange(clients.echoing(OFFENDER, at(proxy, "office")));
        // In an episode an eligible connection that holds a buffer may be closed, and on io_uring a read under way
        // holds one.
        if (proxy.relays().closed().get(CloseReason.PRUNED) == 0) {
            Clients.exchange(first);
        }
        first.close();
        await().atMost(PATIENCE).until(() -> view(proxy, "public").active() == 1);
        Newcomer again = keep(new Newcomer(OFFENDER, at(proxy, "public")));
        // Over loopback the kernel answers a SYN before anything else is sent.
        Clients.exchange(clients.echoing(OTHER, at(proxy, "public")));
        assertThat(again.connected()).isFalse();

        proxy.endInjection();
        await().atMost(PATIENCE).until(again::connected);
        assertThat(proxy.synGateView().programs()).isZero();
    }

    /** Whether it was let in or reset. */
    private static boolean settled(Newcomer newcomer) {
        try {
            return newcomer.connected();
        } catch (AssertionError reset) {
            return true;
        }
    }

    private static SecuritySettings onePerSource() {
        SecuritySettings plain = SecuritySettings.DEFAULTS;
        return new SecuritySettings(
                1,
                plain.role(),
                plain.mpp(),
                plain.profiles(),
                plain.portExemptions(),
                plain.ipv4(),
                plain.ipv6(),
                plain.interfaces(),
                new ConnectionRateLimit(Toggle.ENABLED, Allowance.UNLIMITED, new Allowance(0, 0, 0, 1)),
                plain.mppDryRun());
    }
}
