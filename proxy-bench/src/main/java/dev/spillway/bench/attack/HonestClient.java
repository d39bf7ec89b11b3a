package dev.spillway.bench.attack;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * One member of the {@link HonestCrowd}, confined to its thread. A request carries its number and the response must bring
 * it back, so that bytes that are lost, doubled or swapped are found.
 */
final class HonestClient {
    private static final long PATIENCE_NANOS = 5_000_000_000L;

    /** Turns that were missed are made up for, but only those of so long: a stop is lost, a hiccup is not. */
    private static final long MADE_UP_NANOS = 250_000_000;

    private final Service service;
    private final InetSocketAddress target;
    private final InetSocketAddress source;
    private final Tally tally;
    private final ByteBuffer request;
    private final ByteBuffer response;

    private @Nullable SocketChannel channel;
    private @Nullable SelectionKey key;
    private boolean asking;
    private long number;
    private long began;
    private long due;

    /** @param first when its first exchange is due, in {@link System#nanoTime} terms */
    HonestClient(Service service, InetSocketAddress target, InetSocketAddress source, Tally tally, long first) {
        this.service = service;
        this.target = target;
        this.source = source;
        this.tally = tally;
        this.due = first;
        this.request = ByteBuffer.allocateDirect(service.bytes());
        this.response = ByteBuffer.allocateDirect(service.bytes());
    }

    /** When it has its next turn; in the past if the last exchange takes longer than its pace. */
    long due() {
        return asking ? began + PATIENCE_NANOS : due;
    }

    /** Begins an exchange if one is due, gives one up that takes too long. */
    void tick(Selector selector, long now) {
        if (asking && now - began > PATIENCE_NANOS) {
            tally.late();
            close();
        }
        if (!asking && now - due >= 0) {
            due = Math.max(due + service.paceNanos(), now - MADE_UP_NANOS);
            begin(selector, now);
        }
    }

    private void begin(Selector selector, long now) {
        asking = true;
        began = now;
        request.clear().putLong(0, ++number);
        response.clear();
        try {
            if (channel == null) {
                connect(selector);
            } else {
                write();
            }
        } catch (IOException e) {
            fail();
        }
    }

    private void connect(Selector selector) throws IOException {
        SocketChannel fresh = SocketChannel.open();
        channel = fresh;
        fresh.configureBlocking(false);
        fresh.setOption(StandardSocketOptions.TCP_NODELAY, true);
        fresh.bind(source);
        boolean done = fresh.connect(target);
        key = fresh.register(selector, done ? 0 : SelectionKey.OP_CONNECT, this);
        if (done) {
            write();
        }
    }

    private void write() throws IOException {
        SocketChannel open = channel;
        SelectionKey mine = key;
        if (open == null || mine == null) {
            return;
        }
        open.write(request);
        // It reads while it writes: else a request larger than all buffers on the way would wait for itself.
        int interest = SelectionKey.OP_READ | (request.hasRemaining() ? SelectionKey.OP_WRITE : 0);
        if (mine.interestOps() != interest) {
            mine.interestOps(interest);
        }
    }

    /** The selector has something to tell. */
    void ready() {
        SocketChannel open = channel;
        SelectionKey mine = key;
        if (open == null || mine == null || !mine.isValid()) {
            return;
        }
        try {
            if (mine.isConnectable()) {
                if (open.finishConnect()) {
                    write();
                }
                return;
            }
            if (request.hasRemaining()) {
                write();
            }
            if (open.read(response) < 0) {
                throw new IOException("end of stream");
            }
            if (!response.hasRemaining()) {
                answered();
            }
        } catch (IOException e) {
            fail();
        }
    }

    private void answered() throws IOException {
        if (!asking || response.getLong(0) != number) {
            throw new IOException("a response nobody asked for");
        }
        asking = false;
        tally.done(System.nanoTime() - began);
        if (service.fresh()) {
            close();
        }
    }

    private void fail() {
        tally.failed();
        close();
    }

    void close() {
        asking = false;
        SocketChannel open = channel;
        channel = null;
        key = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                // The descriptor is given back all the same.
                return;
            }
        }
    }
}
