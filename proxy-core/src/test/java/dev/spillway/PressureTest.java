package dev.spillway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.spillway.connection.CloseReason;
import dev.spillway.connection.RefusalReason;
import dev.spillway.control.ControlEvent;
import dev.spillway.control.ControlEvent.ConnectionsTerminated;
import dev.spillway.fixture.Clients;
import dev.spillway.fixture.Clients.Talker;
import dev.spillway.pressure.PressureEvent.EpisodeEnded;
import dev.spillway.pressure.PressureEvent.EpisodeStarted;
import dev.spillway.pressure.Rates;
import dev.spillway.pressure.Signal;
import dev.spillway.pressure.Watermarks;
import dev.spillway.security.NetworkProfile;
import dev.spillway.security.Standing;
import dev.spillway.security.Toggle;
import dev.spillway.security.Verdict;
import dev.spillway.syngate.SynGateSettings.Refusal;
import dev.spillway.transport.TransportKind;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who is closed under pressure and who is spared, with real sockets on every transport. */
@Timeout(90)
class PressureTest extends UnderPressure {
    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void zeroWindowPeersAreResetAndTheHonestOneDoesNotNotice(TransportKind kind) throws Exception {
        Proxy proxy = start(settingsForExchanges(kind).listener("main", "pool"));
        Sampler sampler = keep(new Sampler(proxy));
        Talker honest = clients.talker(HONEST, at(proxy, "main"));
        List<Socket> crowd = clients.flooders(40, CROWD, at(proxy, "main"));
        await().until(() -> pruned(proxy) > 0);
        awaitCalm(proxy);
        int before = honest.done();
        await().until(() -> honest.done() > before + 10);
        honest.stop();
        assertThat(honest.failure()).isNull();
        assertThat(sampler.highest()).isBetween(BUDGET / 4, BUDGET);
        assertThat(proxy.relays().closed().get(CloseReason.INTERNAL_ERROR)).isZero();
        assertThat(proxy.pressure().freedBytes()).isGreaterThan(BUDGET / 4);
        // Late ones of the crowd may have begun another episode meanwhile.
        await().untilAsserted(() -> {
            assertThat(proxy.pressure().closed()).isEqualTo(pruned(proxy));
            assertOneEventAnEpisode(proxy);
        });
        await().until(() -> view(proxy, "main").accepted() == 41);
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
            assertThat(end.evaluation().worst().level()).isLessThan(0.3);
            assertThat(told.containsKey(end.episode())).isEqualTo(end.closed() > 0);
        }
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void anEpisodeThatEndsBeforeItsClosesAreDoneTellsOfThemAndTheNextIsNotChargedWithThem(TransportKind kind)
            throws Exception {
        Proxy proxy = start(settings(kind)
                .watermarks(Map.of(Signal.INJECTED, new Watermarks(0.3, 0.4, 0.5)))
                .listener("main", "pool"));
        clients.flooders(8, CROWD, at(proxy, "main"));
        await().until(() -> on(proxy, "main").size() == 8
                && on(proxy, "main").stream()
                        .allMatch(each -> each.facts().stalledNanos() > TimeUnit.MILLISECONDS.toNanos(900)));
        CountDownLatch goOn = new CountDownLatch(1);
        try {
            hold(proxy, goOn);
            proxy.inject(0.6, Duration.ofSeconds(60));
            await().until(() -> events.stream().anyMatch(ConnectionsTerminated.class::isInstance));
            proxy.inject(0, Duration.ofSeconds(60));
            await().until(() -> !pressureEvents(EpisodeEnded.class).isEmpty());
            proxy.inject(0.6, Duration.ofSeconds(60));
            await().until(() -> proxy.pressure().episode() == 2);
            assertThat(pruned(proxy)).isZero();
        } finally {
            goOn.countDown();
        }
        EpisodeEnded first = pressureEvents(EpisodeEnded.class).get(0);
        assertThat(first.closed()).isPositive();
        await().until(() -> proxy.pressure().closed() >= first.closed());
        proxy.inject(0, Duration.ofSeconds(60));
        await().until(() -> pressureEvents(EpisodeEnded.class).size() == 2);
        EpisodeEnded second = pressureEvents(EpisodeEnded.class).get(1);
        await().untilAsserted(() -> {
            assertThat(first.closed() + second.closed())
                    .isEqualTo(proxy.pressure().closed());
            assertThat(first.freedBytes() + second.freedBytes())
                    .isEqualTo(proxy.pressure().freedBytes());
        });
    }

