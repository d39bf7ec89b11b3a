package dev.spillway.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spillway.fixture.Transports;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ServerChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** That the figures are where the kernel puts them, on a connection whose both ends we hold. */
@Timeout(30)
class SocketGaugeTest {
    private static final String TRANSPORTS = "dev.spillway.fixture.Transports#all";
    private static final int WINDOW = 8 << 10;

    private ServerSocket listening;

    @BeforeEach
    void listen() throws Exception {
        listening = new ServerSocket();
        listening.setReceiveBufferSize(WINDOW);
        listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
    }

    @AfterEach
    void close() throws Exception {
        listening.close();
    }

    private static Transport open(TransportKind kind) throws TransportUnavailable {
        return Transport.open(new TransportSettings(Optional.of(kind), 1));
    }

    private Channel connect(Transport transport) {
        return new Bootstrap()
                .group(transport.loops().get(0))
                .channelFactory(() -> Transports.channel(transport.kind()))
                .option(ChannelOption.AUTO_READ, false)
                .handler(new ChannelInboundHandlerAdapter())
                .connect(listening.getLocalSocketAddress())
                .syncUninterruptibly()
                .channel();
    }

    private static TcpSocket socketOf(Channel channel) {
        return new ChannelSocket((io.netty.channel.socket.SocketChannel) channel);
    }

    private static <T> T on(Channel channel, Callable<T> task) throws Exception {
        return channel.eventLoop().submit(task).get(10, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void whatWasTakenIsCountedInBytesAndASynAsOne(TransportKind kind) throws Exception {
        assumeTrue(kind != TransportKind.NIO, "NIO tells nothing");
        try (Transport transport = open(kind)) {
            SocketGauge gauge = transport.newGauge();
            Channel channel = connect(transport);
            try (Socket peer = listening.accept()) {
                assertThat(on(channel, () -> gauge.readProgress(socketOf(channel))))
                        .isTrue();
                assertThat(gauge.ackedBytes()).isEqualTo(1);
                assertThat(gauge.windowBytes()).isPositive();

                channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[1234])).syncUninterruptibly();
                assertThat(peer.getInputStream().readNBytes(1234)).hasSize(1234);
                await().until(() ->
                        on(channel, () -> gauge.readProgress(socketOf(channel)) && gauge.ackedBytes() == 1235));
                await().until(() ->
                        on(channel, () -> gauge.readMemory(socketOf(channel)) && gauge.sendQueueBytes() == 0));
                assertThat(gauge.receiveQueueBytes()).isZero();
                assertThat(gauge.heldBytes()).isLessThan(2 * 4096);
            } finally {
                channel.close().syncUninterruptibly();
            }
        }
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void aPeerThatDoesNotReadClosesItsWindowAndTheSendQueueIsCharged(TransportKind kind) throws Exception {
        assumeTrue(kind != TransportKind.NIO, "NIO tells nothing");
        try (Transport transport = open(kind)) {
            SocketGauge gauge = transport.newGauge();
            Channel channel = connect(transport);
            try (Socket peer = listening.accept()) {
                int bytes = 8 << 20;
                channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[bytes]));
                await().until(() ->
                        on(channel, () -> gauge.readProgress(socketOf(channel)) && gauge.windowBytes() == 0));
                long taken = gauge.ackedBytes() - 1;
                assertThat(taken).isBetween(1L, 20L * WINDOW);
                on(channel, () -> gauge.readMemory(socketOf(channel)));
                assertThat(gauge.sendQueueBytes()).isGreaterThan(16 << 10);
                assertThat(gauge.heldBytes())
                        .isGreaterThanOrEqualTo(gauge.sendQueueBytes())
                        .isCloseTo(gauge.sendQueueBytes(), within(2 * 4096L));

                peer.getInputStream().readNBytes(1 << 20);
                await().until(() ->
                        on(channel, () -> gauge.readProgress(socketOf(channel)) && gauge.ackedBytes() > 1 << 20));
            } finally {
                channel.close().syncUninterruptibly();
            }
        }
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void whatIsNotReadIsCharged(TransportKind kind) throws Exception {
        assumeTrue(kind != TransportKind.NIO, "NIO tells nothing");
        try (Transport transport = open(kind)) {
            SocketGauge gauge = transport.newGauge();
            Channel channel = connect(transport);
            try (Socket peer = listening.accept()) {
                peer.getOutputStream().write(new byte[10_000]);
                await().until(() ->
                        on(channel, () -> gauge.readMemory(socketOf(channel)) && gauge.receiveQueueBytes() >= 10_000));
                assertThat(gauge.sendQueueBytes()).isZero();
                assertThat(gauge.heldBytes())
                        .isBetween(gauge.receiveQueueBytes(), gauge.receiveQueueBytes() + 2 * 4096);
            } finally {
                channel.close().syncUninterruptibly();
            }
        }
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void nothingIsToldOfASocketThatIsGoneNorOnNio(TransportKind kind) throws Exception {
        try (Transport transport = open(kind)) {
            SocketGauge gauge = transport.newGauge();
            Channel channel = connect(transport);
            assertThat(transport.tellsKernelMemory()).isEqualTo(kind != TransportKind.NIO);
            assertThat(on(channel, () -> gauge.readMemory(socketOf(channel)))).isEqualTo(kind != TransportKind.NIO);
            channel.close().syncUninterruptibly();
            // Its descriptor's number may have gone to another socket by now.
            assertThat(on(channel, () -> gauge.readMemory(socketOf(channel)))).isFalse();
            assertThat(on(channel, () -> gauge.readProgress(socketOf(channel)))).isFalse();
        }
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void aListeningSocketTellsItsQueueItsLimitAndWhatFoundNoRoom(TransportKind kind) throws Exception {
        try (Transport transport = open(kind)) {
            ServerChannel server = transport.newServerSocket();
            server.config().setAutoRead(false);
            server.config().setOption(ChannelOption.SO_BACKLOG, 2);
            transport.loops().get(0).register(server).syncUninterruptibly();
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                    .syncUninterruptibly();
            SocketGauge gauge = transport.newGauge();
            List<SocketChannel> clients = new ArrayList<>();
            try {
                if (kind == TransportKind.NIO) {
                    assertThat(on(server, () -> gauge.readProgress(server) || gauge.readMemory(server)))
                            .isFalse();
                    return;
                }
                assertThat(on(server, () -> gauge.readProgress(server) && gauge.readMemory(server)))
                        .isTrue();
                assertThat(gauge.acceptQueueLength()).isZero();
                assertThat(gauge.acceptQueueLimit()).isEqualTo(2);
                assertThat(gauge.droppedSegments()).isZero();
                for (int i = 0; i < 6; i++) {
                    SocketChannel client = SocketChannel.open();
                    clients.add(client);
                    client.configureBlocking(false);
                    client.connect(server.localAddress());
                }
                await().until(() -> on(server, () -> gauge.readProgress(server) && gauge.acceptQueueLength() == 3));
                await().until(() -> on(server, () -> gauge.readMemory(server) && gauge.droppedSegments() > 0));
            } finally {
                for (SocketChannel client : clients) {
                    client.close();
                }
                server.close().syncUninterruptibly();
            }
        }
    }
}
