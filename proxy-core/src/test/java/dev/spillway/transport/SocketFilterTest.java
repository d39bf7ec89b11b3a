package dev.spillway.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spillway.fixture.KernelFilters;
import dev.spillway.fixture.Newcomer;
import dev.spillway.security.AddressBlock;
import dev.spillway.security.Family;
import dev.spillway.syn.Compilation;
import dev.spillway.syn.DeniedPrefix;
import dev.spillway.syn.Destinations;
import dev.spillway.syn.Instruction;
import dev.spillway.syn.Prefix;
import dev.spillway.syn.SynCompiler;
import dev.spillway.syn.SynOrder;
import dev.spillway.syn.SynProgram;
import dev.spillway.syn.SynRules;
import dev.spillway.syn.Target;
import dev.spillway.syngate.GateKind;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** That the kernel does with SYNs on loopback what the interpreter of the tests does with bytes. */
@Timeout(120)
class SocketFilterTest {
    private static final String TRANSPORTS = "dev.spillway.fixture.KernelFilters#transports";
    private static final int SAMPLES = 8000;

    private final Queue<SocketChannel> accepted = new ConcurrentLinkedQueue<>();
    private Transport transport;
    private ServerChannel channel;
    private SocketFilter filter;
    private SocketGauge gauge;

    @Sharable
    private static final class Keeping extends ChannelInboundHandlerAdapter {
        private final Queue<SocketChannel> accepted;

        Keeping(Queue<SocketChannel> accepted) {
            this.accepted = accepted;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            accepted.add((SocketChannel) message);
        }
    }

    private void listen(TransportKind kind, String address) throws Exception {
        Optional<String> lack = KernelFilters.lack(GateKind.KERNEL_FILTER, kind);
        assumeTrue(lack.isEmpty(), () -> "no kernel filter here: " + lack.get());
        transport = Transport.open(new TransportSettings(Optional.of(kind), 1));
        channel = transport.newServerSocket();
        channel.config().setOption(ChannelOption.SO_BACKLOG, 4096);
        channel.pipeline().addLast(new Keeping(accepted));
        transport.loops().get(0).register(channel).syncUninterruptibly();
        channel.bind(new InetSocketAddress(address, 0)).syncUninterruptibly();
        filter = new SocketFilter(channel);
        gauge = transport.newGauge();
    }

    @AfterEach
    void close() {
        accepted.forEach(each -> each.unsafe().closeForcibly());
        if (channel != null) {
            channel.close().syncUninterruptibly();
        }
        if (transport != null) {
            transport.close();
        }
    }

