package dev.spillway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.spillway.connection.RefusalReason;
import dev.spillway.connection.SourceGroup;
import dev.spillway.control.ControlEvent;
import dev.spillway.fixture.Clients;
import dev.spillway.fixture.Settings;
import dev.spillway.limit.Entry.Denial;
import dev.spillway.limit.RateLimitEvent;
import dev.spillway.limit.RateLimitEvent.Hit;
import dev.spillway.limit.RateLimitEvent.Over;
import dev.spillway.limit.RateLimitEvent.Scope;
import dev.spillway.security.Allowance;
import dev.spillway.security.ConnectionRateLimit;
import dev.spillway.security.NetworkProfile;
import dev.spillway.security.SecuritySettings;
import dev.spillway.security.Toggle;
import dev.spillway.syngate.SynGateSettings.Refusal;
import dev.spillway.transport.TransportKind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** S16: the connection rate limit, with real sockets on every transport. */
@Timeout(90)
class ConnectionRateLimitTest extends UnderPressure {
    private static final String OTHER = "127.0.0.6";
    private static final Allowance NO_LIMIT = Allowance.UNLIMITED;

    /** Slow enough that a test sees the burst and hardly more. */
    private static final Allowance BURST_OF_TEN = new Allowance(1, 10, 0);

    private static SecuritySettings limited(long generation, Toggle enabled, Allowance listener, Allowance source) {
        SecuritySettings defaults = SecuritySettings.DEFAULTS;
        return new SecuritySettings(
                generation,
                defaults.role(),
                defaults.mpp(),
                defaults.profiles(),
                defaults.portExemptions(),
                defaults.ipv4(),
                defaults.ipv6(),
                defaults.interfaces(),
                new ConnectionRateLimit(enabled, listener, source),
                defaults.mppDryRun());
    }

    private Settings settings(TransportKind kind, Allowance listener, Allowance source) {
        return settings(kind)
                .listener("web", "pool")
                .listener("mail", "pool")
                .security(limited(1, Toggle.ENABLED, listener, source));
    }

