package dev.spillway.transport;

import io.netty.channel.socket.SocketChannel;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** One that there is a channel of, on NIO and io_uring. */
final class ChannelCaller extends Caller {
    private final SocketChannel channel;
    private final TcpSocket socket;

    ChannelCaller(SocketChannel channel, TcpSocket socket) {
        this.channel = channel;
        this.socket = socket;
    }

    @Override
    public @Nullable InetSocketAddress remote() {
        return channel.remoteAddress();
    }

    @Override
    public @Nullable InetSocketAddress local() {
        return channel.localAddress();
    }

    @Override
    TcpSocket bare() {
        return socket;
    }
}