    private <T> T onLoop(Callable<T> task) throws Exception {
        try {
            return channel.eventLoop().submit(task).get(20, TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            throw (Exception) failed.getCause();
        }
    }

    private void attach(double rate, String... offenders) throws Exception {
        attach(
                rate,
                IntStream.range(0, offenders.length)
                        .mapToObj(i -> new DeniedPrefix(prefix(offenders[i]), 1))
                        .toList());
    }

    private void attach(double rate, List<DeniedPrefix> offenders) throws Exception {
        attach(rate, offenders, Destinations.ALL);
    }

    private void attach(double rate, List<DeniedPrefix> offenders, Destinations destinations) throws Exception {
        Compilation made = new SynCompiler(Target.FILTER, SynProgram.MOST_INSTRUCTIONS)
                .compile(new SynRules(new SynOrder(rate, offenders), destinations));
        onLoop(() -> {
            filter.attach(((Compilation.Whole) made).program());
            return true;
        });
    }

    private static Prefix prefix(String text) {
        return Prefix.of(AddressBlock.parse(text).orElseThrow());
    }

    private long dropped() {
        try {
            return onLoop(() -> gauge.readMemory(channel) ? gauge.droppedSegments() : -1);
        } catch (Exception failed) {
            throw new AssertionError(failed);
        }
    }

    private InetSocketAddress address() {
        return (InetSocketAddress) channel.localAddress();
    }

    /** Whether a newcomer is let in, told by what the kernel counts if it is not. */
    private boolean letsIn(InetSocketAddress to) throws Exception {
        long before = dropped();
        try (Newcomer newcomer = new Newcomer(to)) {
            return newcomer.settled(() -> dropped() > before);
        }
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void aClientThatWasKeptOutGetsThroughByItsOwnRetransmission(TransportKind kind) throws Exception {
        listen(kind, "127.0.0.1");
        attach(1);
        try (Newcomer newcomer = new Newcomer(address())) {
            await().until(() -> dropped() > 0);
            assertThat(newcomer.connected()).isFalse();
            assertThat(accepted).isEmpty();
            onLoop(() -> {
                filter.detach();
                return true;
            });
            await().atMost(30, TimeUnit.SECONDS).until(newcomer::connected);
        }
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void theShareThatIsDroppedIsTheRate(TransportKind kind) throws Exception {
        listen(kind, "127.0.0.1");
        attach(0.3);
        int kept = 0;
        for (int i = 0; i < SAMPLES; i++) {
            kept += letsIn(address()) ? 0 : 1;
            accepted.removeIf(each -> {
                each.unsafe().closeForcibly();
                return true;
            });
        }
        // Six standard deviations.
        assertThat(kept / (double) SAMPLES).isCloseTo(0.3, within(0.03));
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void anAcceptedSocketInheritsTheProgramAndCanBeFreedOfIt(TransportKind kind) throws Exception {
        listen(kind, "127.0.0.1");
        attach(0, "198.51.100.7");
        try (Newcomer newcomer = new Newcomer(address())) {
            await().until(() -> !accepted.isEmpty());
            SocketChannel child = accepted.element();
            assertThat(newcomer.connected()).isTrue();
            SocketFilter.detach(child);
            assertThatThrownBy(() -> detachForcibly(child)).hasMessageContaining("No such file");
        }
        accepted.remove().unsafe().closeForcibly();
        try (Newcomer another = new Newcomer(address())) {
            await().until(() -> !accepted.isEmpty());
            // It has one, or this would fail.
            detachForcibly(accepted.element());
            assertThat(another.connected()).isTrue();
        }
    }

    private static void detachForcibly(Channel child) throws IOException {
        ((Socket) ((UnixChannel) child).fd()).setIntOpt(1, 27, 0);
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void sourcesAndDestinationsOfIpv4AreToldApartOnADualStackListener(TransportKind kind) throws Exception {
        listen(kind, "::");
        int port = address().getPort();
        attach(1, List.of(), Destinations.allBut(List.of(prefix("127.0.0.9"), prefix("::1"))));

        assertThat(letsIn(new InetSocketAddress("127.0.0.1", port))).isFalse();
        assertThat(letsIn(new InetSocketAddress("127.0.0.9", port))).isTrue();
        assertThat(letsIn(new InetSocketAddress("::1", port))).isTrue();

        attach(0, "127.0.0.0/30", "::1");
        assertThat(letsIn(new InetSocketAddress("127.0.0.1", port))).isFalse();
        assertThat(letsIn(new InetSocketAddress("::1", port))).isFalse();
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void aThousandPrefixesOfEachFamilyAreTakenByTheKernel(TransportKind kind) throws Exception {
        listen(kind, "127.0.0.1");
        List<DeniedPrefix> v4 = new ArrayList<>();
        List<DeniedPrefix> v6 = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            v4.add(new DeniedPrefix(new Prefix(Family.IPV4, (0xc6120000L + i * 61L) << 32, 0, 32), i));
            v6.add(new DeniedPrefix(new Prefix(Family.IPV6, i * 0x9e3779b97f4a7c15L, 0, 64), i));
        }
        attach(0, v4);
        assertThat(letsIn(address())).isTrue();
        v4.add(new DeniedPrefix(prefix("127.0.0.1"), 1));
        attach(0, v4);
        assertThat(letsIn(address())).isFalse();
        attach(0, v6);
        assertThat(letsIn(address())).isTrue();
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void aProgramTheKernelDoesNotTakeLeavesTheOneBefore(TransportKind kind) throws Exception {
        listen(kind, "127.0.0.1");
        attach(1);
        SynProgram endless = new SynProgram(List.of(Instruction.of(0, 0)));
        assertThatThrownBy(() -> onLoop(() -> {
                    filter.attach(endless);
                    return true;
                }))
                .isInstanceOfSatisfying(
                        FilterRefused.class,
                        refused -> assertThat(refused.why()).isEqualTo(FilterRefused.Cause.OTHER))
                .hasMessageContaining("a program of 1 instructions was refused: ");
        assertThat(letsIn(address())).isFalse();
    }

    @Test
    void nioHasNoWayToAttach() throws Exception {
        try (Transport nio = Transport.open(new TransportSettings(Optional.of(TransportKind.NIO), 1))) {
            ServerChannel listening = nio.newServerSocket();
            SynProgram program = ((Compilation.Whole)
                            new SynCompiler(Target.FILTER, 100).compile(new SynRules(SynOrder.of(1), Destinations.ALL)))
                    .program();
            assertThatThrownBy(() -> new SocketFilter(listening).attach(program))
                    .isInstanceOfSatisfying(
                            FilterRefused.class,
                            refused -> assertThat(refused.why()).isEqualTo(FilterRefused.Cause.TRANSPORT));
            SocketFilter.detach(listening);
            listening.unsafe().closeForcibly();
        }
    }
}
