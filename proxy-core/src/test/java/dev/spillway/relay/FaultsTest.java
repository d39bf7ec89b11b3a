package dev.spillway.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.spillway.connection.CloseReason;
import dev.spillway.connection.SourceGroup;
import dev.spillway.fixture.Clients;
import dev.spillway.fixture.TestServer;
import dev.spillway.security.NetworkProfile;
import dev.spillway.security.Standing;
import dev.spillway.security.Verdict;
import dev.spillway.transport.BareSocket;
import dev.spillway.transport.TcpSocket;
import dev.spillway.transport.TransportKind;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Faults of our own, want of memory as a rule: one connection ends by one, and nothing of it stays. */
@Timeout(60)
class FaultsTest {
    private static final String TRANSPORTS = "dev.spillway.fixture.Transports#all";

    private static final int WORD = 'w';
    private static final int FLOOD = 'f';
    private static final int FLOOD_BYTES = 16 << 20;

    private TestServer server;

    @BeforeEach
    void open() throws Exception {
        server = TestServer.echo();
    }

    @AfterEach
    void close() throws Exception {
        server.close();
    }

    private static void echo(Socket client) throws Exception {
        Clients.exchange(client);
    }

    private static void awaitNothingLeft(Junction junction) {
        await().untilAsserted(() -> assertThat(junction.relays().active()).isZero());
        assertThat(junction.relays().counts().heldBytes()).isZero();
        assertThat(junction.facts()).isEmpty();
        assertThat(junction.relays().counts().activeEligible()).isZero();
    }

