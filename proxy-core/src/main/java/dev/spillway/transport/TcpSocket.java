package dev.spillway.transport;

import io.netty.channel.EventLoop;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One TCP socket of a connection, whoever moves its bytes: a {@link BareSocket} on epoll, a {@link ChannelSocket} elsewhere.
 * What only some transports can is behind named methods, which do nothing where it can't be done.
 *
 * <p>Belongs to one event loop, the one it is registered with; before that, to whoever has it.
 */
public abstract sealed class TcpSocket permits BareSocket, ChannelSocket {
    private static final Logger log = LoggerFactory.getLogger(TcpSocket.class);
    private static final int SOL_SOCKET = 1;
    private static final int SO_ERROR = 4;
    private static final int SO_KEEPALIVE = 9;
    private static final int SO_BUF_LOCK = 72;
    private static final int SEND_LOCK = 1;
    private static final int RECEIVE_LOCK = 2;
    private static final int IPPROTO_TCP = 6;
    private static final int TCP_NODELAY = 1;
    private static final int TCP_WINDOW_CLAMP = 10;
    private static final int TCP_QUICKACK = 12;
    private static final int TCP_USER_TIMEOUT = 18;
    private static final int TCP_NOTSENT_LOWAT = 25;

    TcpSocket() {}

    /** What options are set on; null on NIO, which has no descriptor to tell. */
    abstract @Nullable Socket descriptor();

    /** Whether it was not closed by us. */
    public abstract boolean isOpen();

    /**
     * Connects, and registers with {@code loop}, on which this is called.
     *
     * @param timeoutMillis for how long it may take; positive
     * @param done told once, on the loop and perhaps before this returns: null, or why it failed; the socket is to be closed then.
     *     Not told if it is closed before.
     */
    public abstract void connect(
            EventLoop loop, InetSocketAddress address, int timeoutMillis, Consumer<@Nullable Throwable> done);

    /** Closes it, whatever waits; does nothing if it is closed. */
    public abstract void close();

    abstract void sendBuffer(int bytes) throws IOException;

    abstract void receiveBuffer(int bytes) throws IOException;

    abstract void lingerZero() throws IOException;

    abstract void noDelay() throws IOException;

    abstract void keepAlive() throws IOException;

    private boolean set(int level, int option, int value) {
        Socket socket = descriptor();
        if (socket == null || !isOpen()) {
            return false;
        }
        try {
            socket.setIntOpt(level, option, value);
            return true;
        } catch (IOException refused) {
            log.trace("option {} of level {} of {} stays", option, level, this, refused);
            return false;
        }
    }

    /**
     * Sets the size of the send buffer: {@code SO_SNDBUF}. The kernel takes twice as much, and tunes it no more.
     *
     * @param bytes positive
     */
    public final void boundSendBuffer(int bytes) {
        try {
            sendBuffer(bytes);
        } catch (IOException gone) {
            log.trace("no bound for {}", this, gone);
        }
    }

    /**
     * Bounds the receive buffer, and with it the window: {@code SO_RCVBUF}. The kernel takes twice as much, for
     * what bytes take beside themselves, and tunes the buffer no more.
     *
     * @param bytes positive
     * @return false if the socket is gone
     */
    public final boolean boundReceiveBuffer(int bytes) {
        try {
            receiveBuffer(bytes);
            return true;
        } catch (IOException gone) {
            log.trace("no bound for {}", this, gone);
            return false;
        }
    }

    /** The size of the receive buffer as the kernel counts it, twice what a bound says; 0 if it does not tell. */
    public final int receiveBufferBytes() {
        Socket socket = descriptor();
        if (socket == null || !isOpen()) {
            return 0;
        }
        try {
            return socket.getReceiveBufferSize();
        } catch (IOException gone) {
            log.trace("{} does not tell its receive buffer", this, gone);
            return 0;
        }
    }

    /** Has small writes go out at once: {@code TCP_NODELAY}. */
    public final void sendAtOnce() {
        try {
            noDelay();
        } catch (IOException gone) {
            log.trace("delays stay for {}", this, gone);
        }
    }

