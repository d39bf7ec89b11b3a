package dev.spillway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.spillway.connection.CloseReason;
import dev.spillway.connection.Phase;
import dev.spillway.fixture.Settings;
import dev.spillway.fixture.TestServer;
import dev.spillway.security.NetworkProfile;
import dev.spillway.transport.TransportKind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The same relay where the server is connected when the client has said something, and what is different then. */
class AtFirstByteTest extends RelayTest {
    private static final String TRANSPORTS = "dev.spillway.fixture.Transports#all";

    @Override
    Settings settings(TransportKind kind) {
        return Settings.of(kind).connectAtFirstByte();
    }

    // In these the server speaks first, which is what this way of relaying is not for; they are no tests here.

    @Override
    void anEndOfTheServerReachesTheClientWhoMayStillSend(TransportKind kind) {}

    @Override
    void aResetOfTheClientReachesTheServerAsAReset(TransportKind kind) {}

    @Override
    void aClientThatDoesNotReadStopsTheServerAndHoldsOneBufferAtMost(TransportKind kind) {}

    @Override
    void whatAServerSentBeforeItsEndStaysInTheKernelUntilTheClientReads(TransportKind kind) {}

    @Override
    void aDrainResetsWhatIsLeftAtItsDeadline(TransportKind kind) {}

    /** How many there are in that phase; who has a place may not be among those that are known yet. */
    private static long in(Phase phase, Proxy proxy) {
        return proxy.connections(1000).stream()
                .filter(each -> each.facts().phase() == phase)
                .count();
    }

    private static void awaitWaiting(Proxy proxy, int count) {
        await().until(() -> in(Phase.WAITING, proxy) == count);
        assertThat(proxy.relays().active()).isEqualTo(count);
    }

