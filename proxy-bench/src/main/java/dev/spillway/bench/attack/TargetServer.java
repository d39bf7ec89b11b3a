package dev.spillway.bench.attack;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The server behind the attacked listeners, on one thread. The <em>source</em> sends as many bytes as it is asked for in
 * a request of eight, {@value #UNASKED_BYTES} to one who ends its direction without asking, and then ends. The
 * <em>sink</em> takes {@value #SIP_BYTES} bytes a second of each connection, and answers the end of stream with the
 * count. Its own socket buffers are small, so that what an attack piles up piles up in the proxy.
 */
public final class TargetServer implements AutoCloseable {
    static final int UNASKED_BYTES = 256 * 1024;
    static final int SIP_BYTES = 1024;

    private static final int BACKLOG = 4096;
    private static final int SOCKET_BUFFER_BYTES = 16 * 1024;
    private static final long SIP_EVERY_NANOS = 1_000_000_000;
    private static final long LOOK_EVERY_MILLIS = 10;

    private final Selector selector;
    private final ServerSocketChannel source;
    private final ServerSocketChannel sink;
    private final Thread thread;
    private final AtomicInteger open = new AtomicInteger();
    private final ByteBuffer payload = ByteBuffer.allocateDirect(64 * 1024);
    private final ByteBuffer sip = ByteBuffer.allocateDirect(SIP_BYTES);
    private final AtomicBoolean dropping = new AtomicBoolean();
    private volatile boolean closing;

    /** A connection, with what is known of it; confined to the thread. */
    private static final class Client {
        private final SocketChannel channel;
        private final boolean sipped;
        private final ByteBuffer asked = ByteBuffer.allocate(Long.BYTES);
        private long left = -1;
        private long taken;
        private long due = System.nanoTime();

        Client(SocketChannel channel, boolean sipped) {
            this.channel = channel;
            this.sipped = sipped;
        }
    }

    private TargetServer(Selector selector) throws IOException {
        this.selector = selector;
        this.source = listener(selector, StandardSocketOptions.SO_REUSEADDR, true);
        this.sink = listener(selector, StandardSocketOptions.SO_RCVBUF, SIP_BYTES);
        this.thread = new Thread(this::serve, "attack-target");
        thread.setDaemon(true);
    }

    /** Binds to two free loopback ports and serves. */
    public static TargetServer start() throws IOException {
        TargetServer server = new TargetServer(Selector.open());
        server.thread.start();
        return server;
    }

    private static <T> ServerSocketChannel listener(Selector selector, SocketOption<T> option, T value)
            throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open();
        listener.setOption(option, value);
        listener.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), BACKLOG);
        listener.configureBlocking(false);
        listener.register(selector, SelectionKey.OP_ACCEPT);
        return listener;
    }

    /** Where the source listens. */
    public InetSocketAddress source() throws IOException {
        return (InetSocketAddress) source.getLocalAddress();
    }

    /** Where the sink listens. */
    public InetSocketAddress sink() throws IOException {
        return (InetSocketAddress) sink.getLocalAddress();
    }

    /** Connections open now; any thread. */
    public int openConnections() {
        return open.get();
    }

    /** Resets every connection there is, soon: a proxy may still be handing out what an attack that is over left it with. */
    public void dropAll() {
        dropping.set(true);
        selector.wakeup();
    }

    private void serve() {
        try {
            long looked = System.nanoTime();
            while (!closing) {
                selector.select(this::handle, LOOK_EVERY_MILLIS);
                if (dropping.getAndSet(false)) {
                    resetAll();
                }
                long now = System.nanoTime();
                if (now - looked >= LOOK_EVERY_MILLIS * 1_000_000) {
                    looked = now;
                    sipFromAll(now);
                }
            }
            resetAll();
            source.close();
            sink.close();
            selector.close();
        } catch (IOException e) {
            throw new IllegalStateException("the attacked server's selector failed", e);
        }
    }

    private void resetAll() throws IOException {
        for (SelectionKey key : selector.keys()) {
            if (key.isValid() && key.attachment() instanceof Client client) {
                client.channel.setOption(StandardSocketOptions.SO_LINGER, 0);
                end(client);
            }
        }
    }

    private void handle(SelectionKey key) {
        @Nullable Client client = (Client) key.attachment();
        if (client == null) {
            accept((ServerSocketChannel) key.channel());
            return;
        }
        try {
            if (key.isWritable()) {
                send(client);
            } else {
                hear(key, client);
            }
        } catch (IOException resetByPeer) {
            end(client);
        }
    }

    private void accept(ServerSocketChannel listener) {
        try {
            for (SocketChannel next = listener.accept(); next != null; next = listener.accept()) {
                next.configureBlocking(false);
                next.setOption(StandardSocketOptions.SO_SNDBUF, SOCKET_BUFFER_BYTES);
                boolean sipped = listener == sink;
                // The sink's are read when it is their turn; their keys only tell it of all that are open.
                next.register(selector, sipped ? 0 : SelectionKey.OP_READ, new Client(next, sipped));
                open.incrementAndGet();
            }
        } catch (IOException e) {
            throw new IllegalStateException("the attacked server cannot accept: too many open files?", e);
        }
    }

    private void hear(SelectionKey key, Client client) throws IOException {
        int read = client.channel.read(client.asked);
        if (read < 0) {
            client.left = UNASKED_BYTES;
        } else if (!client.asked.hasRemaining()) {
            client.left = client.asked.getLong(0);
        }
        if (client.left >= 0) {
            key.interestOps(SelectionKey.OP_WRITE);
        }
    }

    private void send(Client client) throws IOException {
        payload.clear().limit((int) Math.min(payload.capacity(), client.left));
        client.left -= client.channel.write(payload);
        if (client.left == 0) {
            end(client);
        }
    }

    private void sipFromAll(long now) {
        for (SelectionKey key : selector.keys()) {
            if (key.attachment() instanceof Client client && client.sipped && key.isValid() && now - client.due >= 0) {
                client.due = now + SIP_EVERY_NANOS;
                sip(client);
            }
        }
    }

    private void sip(Client client) {
        try {
            sip.clear();
            int read = client.channel.read(sip);
            client.taken += Math.max(0, read);
            if (read > 0 && read < SIP_BYTES) {
                // What is under a sip may be all there is: then the end is next.
                sip.clear();
                read = client.channel.read(sip);
                client.taken += Math.max(0, read);
            }
            if (read < 0) {
                client.channel.write(ByteBuffer.allocate(Long.BYTES).putLong(0, client.taken));
                end(client);
            }
        } catch (IOException resetByPeer) {
            end(client);
        }
    }

    private void end(Client client) {
        open.decrementAndGet();
        try {
            client.channel.close();
        } catch (IOException nothingLeftToClose) {
            // The descriptor is released all the same.
            return;
        }
    }

    @Override
    public void close() {
        closing = true;
        selector.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
