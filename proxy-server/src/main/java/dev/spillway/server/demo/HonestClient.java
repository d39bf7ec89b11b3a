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
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** One member of the {@link HonestCrowd}, confined to its thread. */
final class HonestClient {
    private static final int ANSWER_BYTES = 1024;

    private final HonestCrowd.Group group;
    private final int index;
    private final @Nullable InetSocketAddress source;
    private final Tally tally;
    private final ByteBuffer answer = ByteBuffer.allocate(ANSWER_BYTES);

    private @Nullable SocketChannel channel;
    private @Nullable SelectionKey key;
    private boolean connected;
    private boolean asking;
    private long number;
    private long began;
    private long due;

    /**
     * @param index its number in the group
     * @param source what it binds to; null to leave it to the kernel
     * @param first when its first exchange is due, in nanoseconds
     */
    HonestClient(HonestCrowd.Group group, int index, @Nullable InetSocketAddress source, Tally tally, long first) {
        this.group = group;
        this.index = index;
        this.source = source;
        this.tally = tally;
        this.due = first;
    }

    /** When it has its next turn, in nanoseconds. */
    long due() {
        return due;
    }

    /** Begins an exchange if one is due, gives one up that takes too long. */
    void tick(Selector selector, long now) {
        if (asking && now - began > group.patience().toNanos()) {
            fail(tally.timedOut);
        }
        if (now - due < 0) {
            return;
        }
        long pace = group.pace().toNanos();
        due += pace * (1 + (now - due) / pace); // turns that were missed are lost
        if (!asking) {
            begin(selector, now);
        }
    }

    private void begin(Selector selector, long now) {
        asking = true;
        began = now;
        number++;
        answer.clear();
        try {
            if (channel == null) {
                connect(selector);
            } else {
                ask();
            }
        } catch (IOException e) {
            fail(e instanceof ConnectException ? tally.refused : tally.reset);
        }
    }

    private void connect(Selector selector) throws IOException {
        SocketChannel fresh = SocketChannel.open();
        channel = fresh;
        connected = false;
        fresh.configureBlocking(false);
        fresh.setOption(StandardSocketOptions.TCP_NODELAY, true);
        if (source != null) {
            fresh.bind(source);
        }
        boolean done = fresh.connect(group.target());
        key = fresh.register(selector, done ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT, this);
        if (done) {
            connected = true;
            ask();
        }
    }

    private void ask() throws IOException {
        String close = group.habit() == HonestCrowd.Habit.FRESH ? "Connection: close\r\n" : "";
        String request = "GET /echo?" + token() + " HTTP/1.1\r\nHost: demo\r\n" + close + "\r\n";
        ByteBuffer bytes = ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII));
        SocketChannel open = channel;
        if (open == null || open.write(bytes) < 0 || bytes.hasRemaining()) {
            throw new IOException("the request did not fit an empty send buffer");
        }
    }

    private String token() {
        return group.name() + "-" + index + "-" + number;
    }

    /** The selector has something to tell. */
    void ready(long now) {
        SocketChannel open = channel;
        SelectionKey mine = key;
        if (open == null || mine == null) {
            return;
        }
        try {
            if (!connected) {
                if (open.finishConnect()) {
                    connected = true;
                    mine.interestOps(SelectionKey.OP_READ);
                    ask();
                }
            } else if (open.read(answer) < 0 || !asking) {
                fail(tally.reset); // the end, or a byte nobody asked for
            } else {
                check(now);
            }
        } catch (IOException e) {
            fail(!connected && e instanceof ConnectException ? tally.refused : tally.reset);
        }
    }

    private void check(long now) {
        String text = new String(answer.array(), 0, answer.position(), StandardCharsets.ISO_8859_1);
        int head = text.indexOf("\r\n\r\n");
        String expected = token();
        if (head < 0 ? !answer.hasRemaining() : !expected.startsWith(text.substring(head + 4))) {
            fail(tally.wrong);
        } else if (head >= 0 && text.length() == head + 4 + expected.length()) {
            if (text.startsWith("HTTP/1.1 200 ")) {
                succeed(now);
            } else {
                fail(tally.wrong);
            }
        }
    }

    private void succeed(long now) {
        asking = false;
        tally.latencies.record(now - began);
        tally.done.incrementAndGet();
        if (group.habit() == HonestCrowd.Habit.FRESH) {
            close();
        }
    }

    private void fail(AtomicLong how) {
        asking = false;
        how.incrementAndGet();
        close();
    }

    void close() {
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