    private static void reset(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void aSilentClientNeverReachesTheServer(TransportKind kind) throws Exception {
        TestServer server = keep(TestServer.echo());
        Proxy proxy = front(kind, server);
        for (int i = 0; i < 20; i++) {
            connect(proxy);
        }
        awaitWaiting(proxy, 20);
        assertThat(proxy.upstreams().get(0).connected()).isZero();
        assertThat(server.accepted()).isZero();
        assertThat(proxy.relays().heldBytes()).isZero();
        assertThat(proxy.connections(1).get(0).facts().silent()).isTrue();
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void aClientThatEndsWithoutAByteIsConnectedAndAnswered(TransportKind kind) throws Exception {
        TestServer server = keep(new TestServer(socket -> {
            int got = socket.getInputStream().readAllBytes().length;
            socket.getOutputStream().write(("got " + got).getBytes());
        }));
        Proxy proxy = front(kind, server);
        Socket client = connect(proxy);
        awaitWaiting(proxy, 1);
        client.shutdownOutput();
        assertThat(new String(client.getInputStream().readAllBytes())).isEqualTo("got 0");
        awaitNothingHeld(proxy);
        assertThat(proxy.relays().closed().get(CloseReason.FINISHED)).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void whatIsSaidTogetherWithTheEndArrivesWithIt(TransportKind kind) throws Exception {
        TestServer server = keep(new TestServer(socket -> {
            int got = socket.getInputStream().readAllBytes().length;
            socket.getOutputStream().write(("got " + got).getBytes());
        }));
        Proxy proxy = front(kind, server);
        for (int size : new int[] {1, 2048, 2049, 300_000}) {
            Socket client = connect(proxy);
            client.getOutputStream().write(new byte[size]);
            client.shutdownOutput();
            assertThat(new String(client.getInputStream().readAllBytes())).isEqualTo("got " + size);
        }
        awaitNothingHeld(proxy);
        assertThat(proxy.relays().closed().get(CloseReason.FINISHED)).isEqualTo(4);
        assertThat(proxy.relays().receivedBytes()).isEqualTo(1 + 2048 + 2049 + 300_000);
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void aClientThatResetsWithoutAByteIsGoneAtOnceAndNobodyElseHears(TransportKind kind) throws Exception {
        TestServer server = keep(TestServer.echo());
        Proxy proxy = front(kind, server);
        Socket client = connect(proxy);
        awaitWaiting(proxy, 1);
        reset(client);
        awaitNothingHeld(proxy);
        assertThat(proxy.relays().closed().get(CloseReason.CLIENT_RESET)).isEqualTo(1);
        assertThat(proxy.upstreams().get(0).connected()).isZero();
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void theFirstByteTimeoutHoldsBeforeThereIsAServer(TransportKind kind) throws Exception {
        TestServer server = keep(TestServer.echo());
        Proxy proxy = start(settings(kind)
                .firstByte(Duration.ofMillis(500))
                .listener("main", "pool")
                .upstream("pool", server.address()));
        Socket client = connect(proxy);
        assertThatThrownBy(() -> client.getInputStream().read())
                .isInstanceOf(SocketException.class)
                .hasMessageContaining("reset");
        await().until(() -> proxy.relays().closed().get(CloseReason.FIRST_BYTE_TIMEOUT) == 1);
        assertThat(proxy.upstreams().get(0).connected()).isZero();
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void whoSpeaksDuringADrainIsServed(TransportKind kind) throws Exception {
        TestServer server = keep(TestServer.echo());
        Proxy proxy = front(kind, server);
        Socket client = connect(proxy);
        awaitWaiting(proxy, 1);
        CompletionStage<Integer> drained = proxy.drain();
        await().until(() -> proxy.state() == ProxyView.State.DRAINING);
        client.getOutputStream().write(7);
        assertThat(client.getInputStream().read()).isEqualTo(7);
        client.shutdownOutput();
        assertThat(client.getInputStream().read()).isEqualTo(-1);
        assertThat(drained.toCompletableFuture().get()).isZero();
    }

    /** A server whose queue is full answers no SYN: its connection stays under way. */
    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void whatWasSaidIsGivenBackWhenTheServerCanNotBeConnected(TransportKind kind) throws Exception {
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            for (int i = 0; i < 4; i++) {
                Socket filling = keep(new Socket());
                try {
                    filling.connect(full.getLocalSocketAddress(), 200);
                } catch (IOException enough) {
                    break;
                }
            }
            Proxy proxy = start(settings(kind)
                    .connectTimeout(Duration.ofSeconds(1))
                    .listener("main", "pool")
                    .upstream("pool", "127.0.0.1:" + full.getLocalPort()));
            Socket client = connect(proxy);
            client.getOutputStream().write(new byte[5000]);
            // On epoll the kernel keeps what was said; elsewhere we hold it, once it was read.
            // Each is in that phase for a moment before it waits for its client, too.
            await().until(() -> in(Phase.CONNECTING, proxy) == 1
                    && (kind == TransportKind.EPOLL || proxy.relays().heldBytes() > 0));
            assertThat(proxy.relays().heldBytes() > 0).isEqualTo(kind != TransportKind.EPOLL);
            Socket gone = connect(proxy);
            gone.getOutputStream().write(1);
            await().until(() -> proxy.relays().active() == 2);
            reset(gone);
            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
            awaitNothingHeld(proxy);
        }
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void whoIsSilentMakesRoomAndWhoSpeaksDoesNot(TransportKind kind) throws Exception {
        TestServer server = keep(TestServer.echo());
        Proxy proxy =
                start(settings(kind).limits(100, 0, 2).listener("main", "pool").upstream("pool", server.address()));
        Socket speaking = connect(proxy);
        speaking.getOutputStream().write(7);
        assertThat(speaking.getInputStream().read()).isEqualTo(7);
        for (int i = 0; i < 30; i++) {
            connect(proxy);
        }
        await().until(() -> proxy.relays().closed().get(CloseReason.MADE_ROOM) == 28);
        speaking.getOutputStream().write(8);
        assertThat(speaking.getInputStream().read()).isEqualTo(8);
        assertThat(proxy.upstreams().get(0).connected()).isEqualTo(1);
    }

    /** So that whoever connects afterwards meets it. */
    @Test
    void aChangeWaitsUntilTheEventLoopsHaveTakenIt() throws Exception {
        TestServer server = keep(TestServer.echo());
        Proxy proxy = start(settings(TransportKind.EPOLL)
                .deferAccept(Duration.ofSeconds(30))
                .listener("main", "pool")
                .upstream("pool", server.address()));
        CountDownLatch held = new CountDownLatch(1);
        Thread changing = new Thread(() -> reconfigure(
                proxy,
                settings(TransportKind.EPOLL)
                        .listener("main", "127.0.0.1:0", "pool", NetworkProfile.PUBLIC)
                        .upstream("pool", server.address())));
        try {
            proxy.transportInUse().loops().forEach(loop -> loop.execute(() -> awaitQuietly(held)));
            changing.start();
            await().pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> changing.getState() == Thread.State.TIMED_WAITING);
        } finally {
            held.countDown();
        }
        changing.join();
        connect(proxy);
        await().until(() -> proxy.relays().active() == 1);
    }

    /** They are waited for when everything else is done, all of them for one time, and who would close the proxy need not wait too. */
    @Test
    void nobodyWaitsBehindAChangeThatEventLoopsHaveNotTakenYet() throws Exception {
        TestServer server = keep(TestServer.echo());
        Settings deferring = settings(TransportKind.EPOLL).deferAccept(Duration.ofSeconds(30));
        Settings next = settings(TransportKind.EPOLL);
        for (String name : List.of("one", "two", "three")) {
            deferring.listener(name, "pool");
            next.listener(name, "pool");
        }
        Proxy proxy = start(deferring.upstream("pool", server.address()));
        next.upstream("pool", server.address());
        CountDownLatch held = new CountDownLatch(1);
        Thread changing = new Thread(() -> reconfigure(proxy, next));
        try {
            proxy.transportInUse().loops().forEach(loop -> loop.execute(() -> awaitQuietly(held)));
            changing.start();
            await().pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> proxy.settings().listeners().stream()
                            .allMatch(each -> each.deferAccept().isZero()));
            synchronized (proxy) {
                assertThat(changing.isAlive()).as("the change waits still").isTrue();
            }
        } finally {
            held.countDown();
        }
        changing.join();
    }

    private static void reconfigure(Proxy proxy, Settings settings) {
        try {
            proxy.reconfigure(settings.build());
        } catch (BindFailure refused) {
            throw new IllegalStateException(refused);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void theKernelKeepsASilentClientToItselfWhereItCan(TransportKind kind) throws Exception {
        TestServer server = keep(TestServer.echo());
        Proxy proxy = start(settings(kind)
                .deferAccept(Duration.ofSeconds(30))
                .listener("main", "pool")
                .upstream("pool", server.address()));
        Socket silent = connect(proxy);
        Socket speaking = connect(proxy);
        speaking.getOutputStream().write(7);
        assertThat(speaking.getInputStream().read()).isEqualTo(7);
        assertThat(proxy.relays().active()).isEqualTo(kind == TransportKind.NIO ? 2 : 1);
        silent.getOutputStream().write(8);
        assertThat(silent.getInputStream().read()).isEqualTo(8);
        InetSocketAddress at = proxy.listeners().get(0).bound();
        proxy.reconfigure(Settings.of(kind)
                .connectAtFirstByte()
                .listener("main", "127.0.0.1:0", "pool", NetworkProfile.PUBLIC)
                .upstream("pool", server.address())
                .build());
        assertThat(proxy.listeners().get(0).bound()).isEqualTo(at);
        long before = proxy.relays().active();
        connect(proxy);
        await().until(() -> proxy.relays().active() == before + 1);
    }
}
