package dev.spillway.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spillway.fixture.KernelFilters;
import dev.spillway.fixture.Newcomer;
import dev.spillway.flood.KernelCounter;
import dev.spillway.flood.KernelCounters;
import dev.spillway.syn.Compilation;
import dev.spillway.syn.Destinations;
import dev.spillway.syn.SynCompiler;
import dev.spillway.syn.SynOrder;
import dev.spillway.syn.SynProgram;
import dev.spillway.syn.SynRules;
import dev.spillway.syn.Target;
import dev.spillway.syngate.GateKind;
import dev.spillway.transport.SocketGauge;
import dev.spillway.transport.Transport;
import dev.spillway.transport.TransportKind;
import dev.spillway.transport.TransportSettings;
import io.netty.channel.ChannelOption;
import io.netty.channel.ServerChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a program is said to have dropped, on a real socket, beside what the kernel dropped there for want of room. */
@Timeout(60)
class SynFilterTest {
    private static final String TRANSPORTS = "dev.spillway.fixture.KernelFilters#transports";
    private static final int COMING = 20;

    private final List<Newcomer> newcomers = new ArrayList<>();
    private final LongAdder dropped = new LongAdder();
    private Transport transport;
    private ServerChannel channel;
    private SocketGauge gauge;
    private SynFilter filter;

    /** A socket that nobody accepts from. */
    private void listen(TransportKind kind, int backlog) throws Exception {
        Optional<String> lack = KernelFilters.lack(GateKind.KERNEL_FILTER, kind);
        assumeTrue(lack.isEmpty(), () -> "no kernel filter here: " + lack.get());
        transport = Transport.open(new TransportSettings(Optional.of(kind), 1));
        channel = transport.newServerSocket();
        channel.config().setAutoRead(false);
        channel.config().setOption(ChannelOption.SO_BACKLOG, backlog);
        transport.loops().get(0).register(channel).syncUninterruptibly();
        channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).syncUninterruptibly();
        gauge = transport.newGauge();
        filter = new SynFilter(channel, gauge, new QueueWatch(channel, gauge), dropped::add);
    }

    @AfterEach
    void close() throws Exception {
        for (Newcomer each : newcomers) {
            each.close();
        }
        if (transport != null) {
            channel.close().syncUninterruptibly();
            transport.close();
        }
    }

    private void keepOut(double rate) {
        Compilation made = new SynCompiler(Target.FILTER, SynProgram.MOST_INSTRUCTIONS)
                .compile(new SynRules(SynOrder.of(rate), Destinations.ALL));
        filter.apply(((Compilation.Whole) made).program(), drops(0), refused -> {})
                .join();
        assertThat(filter.attached()).isNotNull();
    }

    private void come() throws Exception {
        for (int i = 0; i < COMING; i++) {
            newcomers.add(new Newcomer((InetSocketAddress) channel.localAddress()));
        }
    }

    private static KernelCounters drops(long drops) {
        long[] values = new long[KernelCounter.values().length];
        Arrays.fill(values, 0);
        values[KernelCounter.LISTEN_DROPS.ordinal()] = drops;
        return new KernelCounters(values);
    }

    private void count(long listenDrops) throws Exception {
        filter.count(drops(listenDrops));
        channel.eventLoop().submit(() -> {}).get(20, TimeUnit.SECONDS);
    }

    private long droppedSegments() throws Exception {
        return channel.eventLoop()
                .submit(() -> gauge.readMemory(channel) ? gauge.droppedSegments() : -1)
                .get(20, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void dropsOfOtherListenersHideNothing(TransportKind kind) throws Exception {
        listen(kind, 1000);
        keepOut(1);
        come();
        count(1_000_000);
        assertThat(dropped.sum()).isGreaterThanOrEqualTo(COMING);
        long before = dropped.sum();
        come();
        count(2_000_000);
        assertThat(dropped.sum()).isGreaterThanOrEqualTo(before + COMING);
    }

    /** The program lets nearly everybody in, and the queue has room for two. */
    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void whatAFullQueueHadNoRoomForIsNoneOfTheProgramsDrops(TransportKind kind) throws Exception {
        listen(kind, 1);
        keepOut(1e-9);
        come();
        await().until(() -> droppedSegments() >= COMING - 2);
        // So many the kernel counts of the namespace by now, or more: clients send their SYNs again.
        count(1_000_000);
        assertThat(dropped.sum()).isZero();
    }
}