    /** Where bytes are read, and where they are read at the moment in which the server was connected. */
    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void anErrorWhileBytesAreMovedEndsTheConnectionAndNotTheLoop(TransportKind kind) throws Exception {
        try (Junction junction = new Junction(kind, Junction.SETTINGS, server)) {
            Socket other = junction.connect(0);
            echo(other);
            junction.atFirstBytes(() -> {
                throw new OutOfMemoryError("by the test");
            });
            for (int i = 0; i < 3; i++) {
                Socket doomed = junction.connect(0);
                doomed.getOutputStream().write(42);
                Clients.assertReset(doomed);
            }
            Socket late = junction.connect(0);
            await().until(() -> junction.facts().size() == 2);
            late.getOutputStream().write(42);
            Clients.assertReset(late);
            junction.atFirstBytes(() -> {});
            echo(other);
            echo(junction.connect(0));
            await().untilAsserted(() ->
                    assertThat(junction.relays().pool().pinnedBytes()).isZero());
            assertThat(junction.relays().counts().closed()).containsEntry(CloseReason.INTERNAL_ERROR, 4L);
        }
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void aNewcomerForWhomNoRelayCanBeMadeIsClosedAndItsPlaceGivenBack(TransportKind kind) throws Exception {
        try (Junction junction = new Junction(kind, Junction.SETTINGS, server)) {
            Relays relays = junction.relays();
            EventLoop loop = junction.transport().loops().get(0);
            InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
            // Nobody has judged it: that is found out in the middle of making it known.
            Origin faulty = new Origin(
                    "main", null, SourceGroup.of(address.getAddress(), 32, 64), null, address, address, false);
            AtomicInteger ended = new AtomicInteger();
            TcpSocket client = junction.transport().newSocket(address.getAddress());
            loop.submit(() -> {
                        assertThat(relays.tryAdmit(1)).isTrue();
                        relays.open(loop, client, faulty, counting(ended));
                    })
                    .sync();
            assertThat(client.isOpen()).isFalse();
            assertThat(ended).hasValue(1);
            awaitNothingLeft(junction);
            assertThat(relays.tryAdmit(1)).as("the one place there is").isTrue();
            relays.headcount().left();
            echo(junction.connect(0));
        }
    }

    /** Its start has failed, and so has its closing: nothing waits for it, and no attempt to connect will end. */
    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void whoseStartFailedWithoutItsBeingClosedDoesNotStayForEver(TransportKind kind) throws Exception {
        try (Junction junction = new Junction(kind, Junction.SETTINGS, server)) {
            Relays relays = junction.relays();
            Socket other = junction.connect(0);
            echo(other);
            RelayShard shard = junction.relay().shard();
            InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
            Origin origin = new Origin(
                    "main",
                    junction.upstream(),
                    SourceGroup.of(address.getAddress(), 32, 64),
                    new Verdict(Standing.EXEMPT_PORT, NetworkProfile.PUBLIC, 1),
                    address,
                    address,
                    false);
            AtomicInteger ended = new AtomicInteger();
            TcpSocket client = junction.transport().newSocket(address.getAddress());
            shard.loop()
                    .submit(() -> {
                        assertThat(relays.tryAdmit(2)).isTrue();
                        shard.transport().reserve().opened();
                        shard.add(new Relay(Long.MAX_VALUE, origin, shard, client, System.nanoTime(), counting(ended)));
                    })
                    .sync();
            await().until(() -> ended.get() == 1 && relays.active() == 1);
            assertThat(client.isOpen()).isFalse();
            assertThat(relays.counts().closed()).containsEntry(CloseReason.UPSTREAM_UNREACHABLE, 1L);
            echo(other);
        }
    }

    private static Milestones counting(AtomicInteger ended) {
        return new Milestones() {
            @Override
            public boolean awaitFirstByte() {
                return false;
            }

            @Override
            public void firstByte() {}

            @Override
            public void ended() {
                ended.incrementAndGet();
            }
        };
    }

    /** Which of its events a relay misses. */
    private enum Lost {
        BYTES,
        END,
        ROOM
    }

    /** An event that goes to somebody else. */
    @ParameterizedTest
    @EnumSource(Lost.class)
    @EnabledOnOs(OS.LINUX)
    void aConnectionThatMissesAnEventIsHelpedOnAndItIsCounted(Lost what) throws Exception {
        try (TestServer flooding = new TestServer(FaultsTest::echoOrFlood);
                Junction junction = new Junction(TransportKind.EPOLL, Junction.SETTINGS, flooding)) {
            Socket client = junction.connect(0);
            echo(client);
            Relay relay = junction.relay();
            BareSocket bare = (BareSocket) relay.client();
            AtomicInteger missed = new AtomicInteger();
            BareSocket.Owner owner = (BareHalf) relay.path().fromClient();
            AtomicBoolean over = new AtomicBoolean();
            Thread looking = new Thread(() -> look(junction.relays(), over));
            BareSocket.Owner deaf = new BareSocket.Owner() {
                @Override
                public void ready(BareSocket socket, int events) {
                    if (what != Lost.ROOM) {
                        missed.incrementAndGet();
                        bare.owner(owner);
                    } else {
                        // All of them: that there is room the kernel may tell again when more is taken.
                        missed.addAndGet((events & BareSocket.WRITABLE) == 0 ? 0 : 1);
                        owner.ready(socket, events & ~BareSocket.WRITABLE);
                    }
                }

                @Override
                public void failed(Throwable fault) {
                    owner.failed(fault);
                }
            };
            if (what == Lost.ROOM) {
                client.getOutputStream().write(FLOOD);
                await().until(() -> relay.facts(System.nanoTime()).heldBytes() > 0);
            }
            EventLoop loop = junction.transport().loops().get(0);
            loop.submit(() -> bare.owner(deaf)).sync();
            switch (what) {
                case BYTES -> client.getOutputStream().write(WORD);
                case END -> client.shutdownOutput();
                default -> {
                    // The client makes room by reading, below.
                }
            }
            // What is looked at before that is found idle, and not looked at again for half a minute.
            await().until(() -> what == Lost.ROOM || missed.get() > 0);
            loop.submit(() -> relay.stir(System.nanoTime())).sync();
            looking.start();
            switch (what) {
                case BYTES -> assertThat(client.getInputStream().read()).isEqualTo(WORD);
                case END -> assertThat(client.getInputStream().read()).isEqualTo(-1);
                default ->
                    assertThat(client.getInputStream().readNBytes(FLOOD_BYTES)).hasSize(FLOOD_BYTES);
            }
            over.set(true);
            looking.join();
            // What a nudge has sent can be read before it is counted.
            loop.submit(() -> {}).sync();
            long helped = junction.relays().counts().lostEvents();
            if (what == Lost.ROOM) {
                assertThat(missed.get()).isPositive();
                assertThat(helped).isPositive();
            } else {
                assertThat(missed).hasValue(1);
                assertThat(helped).isEqualTo(1);
            }
            junction.loses(helped);
        }
    }

    /** Has all relays looked at again and again: of one that is idle that would take minutes. */
    private static void look(Relays relays, AtomicBoolean over) {
        try {
            while (!over.get()) {
                relays.sample(TimeUnit.SECONDS.toNanos(1), 10_000);
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    private static void echoOrFlood(Socket socket) throws IOException {
        for (int word = socket.getInputStream().read();
                word >= 0;
                word = socket.getInputStream().read()) {
            socket.getOutputStream().write(word == FLOOD ? new byte[FLOOD_BYTES] : new byte[] {(byte) word});
        }
        socket.shutdownOutput();
    }
}
