package dev.spillway.transport;

import io.netty.channel.unix.Socket;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** A descriptor that epoll's listening socket has accepted, and the client's address, which came with it. */
final class BareCaller extends Caller {
    private final Socket descriptor;
    private final BareSocket socket;
    private final InetSocketAddress remote;
    private @Nullable InetSocketAddress local;

    /** @param local where it came in, if that is known: nobody connects to a socket at one address by another */
    BareCaller(Socket descriptor, InetSocketAddress remote, @Nullable InetSocketAddress local) {
        this.descriptor = descriptor;
        this.socket = BareSocket.of(descriptor);
        this.remote = remote;
        this.local = local;
    }

    @Override
    public InetSocketAddress remote() {
        return remote;
    }

    @Override
    public @Nullable InetSocketAddress local() {
        if (local == null) {
            local = descriptor.localAddress();
        }
        return local;
    }

    @Override
    TcpSocket bare() {
        return socket;
    }
}
