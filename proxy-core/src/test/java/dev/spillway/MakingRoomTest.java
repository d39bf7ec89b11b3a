package dev.spillway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.spillway.connection.CloseReason;
import dev.spillway.connection.Phase;
import dev.spillway.connection.RefusalReason;
import dev.spillway.control.ControlEvent;
import dev.spillway.fixture.Clients;
import dev.spillway.fixture.Settings;
import dev.spillway.fixture.TestServer;
import dev.spillway.limit.RoomEvent;
import dev.spillway.limit.RoomEvent.Begun;
import dev.spillway.limit.Shortage;
import dev.spillway.relay.ConnectionView;
import dev.spillway.security.NetworkProfile;
import dev.spillway.security.SecuritySettings;
import dev.spillway.security.Toggle;
import dev.spillway.syngate.SynGateSettings.Refusal;
import dev.spillway.transport.TransportKind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** S16: the longest silent make room for newcomers, with real sockets on every transport. */
@Timeout(90)
class MakingRoomTest extends UnderPressure {
    private static long madeRoom(Proxy proxy) {
        return proxy.relays().closed().get(CloseReason.MADE_ROOM);
    }

    private static void awaitActive(Proxy proxy, long active) {
        await().untilAsserted(() -> assertThat(proxy.relays().active()).isEqualTo(active));
    }

