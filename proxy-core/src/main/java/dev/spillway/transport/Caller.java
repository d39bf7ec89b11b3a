package dev.spillway.transport;

import io.netty.channel.socket.SocketChannel;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A connection that the kernel has handed over, and on which nothing was spent yet. A listening socket's pipeline is told of
 * each by one of these. Whoever gets it lets it in, by {@link #letIn}, or ends it; on the event loop of the listening socket.
 */
public abstract sealed class Caller permits BareCaller, ChannelCaller {
    private boolean answered;

    Caller() {}

    /** One that Netty has made a channel of already. */
    public static Caller of(SocketChannel channel) {
        return new ChannelCaller(channel, new ChannelSocket(channel));
    }

    abstract TcpSocket bare();

    /** The client's address; null if it is gone already, where the transport asks only afterwards. */
    public abstract @Nullable InetSocketAddress remote();

    /** The address that the client connected to; null if it is gone already. */
    public abstract @Nullable InetSocketAddress local();

    /** Its socket, registered with no event loop. It is the one's who asks for it from now on. */
    public final TcpSocket letIn() {
        answered = true;
        return bare();
    }

    /** Ends it by an RST; nothing stays in the kernel. Does nothing if it was let in, or ended. */
    public final void reset() {
        if (!answered) {
            answered = true;
            TcpSocket doomed = bare();
            doomed.resetOnClose();
            doomed.close();
        }
    }
}
