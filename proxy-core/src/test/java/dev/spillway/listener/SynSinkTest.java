package dev.spillway.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.spillway.fixture.Newcomer;
import dev.spillway.syn.Compilation;
import dev.spillway.syn.Destinations;
import dev.spillway.syn.Steering;
import dev.spillway.syn.SynCompiler;
import dev.spillway.syn.SynOrder;
import dev.spillway.syn.SynProgram;
import dev.spillway.syn.SynRules;
import dev.spillway.transport.Caller;
import dev.spillway.transport.FilterRefused;
import dev.spillway.transport.Transport;
import dev.spillway.transport.TransportKind;
import dev.spillway.transport.TransportSettings;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.SocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The sinkhole beside real sockets: who gets to it, who to them, and what becomes of it when they go. */
@Timeout(120)
class SynSinkTest {
    private static final String TRANSPORTS = "dev.spillway.fixture.KernelFilters#transports";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int MANY = 400;

    private final List<ServerChannel> members = new CopyOnWriteArrayList<>();
    private final List<Queue<String>> taken = new CopyOnWriteArrayList<>();
    private final Queue<FilterRefused> refusals = new ConcurrentLinkedQueue<>();
    private final LongAdder dropped = new LongAdder();
    private Transport transport;
    private InetSocketAddress bound;
    private SynSink sink;

    private void listen(TransportKind kind, String address, int sockets) throws Exception {
        transport = Transport.open(new TransportSettings(Optional.of(kind), 2));
        bound = new InetSocketAddress(address, 0);
        for (int i = 0; i < sockets; i++) {
            join();
        }
        sink = new SynSink(transport, () -> members, () -> bound, dropped::add);
    }

