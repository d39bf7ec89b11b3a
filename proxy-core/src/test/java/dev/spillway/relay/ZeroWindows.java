package dev.spillway.relay;

import static org.awaitility.Awaitility.await;

import dev.spillway.fixture.Transports;
import dev.spillway.transport.ChannelSocket;
import dev.spillway.transport.SocketGauge;
import dev.spillway.transport.Transport;
import dev.spillway.transport.TransportKind;
import dev.spillway.transport.TransportSettings;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.SocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** Connections without a proxy of which one end writes all the kernel takes and the other reads nothing; both are ours. */
final class ZeroWindows implements AutoCloseable {
    /** More than both queues take; direct and shared, or each write would copy it. */
    private final ByteBuf much = Unpooled.directBuffer(1 << 20).writeZero(1 << 20);

    private final Transport transport;
    private final EventLoop loop;
    private final List<Channel> channels = new CopyOnWriteArrayList<>();
    private long told;

    ZeroWindows(TransportKind kind, int count) throws Exception {
        transport = Transport.open(new TransportSettings(Optional.of(kind), 1));
        loop = transport.loops().get(0);
        ServerChannel listening = transport.newServerSocket();
        channels.add(listening);
        listening.pipeline().addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object message) {
                Channel child = (Channel) message;
                child.config().setAutoRead(false);
                channels.add(child);
                loop.register(child);
            }
        });
        loop.register(listening).syncUninterruptibly();
        listening
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .syncUninterruptibly();
        Bootstrap bootstrap = new Bootstrap()
                .group(loop)
                .channelFactory(() -> Transports.channel(transport.kind()))
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.SO_SNDBUF, 64 << 10)
                .handler(new ChannelInboundHandlerAdapter() {
                    @Override
                    public boolean isSharable() {
                        return true;
                    }
                });
        for (int i = 0; i < count; i++) {
            Channel client = bootstrap
                    .connect(listening.localAddress())
                    .syncUninterruptibly()
                    .channel();
            channels.add(client);
            client.writeAndFlush(much.retainedDuplicate());
        }
        await().until(() -> channels.size() == 2 * count + 1);
        await().until(() -> {
            long before = told;
            told = sum();
            return told == before;
        });
    }

    private long sum() throws Exception {
        SocketGauge gauge = transport.newGauge();
        return loop.submit(() -> channels.stream()
                        .filter(channel -> !(channel instanceof ServerChannel))
                        .mapToLong(channel ->
                                gauge.readMemory(new ChannelSocket((SocketChannel) channel)) ? gauge.heldBytes() : 0)
                        .sum())
                .get(10, TimeUnit.SECONDS);
    }

    /** What the kernel says it holds for all sockets, once that did not change any more. */
    long toldBytes() {
        return told;
    }

    @Override
    public void close() {
        channels.forEach(channel -> channel.close().syncUninterruptibly());
        transport.close();
        much.release();
    }
}