    /** Returns when every event loop waits. */
    private static void hold(Proxy proxy, CountDownLatch goOn) throws InterruptedException {
        CountDownLatch held = new CountDownLatch(proxy.transportInUse().loops().size());
        for (EventLoop loop : proxy.transportInUse().loops()) {
            loop.execute(() -> {
                held.countDown();
                try {
                    goOn.await();
                } catch (InterruptedException ended) {
                    Thread.currentThread().interrupt();
                }
            });
        }
        held.await();
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
                .watermarks(Map.of(Signal.LEDGER, new Watermarks(0.7, 0.75, 0.85)))
                .listener("public", "pool")
                .listener("private", "127.0.0.1:0", "pool", NetworkProfile.PRIVATE));
        // Some hold twice as much as others, by what the kernel took. Seven, so that what is left of the crowd when it
        // has
        // paid is more than what the lone one holds in any case: else it would be the lone one's turn, rightly.
        clients.flooders(7, CROWD, at(proxy, "public"));
        Socket lone = clients.flooders(1, HONEST, at(proxy, "public")).get(0);
        // Progress within a buffer is noted when the event loop looks, each half second: stalled for longer is for
        // good.
        await().until(() -> on(proxy, "public").size() == 8
                && on(proxy, "public").stream()
                        .allMatch(each -> each.facts().stalledNanos() > TimeUnit.MILLISECONDS.toNanos(900)));
        assertThat(pruned(proxy)).isZero();
        // What brings memory above the mark is not eligible itself: of the eight, some have to go.
        // One after the other, each when the last has taken all it takes: else what several take at once may be so far
        // above the mark that all eight are not enough, and the lone one goes rightly.
        for (int i = 1; proxy.pressure().episodes() == 0; i++) {
            int many = i;
            clients.flooders(1, CROWD, at(proxy, "private"));
            await().until(() -> proxy.pressure().episodes() > 0
                    || on(proxy, "private").size() == many
                            && on(proxy, "private").stream()
                                    .allMatch(
                                            each -> each.facts().stalledNanos() > TimeUnit.MILLISECONDS.toNanos(900)));
        }
        await().until(() -> pruned(proxy) > 0);
        awaitCalm(proxy);
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
        // They need not all be there by then, nor hold all that they will.
        await().untilAsserted(() -> {
            assertThat(heldOn(proxy, "exempt") + heldOn(proxy, "private")).isGreaterThan(BUDGET / 2);
            assertVerdict(proxy, "exempt", new Verdict(Standing.EXEMPT_PORT, NetworkProfile.PUBLIC, 7), 6);
            assertVerdict(proxy, "private", new Verdict(Standing.PRIVATE_PROFILE, NetworkProfile.PRIVATE, 7), 6);
        });
        assertNewcomers(proxy);
        assertThat(pruned(proxy)).as("S5, S8").isEqualTo(3);
        for (Socket each : spared) {
            each.close();
        }
        awaitCalm(proxy);
        assertThat(proxy.pressure().rates()).isEqualTo(Rates.NONE);
        Clients.exchange(clients.echoing(HONEST, at(proxy, "public")));
        assertThat(pressureEvents(EpisodeEnded.class).get(0).refused()).isPositive();
    }

    private static void assertVerdict(Proxy proxy, String listener, Verdict verdict, int connections) {
        assertThat(on(proxy, listener))
                .hasSize(connections)
                .allSatisfy(each -> assertThat(each.facts().verdict()).as("S11").isEqualTo(verdict));
        assertThat(view(proxy, listener).reaches().get(0).verdict()).isEqualTo(verdict);
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
    void withProfilesDisabledAPrivateListenerIsNotSpared(TransportKind kind) throws Exception {
        Proxy proxy = start(settings(kind)
                .security(security(3, Toggle.ENABLED, Toggle.DISABLED))
                .listener("private", "127.0.0.1:0", "pool", NetworkProfile.PRIVATE));
        clients.flooders(14, CROWD, at(proxy, "private"));
        await().until(() -> pruned(proxy) > 0);
        awaitCalm(proxy);
        assertThat(view(proxy, "private").reaches().get(0).verdict())
                .as("S6")
                .isEqualTo(new Verdict(Standing.ELIGIBLE, NetworkProfile.PRIVATE, 3));
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
        awaitCalm(proxy);
        for (Socket each : honest) {
            Clients.exchange(each);
        }
        assertThat(on(proxy, "main").stream().filter(each -> !each.facts().silent()))
                .hasSize(9);
        assertThat(proxy.relays().active()).isBetween(15L, 24L);
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void aConsumerOfEventsThatThrowsDoesNotStopProtection(TransportKind kind) throws Exception {
        Proxy proxy = start(settings(kind).listener("main", "pool"), event -> {
            throw new IllegalStateException("a consumer that is broken");
        });
        clients.flooders(30, CROWD, at(proxy, "main"));
        await().until(() -> pruned(proxy) > 0);
        awaitCalm(proxy);
        assertThat(proxy.controllerFailures()).isPositive();
    }
}
