package dev.spillway.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.is;

import dev.spillway.ProxySettings;
import dev.spillway.connection.RefusalReason;
import dev.spillway.connection.SourceGroup;
import dev.spillway.fixture.Settings;
import dev.spillway.limit.ConnectionLimits;
import dev.spillway.relay.Relays;
import dev.spillway.security.NetworkMap;
import dev.spillway.security.SecuritySettings;
import dev.spillway.security.Surroundings;
import dev.spillway.security.Verdict;
import dev.spillway.transport.TcpSocket;
import dev.spillway.transport.Transport;
import dev.spillway.transport.TransportKind;
import dev.spillway.upstream.Upstreams;
import io.netty.channel.EventLoop;
import io.netty.channel.ServerChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who waits and who is told what, of newcomers that find no room at one listening socket. */
@Timeout(30)
class PlacementTest {
    private static final int PLACES = 10;
    /** As many as may wait at one socket. */
    private static final int LINE = 64;

    private final List<TcpSocket> sockets = new ArrayList<>();
    private final List<RefusalReason> refused = new CopyOnWriteArrayList<>();
    private final AtomicInteger admitted = new AtomicInteger();
    private final InetSocketAddress local = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    private volatile ConnectionLimits limits = new ConnectionLimits(PLACES, 0);
    private Supplier<AdmissionPolicy> policies = () -> pausing(limits);
    private Transport transport;
    private Relays relays;
    private Listener listener;
    private EventLoop loop;
    private Placement placement;

    @BeforeEach
    void open() throws Exception {
        ProxySettings settings = Settings.of(TransportKind.NIO)
                .limits(2 * PLACES, 0)
                .upstream("pool", "127.0.0.1:1")
                .listener("main", "pool")
                .build();
        transport = Transport.open(settings.transport());
        loop = transport.loops().get(0);
        relays = new Relays(settings.relay(), 2 * PLACES, transport);
        Listener.Shared shared = new Listener.Shared(
                transport,
                relays,
                () -> policies.get(),
                () -> SecuritySettings.DEFAULTS,
                Surroundings.fixed(NetworkMap.of(List.of())),
                new LongAdder());
        listener = new Listener(
                settings.listeners().get(0),
                shared,
                new Upstreams(transport).arrange(settings.upstreams()).named("pool"),
                new ListeningSockets(local, shared));
        ServerChannel channel = transport.newServerSocket();
        loop.register(channel).sync();
        placement = new Placement(channel, () -> listener, new Placement.Door() {
            @Override
            public void admit(Newcomer newcomer) {
                admitted.incrementAndGet();
            }

            @Override
            public void refuse(Newcomer newcomer, RefusalReason reason) {
                refused.add(reason);
            }

            @Override
            public void waitForRoom() {}

            @Override
            public void goOn() {}
        });
    }

    @AfterEach
    void close() {
        sockets.forEach(TcpSocket::close);
        transport.close();
    }

    private static AdmissionPolicy pausing(ConnectionLimits limits) {
        return new AdmissionPolicy(limits, true, 32, 64);
    }

    private static AdmissionPolicy refusing(ConnectionLimits limits) {
        return new AdmissionPolicy(limits, false, 32, 64);
    }

    /** Lets newcomers wait so many times that it is asked, and after that refuses them, with room for more. */
    private void roomFrom(int asked) {
        AtomicInteger left = new AtomicInteger(asked);
        policies = () -> left.getAndDecrement() > 0
                ? pausing(new ConnectionLimits(PLACES, 0))
                : refusing(new ConnectionLimits(2 * PLACES, 0));
    }

    private void takeAllPlaces() {
        for (int i = 0; i < PLACES; i++) {
            assertThat(relays.tryAdmit(PLACES)).isTrue();
        }
    }

    private void place(int count) {
        for (int i = 0; i < count; i++) {
            TcpSocket child = transport.newSocket(InetAddress.getLoopbackAddress());
            sockets.add(child);
            Verdict verdict = listener.judge(local, local);
            SourceGroup source = SourceGroup.of(local.getAddress(), 32, 64);
            placement.place(new Newcomer(child, local, local, verdict, source, (RateGuard.Pass)
                    listener.rateGuard().ask(source, true)));
        }
    }

    private void fill() {
        takeAllPlaces();
        place(LINE);
        assertThat(refused).isEmpty();
    }

    /**
     * As when another event loop closes somebody for one who waits, at whichever moment after those who wait have found no room: each of
     * them has asked for the policy by then, and so has the newcomer, once.
     */
    @Test
    void whoFindsTheLineFullWasKeptOutByTheLimitThoughAPlaceIsFreeInThatMoment() throws Exception {
        int moments = 10;
        loop.submit(() -> {
                    fill();
                    for (int asked = LINE + 1; asked <= LINE + moments; asked++) {
                        AtomicInteger left = new AtomicInteger(asked);
                        policies = () ->
                                pausing(new ConnectionLimits(left.getAndDecrement() == 0 ? 2 * PLACES : PLACES, 0));
                        place(1);
                    }
                    policies = () -> pausing(limits);
                })
                .sync();
        assertThat(admitted).hasValue(0);
        assertThat(refused).hasSize(moments).containsOnly(RefusalReason.MAX_CONNECTIONS);
    }

    @Test
    void whoFindsTheLineFullWhenTheReserveIsSpentWasKeptOutByDescriptors() throws Exception {
        loop.submit(() -> {
                    fill();
                    limits = new ConnectionLimits(2 * PLACES, 0);
                    transport.reserve().measured(1_000, 1_000);
                    place(16);
                })
                .sync();
        assertThat(refused).hasSize(16).containsOnly(RefusalReason.NO_DESCRIPTORS);
    }

    /** At whichever moment of its placement the policy is swapped. */
    @ParameterizedTest
    @MethodSource("momentsOfASwap")
    void aNewcomerIsNotRefusedForRoomThatTheRefusingPolicyHas(int asked) throws Exception {
        loop.submit(() -> {
                    takeAllPlaces();
                    roomFrom(asked);
                    place(1);
                })
                .sync();
        await().untilAtomic(admitted, is(1));
        assertThat(refused).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("momentsOfASwap")
    void whoWaitsAndWhoFollowsAreNotRefusedForRoomThatTheRefusingPolicyHas(int asked) throws Exception {
        loop.submit(() -> {
                    takeAllPlaces();
                    place(2);
                    roomFrom(asked);
                    place(1);
                })
                .sync();
        await().untilAtomic(admitted, is(3));
        assertThat(refused).isEmpty();
    }

    /** More than a newcomer's placement and the look after it ask. */
    static IntStream momentsOfASwap() {
        return IntStream.range(0, 30);
    }

    @Test
    void whoWaitedIsRefusedByARefusingPolicyWithoutMoreRoom() throws Exception {
        loop.submit(() -> {
                    takeAllPlaces();
                    place(2);
                    policies = () -> refusing(limits);
                })
                .sync();
        await().until(() -> refused.size() == 2);
        assertThat(refused).containsOnly(RefusalReason.MAX_CONNECTIONS);
    }
}
