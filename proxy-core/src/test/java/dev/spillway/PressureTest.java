package dev.spillway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.spillway.connection.CloseReason;
import dev.spillway.connection.RefusalReason;
import dev.spillway.control.ControlEvent;
import dev.spillway.control.ControlEvent.ConnectionsTerminated;
import dev.spillway.fixture.Clients;
import dev.spillway.fixture.Clients.Talker;
import dev.spillway.fixture.Settings;
import dev.spillway.fixture.TestServer;
import dev.spillway.listener.ListenerView;
import dev.spillway.pressure.PressureEvent.EpisodeEnded;
import dev.spillway.pressure.PressureEvent.EpisodeStarted;
import dev.spillway.pressure.Rates;
import dev.spillway.pressure.Signal;
import dev.spillway.pressure.Watermarks;
import dev.spillway.relay.ConnectionView;
import dev.spillway.security.NetworkProfile;
import dev.spillway.security.PortRange;
import dev.spillway.security.PortSet;
import dev.spillway.security.Role;
import dev.spillway.security.SecuritySettings;
import dev.spillway.security.Standing;
import dev.spillway.security.Toggle;
import dev.spillway.security.Verdict;
import dev.spillway.syngate.SynGateSettings.Refusal;
import dev.spillway.transport.TransportKind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Protection with real sockets on every transport. The budget is 1 MiB for 200 connections; episodes start at half of it.
 * A client that never reads comes to hold 64 KiB of it.
 */
@Timeout(90)
class PressureTest {
    private static final String TRANSPORTS = "dev.spillway.fixture.Transports#all";
    private static final long BUDGET = 1 << 20;
    private static final Map<Signal, Watermarks> LEDGER = Map.of(Signal.LEDGER, new Watermarks(0.3, 0.4, 0.5));
    private static final String CROWD = "127.0.0.66";
    private static final String HONEST = "127.0.0.5";

    private final List<AutoCloseable> open = new ArrayList<>();
    private final Queue<ControlEvent> events = new ConcurrentLinkedQueue<>();
    private final Clients clients = keep(new Clients());
    private TestServer server;

    @BeforeEach
    void startServer() throws IOException {
        server = keep(Clients.service());
    }

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

    private Settings settings(TransportKind kind) {
        return Settings.of(kind)
                .upstream("pool", server.address())
                .budget(BUDGET)
                .limits(200, 0.1)
                .sendBuffer(65536)
                .watermarks(LEDGER);
    }

    private Proxy start(Settings settings) throws Exception {
        return start(settings, events::add);
    }

    private Proxy start(Settings settings, Consumer<ControlEvent> consumer) throws Exception {
        return keep(Proxy.start(settings.build(), consumer));
    }

    private static SecuritySettings security(long generation, Toggle mpp, Toggle profiles, int... exempt) {
        List<PortRange> ports = new ArrayList<>();
        for (int port : exempt) {
            ports.add(new PortRange(port, port));
        }
        return new SecuritySettings(generation, Role.SERVER, mpp, profiles, PortSet.of(ports));
    }