    /** Connects {@code count} times and has each exchange a byte; those that were served stay open. */
    private List<Socket> served(int count, String from, InetSocketAddress to) throws IOException {
        List<Socket> served = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            try {
                Socket socket = clients.echoing(from, to);
                Clients.exchange(socket);
                served.add(socket);
            } catch (SocketException reset) {
                assertThat(reset).hasMessageMatching("(?i).*(reset|broken pipe).*");
            }
        }
        return served;
    }

    private static long refused(Proxy proxy, String listener, RefusalReason reason) {
        return view(proxy, listener).refused().get(reason);
    }

    private static void awaitAccepted(Proxy proxy, String listener, long count) {
        await().until(() -> view(proxy, listener).accepted() == count);
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void s16ItIsOffByDefault(TransportKind kind) throws Exception {
        Proxy proxy = start(settings(kind).listener("web", "pool"));
        for (int i = 0; i < 1000; i++) {
            try (Socket socket = clients.echoing(HONEST, at(proxy, "web"))) {
                Clients.exchange(socket);
            }
        }
        assertThat(view(proxy, "web").accepted()).isEqualTo(1000);
        assertThat(view(proxy, "web").refused().values()).containsOnly(0L);
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void s16ASourceGetsItsBurstAndItsRateAndOthersNoticeNothing(TransportKind kind) throws Exception {
        Proxy proxy = start(settings(kind, NO_LIMIT, BURST_OF_TEN));
        long began = System.nanoTime();
        int served = served(50, CROWD, at(proxy, "web")).size();
        long seconds = (System.nanoTime() - began) / 1_000_000_000;
        assertThat((long) served).isBetween(10L, 10 + seconds + 1);
        assertThat(refused(proxy, "web", RefusalReason.RATE_LIMIT)).isEqualTo(50 - served);
        assertThat(served(10, HONEST, at(proxy, "web"))).hasSize(10);
        assertThat(served(10, OTHER, at(proxy, "web"))).hasSize(10);
        assertThat(served(10, CROWD, at(proxy, "mail")))
                .as("what a source may do at one listener is not used up at another")
                .hasSize(10);
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void s16AListenerGetsItsBurstAndItsRateFromAllSourcesTogether(TransportKind kind) throws Exception {
        Proxy proxy = start(settings(kind, BURST_OF_TEN, NO_LIMIT));
        long began = System.nanoTime();
        int served = 0;
        for (int i = 0; i < 30; i++) {
            served += served(1, "127.0.1." + (i + 1), at(proxy, "web")).size();
        }
        long seconds = (System.nanoTime() - began) / 1_000_000_000;
        assertThat((long) served).isBetween(10L, 10 + seconds + 1);
        assertThat(refused(proxy, "web", RefusalReason.RATE_LIMIT)).isEqualTo(30 - served);
        assertThat(served(10, HONEST, at(proxy, "mail"))).hasSize(10);
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void s16WhoIsKeptOutByItsOwnLimitTakesNothingOfTheListeners(TransportKind kind) throws Exception {
        Proxy proxy = start(settings(kind, new Allowance(1, 15, 0), new Allowance(1, 5, 0)));
        served(100, CROWD, at(proxy, "web"));
        assertThat(served(5, HONEST, at(proxy, "web"))).hasSize(5);
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void s16WhoIsKeptOutByTheListenersLimitTakesNothingOfItsOwn(TransportKind kind) throws Exception {
        Proxy proxy = start(settings(kind, new Allowance(0, 0, 1), new Allowance(1, 3, 2)));
        Socket silent = clients.silent(1, OTHER, at(proxy, "web")).get(0);
        awaitAccepted(proxy, "web", 1);
        for (int i = 0; i < 20; i++) {
            clients.assertTurnedAway(HONEST, at(proxy, "web"));
        }
        silent.getOutputStream().write('e');
        Clients.exchange(silent);
        assertThat(served(3, HONEST, at(proxy, "web"))).hasSize(3);
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void s16ASourceMayHaveSoManyThatSayNothing(TransportKind kind) throws Exception {
        Proxy proxy = start(settings(kind, NO_LIMIT, new Allowance(0, 0, 5)));
        List<Socket> silent = clients.silent(5, CROWD, at(proxy, "web"));
        awaitAccepted(proxy, "web", 5);
        clients.assertTurnedAway(CROWD, at(proxy, "web"));
        assertThat(refused(proxy, "web", RefusalReason.HALF_OPEN)).isEqualTo(1);
        assertThat(served(10, HONEST, at(proxy, "web"))).hasSize(10);

        silent.get(0).getOutputStream().write('e');
        Clients.exchange(silent.get(0));
        clients.silent(1, CROWD, at(proxy, "web"));
        awaitAccepted(proxy, "web", 16);
        clients.assertTurnedAway(CROWD, at(proxy, "web"));
        assertThat(refused(proxy, "web", RefusalReason.HALF_OPEN)).isEqualTo(2);

        Clients.exchange(silent.get(0));
        silent.get(1).close();
        await().until(() -> view(proxy, "web").active() == 15);
        clients.silent(1, CROWD, at(proxy, "web"));
        awaitAccepted(proxy, "web", 17);
        clients.assertTurnedAway(CROWD, at(proxy, "web"));
        for (Socket each : silent.subList(2, 5)) {
            each.getOutputStream().write('e');
            Clients.exchange(each);
        }
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void s16ASourceMayHaveSoManyConnectionsWhateverTheySay(TransportKind kind) throws Exception {
        Proxy proxy = start(settings(kind, new Allowance(0, 0, 0, 8), new Allowance(0, 0, 0, 3)));
        List<Socket> own = served(3, CROWD, at(proxy, "web"));
        assertThat(own).hasSize(3);
        clients.assertTurnedAway(CROWD, at(proxy, "web"));
        assertThat(refused(proxy, "web", RefusalReason.CONNECTION_LIMIT)).isEqualTo(1);
        assertThat(served(3, HONEST, at(proxy, "web"))).hasSize(3);
        own.get(0).close();
        await().until(() -> view(proxy, "web").active() == 5);
        assertThat(served(1, CROWD, at(proxy, "web"))).hasSize(1);
        assertThat(served(9, OTHER, at(proxy, "web")))
                .as("what is left of the listener's")
                .hasSize(2);
        proxy.security(limited(2, Toggle.ENABLED, NO_LIMIT, new Allowance(0, 0, 0, 4)));
        assertThat(served(3, CROWD, at(proxy, "web"))).as("one more at once").hasSize(1);
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void s16AListenerMayHaveSoManyThatSayNothing(TransportKind kind) throws Exception {
        Proxy proxy = start(settings(kind, new Allowance(0, 0, 5), NO_LIMIT));
        for (int i = 0; i < 5; i++) {
            clients.silent(1, "127.0.1." + (i + 1), at(proxy, "web"));
        }
        awaitAccepted(proxy, "web", 5);
        clients.assertTurnedAway(HONEST, at(proxy, "web"));
        assertThat(refused(proxy, "web", RefusalReason.HALF_OPEN)).isEqualTo(1);
        assertThat(served(6, HONEST, at(proxy, "mail"))).hasSize(6);
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void s16ConnectionsThatEndInAnyWayAreHalfOpenNoMore(TransportKind kind) throws Exception {
        int nobody;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = closed.getLocalPort();
        }
        Proxy proxy = start(settings(kind)
                .upstream("down", "127.0.0.1:" + nobody)
                .listener("web", "pool")
                .listener("dead", "down")
                .security(limited(1, Toggle.ENABLED, new Allowance(0, 0, 4), new Allowance(0, 0, 4))));
        for (int round = 0; round < 10; round++) {
            List<Socket> silent = clients.silent(4, CROWD, at(proxy, "web"));
            awaitAccepted(proxy, "web", 4L * (round + 1));
            silent.get(0).setSoLinger(true, 0);
            silent.get(1).shutdownOutput();
            for (Socket each : silent) {
                each.close();
            }
            await().until(() -> view(proxy, "web").active() == 0);
            clients.assertTurnedAway(CROWD, at(proxy, "dead"));
            long gone = round + 1L;
            await().until(() -> view(proxy, "dead").accepted() == gone
                    && view(proxy, "dead").active() == 0);
        }
        assertThat(refused(proxy, "web", RefusalReason.HALF_OPEN)).isZero();
        assertThat(refused(proxy, "dead", RefusalReason.HALF_OPEN)).isZero();
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void s16WhoIsTurnedAwayByAFullProxyHasTakenNothing(TransportKind kind) throws Exception {
        Proxy proxy = start(settings(kind, NO_LIMIT, new Allowance(1, 4, 2))
                .refusal(Refusal.RESET)
                .limits(3, 0));
        List<Socket> filling = served(3, HONEST, at(proxy, "web"));
        for (int i = 0; i < 30; i++) {
            clients.assertTurnedAway(CROWD, at(proxy, "web"));
        }
        assertThat(refused(proxy, "web", RefusalReason.MAX_CONNECTIONS)).isEqualTo(30);
        filling.get(0).close();
        await().until(() -> view(proxy, "web").active() == 2);
        assertThat(served(1, CROWD, at(proxy, "web"))).hasSize(1);
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void s16ItHoldsForThoseWhomMppSparesToo(TransportKind kind) throws Exception {
        Proxy proxy = start(settings(kind)
                .listener("private", "127.0.0.1:0", "pool", NetworkProfile.PRIVATE)
                .security(limited(1, Toggle.ENABLED, NO_LIMIT, new Allowance(0, 0, 1))));
        assertThat(view(proxy, "private").eligible()).isFalse();
        clients.silent(1, CROWD, at(proxy, "private"));
        awaitAccepted(proxy, "private", 1);
        clients.assertTurnedAway(CROWD, at(proxy, "private"));
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void s16AChangeHoldsForTheNextNewcomer(TransportKind kind) throws Exception {
        Proxy proxy = start(settings(kind, NO_LIMIT, BURST_OF_TEN));
        List<Socket> kept = served(10, CROWD, at(proxy, "web"));
        proxy.security(limited(2, Toggle.DISABLED, NO_LIMIT, BURST_OF_TEN));
        assertThat(served(20, CROWD, at(proxy, "web"))).hasSize(20);
        proxy.security(limited(3, Toggle.ENABLED, NO_LIMIT, new Allowance(1, 3, 0)));
        assertThat(served(3, CROWD, at(proxy, "web")))
                .as("what was counted before it was off is forgotten")
                .hasSize(3);
        proxy.security(limited(4, Toggle.ENABLED, NO_LIMIT, new Allowance(1, 1000, 0)));
        assertThat(served(20, CROWD, at(proxy, "web"))).hasSize(20);
        proxy.security(limited(5, Toggle.DEFAULT, NO_LIMIT, new Allowance(1, 1, 1)));
        assertThat(served(10, CROWD, at(proxy, "web"))).hasSize(10);
        for (Socket each : kept) {
            Clients.exchange(each);
        }
    }

    private List<RateLimitEvent> told() {
        return events.stream()
                .filter(ControlEvent.RateLimit.class::isInstance)
                .map(event -> ((ControlEvent.RateLimit) event).event())
                .toList();
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void s16ABoutOfRefusalsIsToldWhenItBeginsAndWhenItIsOver(TransportKind kind) throws Exception {
        Proxy proxy = start(settings(kind, NO_LIMIT, BURST_OF_TEN));
        served(60, CROWD, at(proxy, "web"));
        await().until(() -> !told().isEmpty());
        long refused = refused(proxy, "web", RefusalReason.RATE_LIMIT);
        proxy.security(limited(2, Toggle.DISABLED, NO_LIMIT, BURST_OF_TEN));
        await().until(() -> told().size() == 2);
        SourceGroup crowd = SourceGroup.of(InetAddress.getByName(CROWD), 32, 64);
        assertThat(told().get(0)).isInstanceOfSatisfying(Hit.class, hit -> {
            assertThat(hit.listener()).isEqualTo("web");
            assertThat(hit.denial()).isEqualTo(Denial.RATE);
            assertThat(hit.scope()).isEqualTo(Scope.SOURCE);
            assertThat(hit.source()).isEqualTo(crowd);
            assertThat(hit.refused()).isBetween(1L, refused);
        });
        assertThat(told().get(1)).isInstanceOfSatisfying(Over.class, over -> {
            assertThat(over.refused()).isEqualTo(refused);
            assertThat(over.sources()).isEqualTo(1);
            assertThat(over.more()).isFalse();
            assertThat(over.heaviest()).isEqualTo(crowd);
            assertThat(over.ofHeaviest()).isEqualTo(refused);
            assertThat(over.durationNanos()).isPositive();
        });
    }
}