    /** One socket more at the same address, which takes whoever comes. */
    private ServerChannel join() {
        Queue<String> here = new ConcurrentLinkedQueue<>();
        ServerChannel channel = transport.newServerSocket(bound);
        channel.config().setOption(ChannelOption.SO_BACKLOG, 1000);
        channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object message) {
                Caller caller = message instanceof SocketChannel child
                        ? Caller.of(child)
                        : message instanceof Caller other ? other : null;
                if (caller != null) {
                    here.add(String.valueOf(caller.remote()));
                    caller.letIn().close();
                }
            }
        });
        EventLoop loop = transport.loops().get(members.size() % 2);
        loop.register(channel).syncUninterruptibly();
        channel.bind(bound).syncUninterruptibly();
        bound = new InetSocketAddress(bound.getAddress(), ((InetSocketAddress) channel.localAddress()).getPort());
        members.add(channel);
        taken.add(here);
        return channel;
    }

    @AfterEach
    void close() {
        if (sink != null) {
            sink.end();
            members.forEach(member -> member.close().syncUninterruptibly());
            transport.close();
        }
    }

    private void apply(double rate) {
        Steering steering = sink.steering().orElseThrow();
        Compilation made = new SynCompiler(steering.target(), SynProgram.MOST_INSTRUCTIONS)
                .compile(new SynRules(SynOrder.of(rate), Destinations.ALL));
        sink.apply(steering, ((Compilation.Whole) made).program(), refusals::add)
                .join();
    }

    private InetSocketAddress at(String address) {
        return new InetSocketAddress(address, bound.getPort());
    }

    private boolean letsIn(InetSocketAddress to) throws Exception {
        long before = dropped.sum();
        try (Newcomer newcomer = new Newcomer(to)) {
            return newcomer.settled(() -> {
                sink.count();
                return dropped.sum() > before;
            });
        }
    }

    private long takenInAll() {
        return taken.stream().mapToLong(Queue::size).sum();
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void whoIsKeptOutComesInByItselfWhenItIsOpenedAndEachSynIsCountedOnce(TransportKind kind) throws Exception {
        listen(kind, "127.0.0.1", 2);
        apply(1);
        assertThat(refusals).isEmpty();
        assertThat(sink.inForce()).isTrue();
        List<Newcomer> waiting = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            waiting.add(new Newcomer(bound));
        }
        await().atMost(PATIENCE).until(() -> {
            sink.count();
            return dropped.sum() >= 50;
        });
        assertThat(waiting).noneMatch(Newcomer::connected);
        // Those that have filled it were seen by nobody.
        assertThat(takenInAll()).isZero();

        sink.open().join();
        assertThat(sink.inForce()).isFalse();
        await().atMost(PATIENCE).until(() -> waiting.stream().allMatch(Newcomer::connected));
        for (Newcomer each : waiting) {
            each.close();
        }
        await().atMost(PATIENCE).until(() -> takenInAll() == 50);
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void whoIsNotToBeDroppedIsSpreadOverAllSocketsAndNobodyIsLost(TransportKind kind) throws Exception {
        listen(kind, "127.0.0.1", 3);
        apply(0);
        for (int i = 0; i < MANY; i++) {
            assertThat(letsIn(bound)).isTrue();
        }
        assertThat(dropped.sum()).isZero();
        await().atMost(PATIENCE).until(() -> takenInAll() == MANY);
        assertThat(taken).allSatisfy(each -> assertThat(each.size()).isBetween(MANY / 5, MANY / 2));
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void itWorksAtEveryKindOfAddress(TransportKind kind) throws Exception {
        for (String address : new String[] {"127.0.0.1", "::1", "0.0.0.0", "::", "127.9.8.7"}) {
            listen(kind, address, 2);
            apply(1);
            assertThat(refusals).as(address).isEmpty();
            InetAddress asked = InetAddress.getByName(address);
            if (!asked.isAnyLocalAddress()) {
                assertThat(letsIn(bound)).as(address).isFalse();
            } else {
                assertThat(letsIn(at("127.0.0.1"))).as(address).isFalse();
                if (address.equals("::")) {
                    assertThat(letsIn(at("::1"))).as(address).isFalse();
                }
            }
            close();
            members.clear();
            taken.clear();
        }
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void whenASocketClosesItGoesAndComesBackForThoseThatAreLeft(TransportKind kind) throws Exception {
        for (int which = 0; which < 2; which++) {
            listen(kind, "127.0.0.1", 3);
            apply(1);
            assertThat(letsIn(bound)).isFalse();

            ServerChannel closing = members.get(which);
            closing.close().syncUninterruptibly();
            sink.socketClosed();
            await().atMost(PATIENCE).until(() -> sink.descriptor() < 0 && !sink.inForce());
            for (int i = 0; i < 50; i++) {
                try (Newcomer newcomer = new Newcomer(bound)) {
                    await().atMost(PATIENCE).until(newcomer::connected);
                }
            }

            await().atMost(PATIENCE).until(() -> {
                apply(1);
                return sink.attached() != null;
            });
            assertThat(sink.steering().orElseThrow().members()).isEqualTo(2);
            for (int i = 0; i < 20; i++) {
                assertThat(letsIn(bound)).isFalse();
            }
            apply(0);
            for (int i = 0; i < MANY / 4; i++) {
                assertThat(letsIn(bound)).isTrue();
            }
            close();
            members.clear();
            taken.clear();
        }
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void aSocketThatNobodyKnowsOfIsFoundOutAndNobodyIsDropped(TransportKind kind) throws Exception {
        listen(kind, "127.0.0.1", 1);
        ServerChannel stranger = join();
        members.remove(stranger);
        apply(1);
        assertThat(refusals)
                .singleElement()
                .satisfies(why -> assertThat(why).hasMessageContaining("don't come to where they are sent"));
        assertThat(sink.refused()).isTrue();
        assertThat(sink.inForce()).isFalse();
        long before = takenInAll();
        for (int i = 0; i < 50; i++) {
            assertThat(letsIn(bound)).isTrue();
        }
        await().atMost(PATIENCE).until(() -> takenInAll() >= before + 50);
        stranger.close().syncUninterruptibly();
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void anOrderThatChangesQuicklyEndsAsTheLastOneSays(TransportKind kind) throws Exception {
        listen(kind, "127.0.0.1", 2);
        for (int i = 0; i < 20; i++) {
            Steering steering = sink.steering().orElseThrow();
            Compilation made = new SynCompiler(steering.target(), SynProgram.MOST_INSTRUCTIONS)
                    .compile(new SynRules(SynOrder.of(1), Destinations.ALL));
            // Not awaited.
            sink.apply(steering, ((Compilation.Whole) made).program(), refusals::add);
            sink.open();
        }
        apply(1);
        assertThat(letsIn(bound)).isFalse();
        sink.open().join();
        assertThat(letsIn(bound)).isTrue();
        assertThat(sink.attached()).isNull();
        assertThat(sink.descriptor()).isNegative();
        sink.end();
        apply(1);
        assertThat(letsIn(bound)).isTrue();
        assertThat(refusals).isEmpty();
    }
}