    /** A port that is free now and that the kernel does not give away by itself. */
    private static int fixedPort() throws IOException {
        for (int tries = 0; tries < 100; tries++) {
            int port = ThreadLocalRandom.current().nextInt(15_000, 30_000);
            try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return probe.getLocalPort();
            } catch (IOException taken) {
                // The next one may be free.
            }
        }
        throw new IOException("no free port found");
    }

    private static InetSocketAddress at(Proxy proxy, String listener) {
        return view(proxy, listener).bound();
    }

    private static ListenerView view(Proxy proxy, String listener) {
        return proxy.listeners().stream()
                .filter(each -> each.name().equals(listener))
                .findFirst()
                .orElseThrow();
    }

    private static List<ConnectionView> on(Proxy proxy, String listener) {
        return proxy.connections(1000).stream()
                .filter(each -> each.listener().equals(listener))
                .toList();
    }

    private static long heldOn(Proxy proxy, String listener) {
        return on(proxy, listener).stream()
                .mapToLong(each -> each.facts().heldBytes())
                .sum();
    }

    private static double level(Proxy proxy) {
        return proxy.pressure().evaluation().orElseThrow().worst().level();
    }

    private static void awaitCalm(Proxy proxy, double low) {
        await().atMost(Duration.ofSeconds(15)).untilAsserted(() -> {
            assertThat(proxy.pressure().episode()).isZero();
            assertThat(level(proxy)).isLessThan(low);
        });
    }

    private static long pruned(Proxy proxy) {
        return proxy.relays().closed().get(CloseReason.PRUNED);
    }

    /** The highest ledger that a thread of its own sees until it is closed. */
    private static final class Sampler implements AutoCloseable {
        private final AtomicBoolean over = new AtomicBoolean();
        private final AtomicLong highest = new AtomicLong();
        private final Thread thread;

        Sampler(Proxy proxy) {
            thread = new Thread(() -> {
                while (!over.get()) {
                    highest.accumulateAndGet(proxy.relays().heldBytes(), Math::max);
                    Thread.onSpinWait();
                    Thread.yield();
                }
            });
            thread.start();
        }

        long highest() {
            return highest.get();
        }

        @Override
        public void close() throws InterruptedException {
            over.set(true);
            thread.join();
        }
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void zeroWindowPeersAreResetAndTheHonestOneDoesNotNotice(TransportKind kind) throws Exception {
        Proxy proxy = start(settings(kind).listener("main", "pool"));
        Sampler sampler = keep(new Sampler(proxy));
        Talker honest = clients.talker(HONEST, at(proxy, "main"));
        List<Socket> crowd = clients.flooders(40, CROWD, at(proxy, "main"));
        await().until(() -> pruned(proxy) > 0);
        awaitCalm(proxy, 0.3);
        int before = honest.done();
        await().until(() -> honest.done() > before + 10);
        honest.stop();
        assertThat(honest.failure()).isNull();
        assertThat(sampler.highest()).isBetween(BUDGET / 2, BUDGET);
        assertThat(proxy.relays().closed().get(CloseReason.INTERNAL_ERROR)).isZero();
        assertThat(proxy.pressure().closed()).isEqualTo(pruned(proxy));
        assertThat(proxy.pressure().freedBytes()).isGreaterThan(BUDGET / 4);
        assertOneEventAnEpisode(proxy);
        List<Integer> left =
                on(proxy, "main").stream().map(each -> each.client().getPort()).toList();
        for (Socket each : crowd) {
            if (!left.contains(each.getLocalPort())) {
                Clients.assertReset(each);
            }
        }
        assertThat(proxy.controllerFailures()).isZero();
    }

    /** S23: one event 4229 for each episode that closed any, and each episode begins and ends once. */
    private void assertOneEventAnEpisode(Proxy proxy) {
        Map<Long, Long> told = events.stream()
                .filter(ConnectionsTerminated.class::isInstance)
                .map(ConnectionsTerminated.class::cast)
                .collect(Collectors.groupingBy(ConnectionsTerminated::episode, Collectors.counting()));
        assertThat(told)
                .isNotEmpty()
                .allSatisfy((episode, times) -> assertThat(times).isEqualTo(1));
        List<EpisodeEnded> ends = pressureEvents(EpisodeEnded.class);
        List<EpisodeStarted> starts = pressureEvents(EpisodeStarted.class);
        assertThat(starts).hasSameSizeAs(ends).hasSize((int) proxy.pressure().episodes());
        for (EpisodeEnded end : ends) {
            assertThat(told.containsKey(end.episode())).isEqualTo(end.closed() > 0);
        }
    }

    private <T> List<T> pressureEvents(Class<T> type) {
        return events.stream()
                .filter(ControlEvent.Pressure.class::isInstance)
                .map(event -> ((ControlEvent.Pressure) event).event())
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void aCrowdBehindOneAddressPaysAndALoneStalledClientStays(TransportKind kind) throws Exception {
        Proxy proxy = start(settings(kind)
                .watermarks(Map.of(Signal.LEDGER, new Watermarks(0.45, 0.5, 0.6)))
                .listener("public", "pool")
                .listener("private", "127.0.0.1:0", "pool", NetworkProfile.PRIVATE));
        clients.flooders(7, CROWD, at(proxy, "public"));
        Socket lone = clients.flooders(1, HONEST, at(proxy, "public")).get(0);
        await().until(() -> on(proxy, "public").size() == 8
                && on(proxy, "public").stream()
                        .allMatch(each -> each.facts().stalledNanos() > TimeUnit.MILLISECONDS.toNanos(200)));
        assertThat(pruned(proxy)).isZero();
        // What brings memory above the mark is not eligible itself: of the eight, some have to go.
        while (proxy.pressure().episodes() == 0) {
            long held = heldOn(proxy, "private");
            clients.flooders(1, CROWD, at(proxy, "private"));
            await().until(() ->
                    heldOn(proxy, "private") >= held + 8192 || proxy.pressure().episodes() > 0);
        }
        await().until(() -> pruned(proxy) > 0);
        awaitCalm(proxy, 0.45);
        assertThat(on(proxy, "public")).anyMatch(each -> each.client().getPort() == lone.getLocalPort());
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void exemptPortsAndPrivateListenersAreSparedThoughTheyHoldTheMost(TransportKind kind) throws Exception {
        int exempt = fixedPort();
        Proxy proxy = start(settings(kind)
                .refusal(Refusal.RESET)
                .security(security(7, Toggle.ENABLED, Toggle.DEFAULT, exempt))
                .listener("public", "pool")
                .listener("exempt", "127.0.0.1:" + exempt, "pool", NetworkProfile.PUBLIC)
                .listener("private", "127.0.0.1:0", "pool", NetworkProfile.PRIVATE));
        clients.flooders(3, HONEST, at(proxy, "public"));
        await().until(() -> on(proxy, "public").size() == 3);
        List<Socket> spared = new ArrayList<>(clients.flooders(6, CROWD, at(proxy, "exempt")));
        spared.addAll(clients.flooders(6, CROWD, at(proxy, "private")));
        await().untilAsserted(() -> assertThat(on(proxy, "public")).isEmpty());
        assertThat(pruned(proxy)).as("S2").isEqualTo(3);
        // What is left is not eligible, so closing can't help and newcomers pay, up to all of them.
        await().until(() -> proxy.pressure().rates().synDrop() == 1);
        assertThat(heldOn(proxy, "exempt") + heldOn(proxy, "private")).isGreaterThan(BUDGET / 2);
        assertVerdict(proxy, "exempt", new Verdict(Standing.EXEMPT_PORT, 7), 6);
        assertVerdict(proxy, "private", new Verdict(Standing.PRIVATE_PROFILE, 7), 6);
        assertNewcomers(proxy);
        assertThat(pruned(proxy)).as("S5, S8").isEqualTo(3);
        for (Socket each : spared) {
            each.close();
        }
        awaitCalm(proxy, 0.3);
        assertThat(proxy.pressure().rates()).isEqualTo(Rates.NONE);
        Clients.exchange(clients.echoing(HONEST, at(proxy, "public")));
        assertThat(pressureEvents(EpisodeEnded.class).get(0).refused()).isPositive();
    }

    private static void assertVerdict(Proxy proxy, String listener, Verdict verdict, int connections) {
        assertThat(on(proxy, listener))
                .hasSize(connections)
                .allSatisfy(each -> assertThat(each.facts().verdict()).as("S11").isEqualTo(verdict));
        assertThat(view(proxy, listener).verdict()).isEqualTo(verdict);
    }

    /** With the gate shut: the public listener resets all, the other two take them as ever. */
    private void assertNewcomers(Proxy proxy) throws IOException {
        for (int i = 0; i < 5; i++) {
            clients.assertTurnedAway(HONEST, at(proxy, "public"));
            Clients.exchange(clients.echoing(HONEST, at(proxy, "exempt")));
            Clients.exchange(clients.echoing(HONEST, at(proxy, "private")));
        }
        assertThat(view(proxy, "public").refused().get(RefusalReason.SYN_GATE)).isGreaterThanOrEqualTo(5);
        assertThat(view(proxy, "exempt").refused().values()).as("S3, S8").containsOnly(0L);
        assertThat(view(proxy, "private").refused().values()).as("S3, S5").containsOnly(0L);
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void aPausingGateLetsNewcomersWaitAndTakesThemWhenPressureIsOver(TransportKind kind) throws Exception {
        Proxy proxy = start(settings(kind)
                .refusal(Refusal.PAUSE)
                .listener("public", "pool")
                .listener("private", "127.0.0.1:0", "pool", NetworkProfile.PRIVATE));
        List<Socket> spared = clients.flooders(12, CROWD, at(proxy, "private"));
        await().until(() -> proxy.pressure().rates().synDrop() == 1
                && !view(proxy, "public").accepting());
        List<Socket> waiting = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            waiting.add(clients.echoing(HONEST, at(proxy, "public")));
        }
        Clients.exchange(clients.echoing(HONEST, at(proxy, "private")));
        assertThat(view(proxy, "private").accepting()).isTrue();
        assertThat(view(proxy, "public").accepted()).isZero();
        for (Socket each : spared) {
            each.close();
        }
        for (Socket each : waiting) {
            Clients.exchange(each);
        }
        assertThat(view(proxy, "public").accepted()).isEqualTo(20);
        assertThat(view(proxy, "public").refused().values()).containsOnly(0L);
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void newcomersThatGaveUpWhileTheyWaitedDoNoHarm(TransportKind kind) throws Exception {
        Proxy proxy = start(settings(kind)
                .refusal(Refusal.PAUSE)
                .listener("public", "pool")
                .listener("private", "127.0.0.1:0", "pool", NetworkProfile.PRIVATE));
        List<Socket> spared = clients.flooders(12, CROWD, at(proxy, "private"));
        await().until(() -> proxy.pressure().rates().synDrop() == 1
                && !view(proxy, "public").accepting());
        for (Socket each : clients.silent(50, CROWD, at(proxy, "public"))) {
            each.setSoLinger(true, 0);
            each.close();
        }
        Socket patient = clients.echoing(HONEST, at(proxy, "public"));
        for (Socket each : spared) {
            each.close();
        }
        Clients.exchange(patient);
        assertThat(view(proxy, "public").refused().get(RefusalReason.NO_DESCRIPTORS))
                .isZero();
        await().untilAsserted(() -> assertThat(proxy.relays().active()).isEqualTo(1));
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void withProfilesDisabledAPrivateListenerIsNotSpared(TransportKind kind) throws Exception {
        Proxy proxy = start(settings(kind)
                .security(security(3, Toggle.ENABLED, Toggle.DISABLED))
                .listener("private", "127.0.0.1:0", "pool", NetworkProfile.PRIVATE));
        clients.flooders(14, CROWD, at(proxy, "private"));
        await().until(() -> pruned(proxy) > 0);
        awaitCalm(proxy, 0.3);
        assertThat(view(proxy, "private").verdict()).as("S6").isEqualTo(new Verdict(Standing.ELIGIBLE, 3));
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void withMppDisabledNobodyIsClosedOrRefusedAndTheBudgetHolds(TransportKind kind) throws Exception {
        Proxy proxy = start(settings(kind)
                .refusal(Refusal.RESET)
                .security(security(2, Toggle.DISABLED, Toggle.DEFAULT))
                .listener("main", "pool"));
        Sampler sampler = keep(new Sampler(proxy));
        clients.flooders(30, CROWD, at(proxy, "main"));
        await().until(() ->
                proxy.pressure().rates().synDrop() == 1 && proxy.relays().shortReads() > 0);
        // Memory is spent, nobody may be closed, and still small exchanges go on with what was set aside for them.
        Socket honest = clients.echoing(HONEST, at(proxy, "main"));
        for (int i = 0; i < 100; i++) {
            Clients.exchange(honest);
        }
        assertThat(pruned(proxy)).as("S1").isZero();
        assertThat(proxy.relays().active()).isEqualTo(31);
        assertThat(view(proxy, "main").refused().values()).containsOnly(0L);
        assertThat(events).noneMatch(ConnectionsTerminated.class::isInstance);
        assertThat(sampler.highest()).isLessThanOrEqualTo(BUDGET);
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void whereSlotsAreShortTheSilentGoFirst(TransportKind kind) throws Exception {
        Proxy proxy = start(settings(kind)
                .watermarks(Map.of(Signal.CONNECTIONS, new Watermarks(0.5, 0.6, 0.8)))
                .limits(50, 0)
                .listener("main", "pool"));
        clients.silent(31, CROWD, at(proxy, "main"));
        await().until(() -> on(proxy, "main").size() == 31
                && on(proxy, "main").stream()
                        .allMatch(each -> each.facts().ageNanos() > TimeUnit.MILLISECONDS.toNanos(150)));
        List<Socket> honest = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            honest.add(clients.echoing(HONEST, at(proxy, "main")));
            Clients.exchange(honest.get(i));
        }
        await().until(() -> pruned(proxy) > 0);
        awaitCalm(proxy, 0.5);
        for (Socket each : honest) {
            Clients.exchange(each);
        }
        assertThat(on(proxy, "main").stream().filter(each -> !each.facts().silent()))
                .hasSize(9);
        assertThat(proxy.relays().active()).isBetween(15L, 24L);
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void aFullProxyResetsTheEligibleAndKeepsItsReserveForTheExempt(TransportKind kind) throws Exception {
        Proxy proxy = start(settings(kind)
                .refusal(Refusal.RESET)
                .limits(10, 0.2)
                .listener("public", "pool")
                .listener("private", "127.0.0.1:0", "pool", NetworkProfile.PRIVATE));
        List<Socket> taken = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            taken.add(clients.echoing(HONEST, at(proxy, "public")));
            Clients.exchange(taken.get(i));
        }
        clients.assertTurnedAway(HONEST, at(proxy, "public"));
        for (int i = 0; i < 2; i++) {
            Clients.exchange(clients.echoing(HONEST, at(proxy, "private")));
        }
        clients.assertTurnedAway(HONEST, at(proxy, "private"));
        assertThat(view(proxy, "public").refused().get(RefusalReason.MAX_CONNECTIONS))
                .isEqualTo(1);
        assertThat(view(proxy, "private").refused().get(RefusalReason.MAX_CONNECTIONS))
                .isEqualTo(1);
        assertThat(proxy.relays().active()).isEqualTo(10);
        for (Socket each : taken.subList(0, 3)) {
            each.close();
        }
        await().until(() -> proxy.relays().active() == 7);
        Clients.exchange(clients.echoing(HONEST, at(proxy, "public")));
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void aFullProxyLetsNewcomersWaitAndTakesThemWhenThereIsRoom(TransportKind kind) throws Exception {
        Proxy proxy = start(settings(kind)
                .refusal(Refusal.PAUSE)
                .limits(10, 0.2)
                .listener("public", "pool")
                .listener("private", "127.0.0.1:0", "pool", NetworkProfile.PRIVATE));
        List<Socket> taken = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            taken.add(clients.echoing(HONEST, at(proxy, "public")));
            Clients.exchange(taken.get(i));
        }
        List<Socket> waiting = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            waiting.add(clients.echoing(HONEST, at(proxy, "public")));
        }
        for (int i = 0; i < 2; i++) {
            Clients.exchange(clients.echoing(HONEST, at(proxy, "private")));
        }
        assertThat(proxy.relays().activeEligible()).isEqualTo(8);
        assertThat(proxy.relays().active()).isEqualTo(10);
        for (Socket each : taken) {
            each.close();
        }
        // Whoever is served leaves, so that the next one gets in; they may be served in any order.
        List<Thread> served = new ArrayList<>();
        Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        for (Socket each : waiting) {
            Thread thread = new Thread(() -> serve(each, failures));
            thread.start();
            served.add(thread);
        }
        for (Thread thread : served) {
            thread.join(30_000);
        }
        assertThat(failures).isEmpty();
        assertThat(view(proxy, "public").refused().get(RefusalReason.MAX_CONNECTIONS))
                .isZero();
    }

    private static void serve(Socket socket, Queue<Throwable> failures) {
        try (socket) {
            Clients.exchange(socket);
        } catch (IOException | AssertionError failure) {
            failures.add(failure);
        }
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void aConsumerOfEventsThatThrowsDoesNotStopProtection(TransportKind kind) throws Exception {
        Proxy proxy = start(settings(kind).listener("main", "pool"), event -> {
            throw new IllegalStateException("a consumer that is broken");
        });
        clients.flooders(30, CROWD, at(proxy, "main"));
        await().until(() -> pruned(proxy) > 0);
        awaitCalm(proxy, 0.3);
        assertThat(proxy.controllerFailures()).isPositive();
    }
}