    /**
     * One after the other, so that there is an order: the silence of each has begun before the next one comes. On NIO it begins
     * when its server is there, and two event loops may take any time for that.
     */
    private List<Socket> silent(Proxy proxy, String listener, int count) throws Exception {
        List<Socket> silent = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Socket socket = clients.connect("127.0.1." + (i + 1), at(proxy, listener));
            silent.add(socket);
            await().until(() -> on(proxy, listener).stream()
                    .anyMatch(each -> each.client().getPort() == socket.getLocalPort() && joined(each)));
            awaitTurns(proxy);
        }
        return silent;
    }

    private static boolean joined(ConnectionView connection) {
        return connection.facts().phase() != Phase.CONNECTING;
    }

    /** Until all have been silent for so long that they may have to go. */
    private static void awaitSilence(Proxy proxy) {
        await().until(() -> proxy.connections(1000).stream()
                .allMatch(each -> joined(each) && each.facts().idleNanos() > TimeUnit.MILLISECONDS.toNanos(250)));
    }

    private Socket talking(Proxy proxy, String listener) throws IOException {
        Socket socket = clients.echoing(HONEST, at(proxy, listener));
        Clients.exchange(socket);
        return socket;
    }

    private static SecuritySettings dryRun() {
        SecuritySettings defaults = SecuritySettings.DEFAULTS;
        return new SecuritySettings(
                1,
                defaults.role(),
                defaults.mpp(),
                defaults.profiles(),
                defaults.portExemptions(),
                defaults.ipv4(),
                defaults.ipv6(),
                defaults.interfaces(),
                defaults.connectionRateLimit(),
                Toggle.ENABLED);
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void s16BeyondTheLimitOfHalfOpenOnesTheLongestSilentGoes(TransportKind kind) throws Exception {
        Proxy proxy = start(settings(kind).limits(200, 0, 3).listener("web", "pool"));
        Socket honest = talking(proxy, "web");
        List<Socket> silent = silent(proxy, "web", 5);
        Clients.assertReset(silent.get(0));
        Clients.assertReset(silent.get(1));
        awaitActive(proxy, 4);
        assertThat(proxy.relays().room().halfOpen()).isEqualTo(3);
        assertThat(madeRoom(proxy)).isEqualTo(2);
        assertThat(proxy.relays().room().made()).containsEntry(Shortage.HALF_OPEN, 2L);
        for (Socket each : silent.subList(2, 5)) {
            each.getOutputStream().write(Clients.ECHO);
            Clients.exchange(each);
        }
        Clients.exchange(honest);
        assertThat(proxy.relays().room().halfOpen()).isZero();
        assertThat(view(proxy, "web").refused().values()).containsOnly(0L);
    }

    /** Their FIN is no word. */
    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void s16WhoHasSaidNothingAndEndedIsSilentToo(TransportKind kind) throws Exception {
        // A server that takes connections and neither speaks nor ends.
        ServerSocket mute = keep(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        Proxy proxy = start(settings(kind)
                .upstream("mute", "127.0.0.1:" + mute.getLocalPort())
                .limits(200, 0, 3)
                .listener("web", "mute"));
        for (int i = 1; i <= 6; i++) {
            clients.connect("127.0.1." + i, at(proxy, "web")).shutdownOutput();
        }
        // Who was accepted may not be half-open yet, and who is half-open no more may not be counted among the closed.
        await().untilAsserted(() -> assertThat(madeRoom(proxy)).isEqualTo(3));
        assertThat(proxy.relays().room().halfOpen()).isEqualTo(3);
        assertThat(view(proxy, "web").accepted()).isEqualTo(6);
    }

    /** Those that MPP spares take the places: nobody goes in vain, and the newcomer is told at once. */
    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void s16NobodyGoesWhereThatWouldNotMakeRoom(TransportKind kind) throws Exception {
        Proxy proxy = start(settings(kind)
                .limits(10, 0.5)
                .refusal(Refusal.RESET)
                .listener("web", "pool")
                .listener("office", "127.0.0.1:0", "pool", NetworkProfile.PRIVATE));
        List<Socket> silent = silent(proxy, "web", 4);
        List<Socket> spared = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            spared.add(talking(proxy, "office"));
        }
        awaitSilence(proxy);
        clients.assertTurnedAway(HONEST, at(proxy, "web"));
        assertThat(madeRoom(proxy)).isZero();
        assertThat(view(proxy, "web").refused()).containsEntry(RefusalReason.MAX_CONNECTIONS, 1L);
        for (Socket each : silent) {
            each.getOutputStream().write(Clients.ECHO);
            Clients.exchange(each);
        }
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void s16WhoeverHasSpokenStaysWhateverComes(TransportKind kind) throws Exception {
        Proxy proxy = start(settings(kind).limits(400, 0, 2).listener("web", "pool"));
        List<Socket> honest = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            honest.add(talking(proxy, "web"));
        }
        for (int i = 0; i < 300; i++) {
            clients.silent(1, "127.0.2." + (i % 250 + 1), at(proxy, "web"));
        }
        await().until(() -> view(proxy, "web").accepted() == 320);
        awaitActive(proxy, 22);
        for (Socket each : honest) {
            Clients.exchange(each);
        }
        assertThat(madeRoom(proxy)).isEqualTo(298);
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void s16AFullProxyMakesRoomInsteadOfResettingNewcomers(TransportKind kind) throws Exception {
        full(kind, Refusal.RESET);
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void s16AFullProxyMakesRoomInsteadOfHavingNewcomersWait(TransportKind kind) throws Exception {
        full(kind, Refusal.PAUSE);
    }

    private void full(TransportKind kind, Refusal refusal) throws Exception {
        Proxy proxy = start(settings(kind).limits(10, 0).refusal(refusal).listener("web", "pool"));
        List<Socket> honest = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            honest.add(talking(proxy, "web"));
        }
        List<Socket> silent = silent(proxy, "web", 6);
        awaitSilence(proxy);
        for (int i = 0; i < 6; i++) {
            honest.add(talking(proxy, "web"));
            Clients.assertReset(silent.get(i));
        }
        for (Socket each : honest) {
            Clients.exchange(each);
        }
        assertThat(proxy.relays().active()).isEqualTo(10);
        assertThat(proxy.relays().room().made()).containsEntry(Shortage.MAX_CONNECTIONS, 6L);
        assertThat(view(proxy, "web").refused().values()).containsOnly(0L);
        if (refusal == Refusal.RESET) {
            clients.assertTurnedAway(HONEST, at(proxy, "web"));
            assertThat(view(proxy, "web").refused()).containsEntry(RefusalReason.MAX_CONNECTIONS, 1L);
        }
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void s16WhoHasJustComeIsNotSilentYet(TransportKind kind) throws Exception {
        Proxy proxy = start(settings(kind).limits(10, 0).refusal(Refusal.RESET).listener("web", "pool"));
        long began = System.nanoTime();
        clients.silent(10, CROWD, at(proxy, "web"));
        long newcomers = 0;
        long made;
        do {
            connectQuietly(proxy);
            newcomers++;
            made = madeRoom(proxy);
            // Nobody can have been there for longer than that.
            if (System.nanoTime() - began < TimeUnit.MILLISECONDS.toNanos(200)) {
                assertThat(made).isZero();
            }
        } while (made == 0);
        long came = newcomers;
        // For each of them one went, or it was turned away: there was nobody who might go for it.
        await().untilAsserted(() -> assertThat(
                        madeRoom(proxy) + view(proxy, "web").refused().get(RefusalReason.MAX_CONNECTIONS))
                .as(
                        "made room, or refused for want of it: %s",
                        view(proxy, "web").refused())
                .isEqualTo(came));
        assertThat(view(proxy, "web").accepted()).isEqualTo(10 + madeRoom(proxy));
        assertThat(proxy.relays().active()).isEqualTo(10);
    }

    /** One event loop does not come to what it is asked for, while the other asks again and again. */
    @Test
    void s16ASlowEventLoopMakesRoomOnceForEachNewcomer() throws Exception {
        Proxy proxy = start(settings(TransportKind.EPOLL).limits(30, 0).listener("web", "pool"));
        silent(proxy, "web", 30);
        awaitSilence(proxy);
        CountDownLatch slow = new CountDownLatch(1);
        CountDownLatch held = new CountDownLatch(1);
        proxy.transportInUse().loops().get(0).execute(() -> {
            slow.countDown();
            awaitQuietly(held);
        });
        int newcomers = 0;
        try {
            // Or else it might still accept one, which would wait for the loop's own next turn as long as it is held.
            slow.await();
            // Those that come to the slow loop wait in the kernel; the other one has its own silent ones to close
            // first.
            while (proxy.pendingTasks().get(0) < 20) {
                assertThat(Thread.currentThread().isInterrupted())
                        .as("given up")
                        .isFalse();
                if (proxy.relaysInUse().room().waiting() == 0) {
                    assertThat(newcomers).as("newcomers that found room").isLessThan(200);
                    connectQuietly(proxy);
                    newcomers++;
                }
                Thread.onSpinWait();
            }
        } finally {
            held.countDown();
        }
        long came = newcomers;
        await().untilAsserted(() -> assertThat(view(proxy, "web").accepted()).isEqualTo(30 + came));
        await().until(() -> proxy.pendingTasks().get(0) == 0);
        assertThat(madeRoom(proxy)).isEqualTo(came);
        assertThat(proxy.relays().active()).isEqualTo(30);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    private static long oldest(Proxy proxy) {
        return proxy.connections(1000).stream()
                .mapToLong(each -> each.facts().ageNanos())
                .max()
                .orElse(0);
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void s16TheExemptNeitherCountNorGo(TransportKind kind) throws Exception {
        Proxy proxy = start(settings(kind)
                .limits(10, 0, 2)
                .refusal(Refusal.RESET)
                .listener("public", "pool")
                .listener("private", "127.0.0.1:0", "pool", NetworkProfile.PRIVATE));
        List<Socket> spared = silent(proxy, "private", 6);
        List<Socket> silent = silent(proxy, "public", 3);
        Clients.assertReset(silent.get(0));
        awaitActive(proxy, 8);
        assertThat(proxy.relays().room().halfOpen()).isEqualTo(2);
        spared.addAll(silent(proxy, "private", 2));
        awaitSilence(proxy);
        // Full: those that come now need the room of the eligible, and then there is none.
        spared.addAll(silent(proxy, "private", 2));
        Clients.assertReset(silent.get(1));
        Clients.assertReset(silent.get(2));
        clients.assertTurnedAway(HONEST, at(proxy, "public"));
        clients.assertTurnedAway(HONEST, at(proxy, "private"));
        for (Socket each : spared) {
            each.getOutputStream().write(Clients.ECHO);
            Clients.exchange(each);
        }
        assertThat(madeRoom(proxy)).isEqualTo(3);
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void s16NobodyIsClosedInADryRunOrWithoutMpp(TransportKind kind) throws Exception {
        for (SecuritySettings each : List.of(dryRun(), security(1, Toggle.DISABLED, Toggle.DEFAULT))) {
            try (Proxy proxy = start(settings(kind)
                    .limits(10, 0, 2)
                    .refusal(Refusal.RESET)
                    .security(each)
                    .listener("web", "pool"))) {
                List<Socket> silent = silent(proxy, "web", 10);
                awaitSilence(proxy);
                clients.assertTurnedAway(HONEST, at(proxy, "web"));
                for (Socket one : silent) {
                    one.getOutputStream().write(Clients.ECHO);
                    Clients.exchange(one);
                }
                assertThat(madeRoom(proxy)).isZero();
            }
        }
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void s16AClientThatWaitsForABannerIsYoungerForItButNotImmune(TransportKind kind) throws Exception {
        CountDownLatch greet = new CountDownLatch(1);
        try (TestServer greeting = new TestServer(socket -> {
            greet.await();
            socket.getOutputStream().write('2');
            socket.getInputStream().transferTo(socket.getOutputStream());
        })) {
            Proxy proxy = start(settings(kind)
                    .upstream("mail", greeting.address())
                    .limits(200, 0, 3)
                    .listener("web", "pool")
                    .listener("smtp", "mail"));
            List<Socket> silent = silent(proxy, "web", 1);
            Socket greeted = silent(proxy, "smtp", 1).get(0);
            silent.addAll(silent(proxy, "web", 1));
            greet.countDown();
            assertThat(greeted.getInputStream().read()).isEqualTo('2');
            await().until(() -> proxy.relays().sentBytes() == 1);
            awaitSilence(proxy);
            silent.addAll(silent(proxy, "web", 2));
            Clients.assertReset(silent.get(0));
            Clients.assertReset(silent.get(1));
            assertThat(madeRoom(proxy)).isEqualTo(2);
            silent.addAll(silent(proxy, "web", 1));
            Clients.assertReset(greeted);
        }
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void s16WhoWasAnsweredIsNeverClosedForRoomHoweverCloseItWas(TransportKind kind) throws Exception {
        Proxy proxy = start(settings(kind).limits(200, 0, 8).listener("web", "pool"));
        List<Socket> answered = new ArrayList<>();
        for (int round = 0; round < 20; round++) {
            // The oldest of them speaks in the very moment in which the newcomer makes it the one to go.
            Socket socket = clients.connect(CROWD, at(proxy, "web"));
            clients.silent(7, CROWD, at(proxy, "web"));
            await().pollInterval(Duration.ofMillis(1))
                    .until(() -> proxy.relays().room().halfOpen() >= 8 && ripe(proxy));
            Thread newcomer = new Thread(() -> connectQuietly(proxy));
            newcomer.start();
            if (answers(socket)) {
                answered.add(socket);
            }
            newcomer.join();
        }
        for (Socket each : answered) {
            Clients.exchange(each);
        }
        assertThat(proxy.relays().closed().get(CloseReason.INTERNAL_ERROR)).isZero();
        await().until(() -> proxy.relays().room().halfOpen() <= 8);
    }

    private static boolean ripe(Proxy proxy) {
        return oldest(proxy) > TimeUnit.MILLISECONDS.toNanos(200);
    }

    private void connectQuietly(Proxy proxy) {
        try {
            clients.silent(1, CROWD, at(proxy, "web"));
        } catch (IOException reset) {
            // It was turned away, or makes room for the next already.
        }
    }

    private static boolean answers(Socket socket) {
        try {
            socket.getOutputStream().write(Clients.ECHO);
            Clients.exchange(socket);
            return true;
        } catch (IOException | AssertionError closed) {
            return false;
        }
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void s16ALowerLimitIsMetAsNewcomersCome(TransportKind kind) throws Exception {
        Settings settings =
                settings(kind).limits(200, 0, 20).listener("web", "127.0.0.1:0", "pool", NetworkProfile.PUBLIC);
        Proxy proxy = start(settings);
        silent(proxy, "web", 20);
        proxy.reconfigure(settings.limits(200, 0, 5).build());
        assertThat(proxy.relays().active()).isEqualTo(20);
        silent(proxy, "web", 15);
        await().until(() -> proxy.relays().room().halfOpen() == 5);
        awaitActive(proxy, 5);
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void s16ABoutIsToldOnce(TransportKind kind) throws Exception {
        Proxy proxy = start(settings(kind).limits(200, 0, 1).listener("web", "pool"));
        silent(proxy, "web", 30);
        await().until(() -> !told().isEmpty());
        assertThat(told()).singleElement().isInstanceOf(Begun.class);
        assertThat(told().get(0).shortage()).isEqualTo(Shortage.HALF_OPEN);
    }

    private List<RoomEvent> told() {
        return events.stream()
                .filter(event -> event instanceof ControlEvent.Room)
                .map(event -> ((ControlEvent.Room) event).event())
                .toList();
    }
}
