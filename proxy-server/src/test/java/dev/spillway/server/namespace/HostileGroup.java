package dev.spillway.server.namespace;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The attack: clients that ask for something large and never read a byte of it, and come back whenever they are reset.
 * Bounded in number, rate and connects; one thread. The demo's hostile crowd does the same, but against loopback alone, and
 * is to stay that way.
 */
final class HostileGroup implements Group {
    private static final long TICK_MILLIS = 20;
    private static final int CONNECTS_PER_TICK = 12;
    private static final int MOST_CONNECTS = 30_000;
    /** Shuts the window after the first segment. */
    private static final int RECEIVE_BUFFER_BYTES = 1024;

    private static final byte[] REQUEST =
            ("GET /bytes/" + (1 << 30) + " HTTP/1.1\r\nHost: hostile\r\n\r\n").getBytes(StandardCharsets.US_ASCII);

    private final InetAddress from;
    private final InetSocketAddress to;
    private final Selector connecting;
    /**
     * A connected channel whose key is interested in {@code OP_CONNECT} is selected when it was reset, and never else; but
     * epoll wakes up for it all the time, so this one is looked at and never waited on.
     */
    private final Selector holding;

    private final Deque<Boolean> free = new ArrayDeque<>();
    private final Thread thread;
    private final AtomicLong connected = new AtomicLong();
    private final AtomicLong reset = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private int connects;
    private volatile boolean stopped;

    /** Begins at once. */
    HostileGroup(String name, InetAddress from, InetSocketAddress to, int clients) throws IOException {
        this.from = from;
        this.to = to;
        this.connecting = Selector.open();
        this.holding = Selector.open();
        for (int i = 0; i < clients; i++) {
            free.add(true);
        }
        this.thread = new Thread(this::run, "hostile-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try (connecting;
                holding) {
            while (!stopped) {
                for (int i = 0; i < CONNECTS_PER_TICK && connects < MOST_CONNECTS && free.poll() != null; i++) {
                    connects++;
                    connect();
                }
                connecting.select(this::established, TICK_MILLIS);
                holding.selectNow(key -> {
                    connected.decrementAndGet();
                    lost(key.channel(), reset);
                });
            }
            for (SelectionKey key : connecting.keys()) {
                close(key.channel());
            }
            for (SelectionKey key : holding.keys()) {
                close(key.channel());
            }
        } catch (IOException e) {
            throw new IllegalStateException("the hostile crowd ended", e);
        }
    }

    private void connect() throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER_BYTES);
        channel.bind(new InetSocketAddress(from, 0));
        channel.register(connecting, SelectionKey.OP_CONNECT);
        channel.connect(to);
    }

    private void established(SelectionKey key) {
        SocketChannel channel = (SocketChannel) key.channel();
        try {
            channel.finishConnect();
            key.interestOps(0);
            channel.write(ByteBuffer.wrap(REQUEST));
            channel.register(holding, SelectionKey.OP_CONNECT);
            connected.incrementAndGet();
        } catch (ConnectException e) {
            lost(channel, refused);
        } catch (IOException e) {
            lost(channel, reset); // before it could ask
        }
    }

    private void lost(Channel channel, AtomicLong how) {
        how.incrementAndGet();
        close(channel);
        free.add(true);
    }

    private static void close(Channel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // The descriptor is given back all the same.
        }
    }

    @Override
    public String counts() {
        return "connected=" + connected + " reset=" + reset + " refused=" + refused;
    }

    @Override
    public void close() {
        stopped = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