    /**
     * Has the end of the handshake travel with the first bytes that are written, not by itself: {@code TCP_QUICKACK} off (tcp(7)). To be called
     * before it connects. Until bytes are written, {@link #acknowledgeAtOnce} is called or 200 ms are over the peer does not know
     * that it is connected. Not on NIO.
     */
    public final void acknowledgeWithBytes() {
        set(IPPROTO_TCP, TCP_QUICKACK, 0);
    }

    /** Has what is to be acknowledged be acknowledged now: {@code TCP_QUICKACK}. Not on NIO. */
    public final void acknowledgeAtOnce() {
        set(IPPROTO_TCP, TCP_QUICKACK, 1);
    }

    /** Has the kernel probe a quiet peer: {@code SO_KEEPALIVE}. */
    public final void probeQuietPeer() {
        try {
            keepAlive();
        } catch (IOException gone) {
            log.trace("no probes for {}", this, gone);
        }
    }

    /**
     * Lets the window become as large as {@code bytes}, so far as its receive buffer has room: {@code TCP_WINDOW_CLAMP}.
     * To enlarge the buffer does not raise it. Not on NIO.
     *
     * @param bytes positive
     */
    public final void widenWindow(int bytes) {
        set(IPPROTO_TCP, TCP_WINDOW_CLAMP, bytes);
    }

    /**
     * Says which buffers the kernel may tune from now on, whatever their sizes are now: {@code SO_BUF_LOCK}.
     *
     * @param send whether the send buffer keeps its size
     * @param receive whether the receive buffer does
     * @return false where the kernel can't, on NIO, or if the socket is gone
     */
    public final boolean lockBuffers(boolean send, boolean receive) {
        return set(SOL_SOCKET, SO_BUF_LOCK, (send ? SEND_LOCK : 0) | (receive ? RECEIVE_LOCK : 0));
    }

    /**
     * Bounds what the kernel takes from us beyond what it has sent: {@code TCP_NOTSENT_LOWAT} (tcp(7)). Not on NIO.
     *
     * @param bytes positive
     */
    public final void boundNotSent(int bytes) {
        set(IPPROTO_TCP, TCP_NOTSENT_LOWAT, bytes);
    }

    /**
     * Has the kernel give the connection up when its peer has acknowledged nothing for so long, be its window closed or not:
     * {@code TCP_USER_TIMEOUT} (tcp(7)). Holds after the socket was closed too. Not on NIO.
     */
    public final void boundUnacknowledged(int millis) {
        set(IPPROTO_TCP, TCP_USER_TIMEOUT, millis);
    }

    /** Takes and clears the error that is pending: 0 for none, or on NIO, which does not tell. */
    public final int takeError() {
        Socket socket = descriptor();
        if (socket == null || !isOpen()) {
            return 0;
        }
        try {
            return socket.getIntOpt(SOL_SOCKET, SO_ERROR);
        } catch (IOException gone) {
            log.trace("{} tells no error", this, gone);
            return 0;
        }
    }

    /** Has the coming close send RST and leave nothing in the kernel: {@code SO_LINGER} with time 0. */
    public final void resetOnClose() {
        if (isOpen()) {
            try {
                lingerZero();
            } catch (IOException gone) {
                // The peer was faster: a socket that is reset already may refuse options, and needs none.
                log.trace("no linger for {}", this, gone);
            }
        }
    }

    static void failedTwice(TcpSocket socket, Throwable fault) {
        try {
            log.error("{} can't tell of a fault", socket, fault);
        } catch (RuntimeException | Error spent) {
            // Nothing is left to tell it with, and an event loop ends by what is thrown here.
            spent.addSuppressed(fault);
        }
    }

    static void closedWith(TcpSocket socket, IOException told) {
        log.trace("{} told at its close", socket, told);
    }

    static void noDelay(Socket socket) throws IOException {
        socket.setIntOpt(IPPROTO_TCP, TCP_NODELAY, 1);
    }

    static void keepAlive(Socket socket) throws IOException {
        socket.setIntOpt(SOL_SOCKET, SO_KEEPALIVE, 1);
    }
}
