package dev.spillway.server.demo;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** One member of the {@link HostileCrowd}, confined to its thread. */
final class HostileClient {
    /** The kernel makes about 2 KiB of it: the window is shut after the first segment. */
    private static final int RECEIVE_BUFFER_BYTES = 1024;

    private final boolean zeroWindow;
    private final @Nullable InetSocketAddress source;
    private @Nullable SocketChannel channel;
    private @Nullable SelectionKey key;
    private boolean connecting;
    private boolean reachedBefore;
    private long since;

    /** @param source what it binds to; null to leave it to the kernel */
    HostileClient(boolean zeroWindow, @Nullable InetSocketAddress source) {
        this.zeroWindow = zeroWindow;
        this.source = source;
    }

    /** @return whether it was connected at once */
    boolean connect(InetSocketAddress target, Selector selector, long now) throws IOException {
        SocketChannel fresh = SocketChannel.open();
        channel = fresh;
        since = now;
        fresh.configureBlocking(false);
        if (zeroWindow) {
            fresh.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER_BYTES);
        }
        if (source != null) {
            fresh.bind(source);
        }
        connecting = true;
        boolean done = fresh.connect(target);
        key = fresh.register(selector, done ? 0 : SelectionKey.OP_CONNECT, this);
        return done;
    }

    boolean connecting() {
        return connecting;
    }

    /** When the connect began, in nanoseconds. */
    long since() {
        return since;
    }

    boolean connectRefused(IOException e) {
        return e instanceof ConnectException;
    }

    /** @return false if it is not connected yet */
    boolean finishConnect(long wantedBytes, Selector watch) throws IOException {
        SocketChannel open = channel;
        SelectionKey mine = key;
        if (open == null || mine == null || !open.finishConnect()) {
            return false;
        }
        if (zeroWindow) {
            String request = "GET /bytes/" + wantedBytes + " HTTP/1.1\r\nHost: demo\r\n\r\n";
            open.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
            watch(open, mine, watch);
        } else {
            mine.interestOps(SelectionKey.OP_READ);
        }
        connecting = false;
        return true;
    }

    /**
     * Waits for a reset without reading: a socket with unread bytes is always readable, so {@code OP_READ} would spin. A
     * key of a connected channel that is interested in {@code OP_CONNECT} is selected when the socket has an error or has
     * been hung up, and never else; but epoll wakes up for it all the time, since that interest stands for "writable".
     * Hence a selector that is looked at now and then, and never waited on.
     */
    private void watch(SocketChannel open, SelectionKey mine, Selector watch) throws IOException {
        mine.interestOps(0);
        open.register(watch, SelectionKey.OP_CONNECT, this);
    }

    /** Whether it is the first time that it got through. */
    boolean firstTime() {
        boolean first = !reachedBefore;
        reachedBefore = true;
        return first;
    }

    /** Of a silent one: whether the other side ended the connection in order; a reset throws. */
    boolean ended(ByteBuffer scratch) throws IOException {
        SocketChannel open = channel;
        scratch.clear();
        return open != null && open.read(scratch) < 0;
    }

    void close() {
        connecting = false;
        SocketChannel open = channel;
        channel = null;
        key = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                // The descriptor is given back all the same.
            }
        }
    }
}
