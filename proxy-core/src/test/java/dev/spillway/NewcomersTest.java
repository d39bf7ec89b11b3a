package dev.spillway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.spillway.connection.RefusalReason;
import dev.spillway.fixture.Clients;
import dev.spillway.fixture.Settings;
import dev.spillway.pressure.Signal;
import dev.spillway.pressure.Watermarks;
import dev.spillway.security.InterfaceRule;
import dev.spillway.security.InterfaceRules;
import dev.spillway.security.NetworkProfile;
import dev.spillway.security.SecuritySettings;
import dev.spillway.security.Toggle;
import dev.spillway.syngate.SynGateSettings.Refusal;
import dev.spillway.transport.TransportKind;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** S3: who gets in under pressure and when the proxy is full, and who waits, with real sockets on every transport. */
@Timeout(90)
class NewcomersTest extends UnderPressure {
    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void aPausingGateLetsNewcomersWaitAndTakesThemWhenPressureIsOver(TransportKind kind) throws Exception {
        Proxy proxy = start(settingsForExchanges(kind)
                .refusal(Refusal.PAUSE)
                .listener("public", "pool")
                .listener("private", "127.0.0.1:0", "pool", NetworkProfile.PRIVATE));
        List<Socket> spared = clients.flooders(60, CROWD, at(proxy, "private"));
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

    /** On NIO, where a read takes all that are in the kernel's queue, whether there is room for one of them or for all. */
    @Test
    void whoIsSparedFromNowOnDoesNotWaitForTheEligibleThatWaitAlready() throws Exception {
        Proxy proxy = start(settings(TransportKind.NIO)
                .refusal(Refusal.PAUSE)
                .limits(2, 0.5)
                .listener("all", "0.0.0.0:0", "pool", NetworkProfile.PUBLIC));
        Socket taken = clients.echoing(HONEST, at(proxy, "all"));
        Clients.exchange(taken);
        await().until(() -> !view(proxy, "all").accepting());
        Socket next = clients.echoing(HONEST, at(proxy, "all"));
        Socket waiting = clients.echoing(HONEST, at(proxy, "all"));
        taken.close();
        Clients.exchange(next);
        proxy.security(sparing("127.0.0.2", proxy.security()));
        try (Socket spared = new Socket("127.0.0.2", at(proxy, "all").getPort())) {
            spared.setSoTimeout(10_000);
            spared.getOutputStream().write(Clients.ECHO);
            Clients.exchange(spared);
            assertThat(proxy.relays().active()).isEqualTo(2);
        }
        next.close();
        Clients.exchange(waiting);
        assertThat(view(proxy, "all").refused().values()).containsOnly(0L);
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void theReserveOfTheExemptIsKeptWhileAHigherLimitWaitsForMemory(TransportKind kind) throws Exception {
        Proxy proxy = start(reserving(kind, 40));
        clients.flooders(24, CROWD, at(proxy, "private"));
        await().until(() -> proxy.relays().heldBytes() > 850_000);
        proxy.reconfigure(reserving(kind, 2000).build());
        clients.assertTurnedAway(HONEST, at(proxy, "public"));
        Clients.exchange(clients.echoing(HONEST, at(proxy, "private")));
    }

    /** With half of its connections for the exempt, and a signal that is low throughout. */
    private Settings reserving(TransportKind kind, int connections) {
        return settings(kind)
                .watermarks(Map.of(Signal.CONNECTIONS, new Watermarks(0.97, 0.98, 0.99)))
                .refusal(Refusal.RESET)
                .limits(connections, 0.5)
                .listener("public", "pool")
                .listener("private", "127.0.0.1:0", "pool", NetworkProfile.PRIVATE);
    }

    private static SecuritySettings sparing(String local, SecuritySettings now) {
        InterfaceRule rule = InterfaceRule.of(local, Optional.empty(), Toggle.DISABLED, Toggle.DEFAULT, Toggle.DEFAULT);
        return new SecuritySettings(
                now.generation() + 1,
                now.role(),
                now.mpp(),
                now.profiles(),
                now.portExemptions(),
                now.ipv4(),
                now.ipv6(),
                InterfaceRules.of(List.of(rule)),
                now.connectionRateLimit(),
                now.mppDryRun());
    }

    private static void serve(Socket socket, Queue<Throwable> failures) {
        try (socket) {
            Clients.exchange(socket);
        } catch (IOException | AssertionError failure) {
            failures.add(failure);
        }
    }
}
