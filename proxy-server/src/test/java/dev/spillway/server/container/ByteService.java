package dev.spillway.server.container;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A service that does what the first byte of a connection asks for: gives back what comes, or sends without end. */
final class ByteService implements AutoCloseable {
    static final byte ECHO = 'e';
    static final byte FLOOD = 'f';
    private static final int PIECE = 1 << 16;

    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final AtomicInteger flooding = new AtomicInteger();
    private final Channel channel;

    private ByteService() {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel client) {
                        client.pipeline().addLast(new Answer());
                    }
                });
        channel = bootstrap
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .syncUninterruptibly()
                .channel();
    }

    /** On a port of loopback that the system chooses. */
    static ByteService start() {
        return new ByteService();
    }

    int port() {
        return ((InetSocketAddress) channel.localAddress()).getPort();
    }

    /** How many connections have asked to be sent to without end. */
    int flooding() {
        return flooding.get();
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private final class Answer extends ChannelInboundHandlerAdapter {
        private boolean begun;
        private boolean floods;

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            if (!begun) {
                begun = true;
                floods = bytes.getByte(bytes.readerIndex()) == FLOOD;
                flooding.addAndGet(floods ? 1 : 0);
            }
            if (floods) {
                bytes.release();
                pour(context);
            } else {
                context.writeAndFlush(bytes);
            }
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            if (floods) {
                pour(context);
            }
        }

        private void pour(ChannelHandlerContext context) {
            // What a turn of the loop gives is bounded, so that others get theirs.
            for (int i = 0; i < 16 && context.channel().isWritable(); i++) {
                context.write(Unpooled.wrappedBuffer(new byte[PIECE]));
            }
            context.flush();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }
}
