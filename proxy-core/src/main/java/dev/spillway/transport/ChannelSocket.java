package dev.spillway.transport;

import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A socket that a Netty channel moves the bytes of, on NIO and io_uring. */
public final class ChannelSocket extends TcpSocket {
    private final SocketChannel channel;
    private final @Nullable Socket descriptor;

    /** The socket of {@code channel}, which is registered with no event loop yet. */
    public ChannelSocket(SocketChannel channel) {
        this.channel = channel;
        this.descriptor = channel instanceof UnixChannel unix && unix.fd() instanceof Socket socket ? socket : null;
    }

    /** The channel. */
    public SocketChannel channel() {
        return channel;
    }

    @Override
    @Nullable
    Socket descriptor() {
        return descriptor;
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public void connect(
            EventLoop loop, InetSocketAddress address, int timeoutMillis, Consumer<@Nullable Throwable> done) {
        channel.config().setConnectTimeoutMillis(timeoutMillis);
        loop.register(channel);
        channel.connect(address).addListener((ChannelFuture connecting) -> done.accept(connecting.cause()));
    }

    @Override
    public void close() {
        if (channel.isRegistered()) {
            channel.close();
        } else {
            channel.unsafe().closeForcibly();
        }
    }

    @Override
    void sendBuffer(int bytes) throws IOException {
        set(() -> channel.config().setSendBufferSize(bytes));
    }

    @Override
    void receiveBuffer(int bytes) throws IOException {
        set(() -> channel.config().setReceiveBufferSize(bytes));
    }

    @Override
    void lingerZero() throws IOException {
        set(() -> channel.config().setSoLinger(0));
    }

    @Override
    void noDelay() throws IOException {
        set(() -> channel.config().setTcpNoDelay(true));
    }

    @Override
    void keepAlive() throws IOException {
        set(() -> channel.config().setKeepAlive(true));
    }

    private static void set(Runnable option) throws IOException {
        try {
            option.run();
        } catch (ChannelException refused) {
            throw new IOException(refused);
        }
    }

    @Override
    public String toString() {
        return channel.toString();
    }
}
