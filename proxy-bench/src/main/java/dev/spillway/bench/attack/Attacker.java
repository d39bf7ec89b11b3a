package dev.spillway.bench.attack;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** One member of the {@link AttackerCrowd}, confined to its thread. */
final class Attacker {
    private static final long WANTED_BYTES = 64 << 20;

    /** The kernel makes about 2 KiB of it: the window is shut after the first segment. */
    private static final int RECEIVE_BUFFER_BYTES = 1024;

    private static final int SEND_BUFFER_BYTES = 16 * 1024;
    private static final int PUSH_BYTES = 64 * 1024;
    private static final int MORSEL_BYTES = 8;
    private static final long MORSEL_EVERY_NANOS = 1_000_000_000;

    private static final ByteBuffer NOTHING =
            ByteBuffer.allocateDirect(PUSH_BYTES).asReadOnlyBuffer();

    private final Attack attack;
    private final InetSocketAddress source;
    private @Nullable SocketChannel channel;
    private boolean connecting;
    private long since;
    private long due;

    Attacker(Attack attack, InetSocketAddress source) {
        this.attack = attack;
        this.source = source;
    }

    /** @return whether it was connected at once */
    boolean connect(InetSocketAddress target, Selector selector, long now) throws IOException {
        SocketChannel fresh = SocketChannel.open();
        channel = fresh;
        since = now;
        fresh.configureBlocking(false);
        if (attack.leavesUnread() || attack == Attack.SLOW_READER) {
            fresh.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER_BYTES);
        } else {
            fresh.setOption(StandardSocketOptions.SO_SNDBUF, SEND_BUFFER_BYTES);
        }
        fresh.setOption(StandardSocketOptions.SO_LINGER, 0);
        fresh.bind(source);
        connecting = true;
        boolean done = fresh.connect(target);
        fresh.register(selector, done ? 0 : SelectionKey.OP_CONNECT, this);
        return done;
    }

    boolean connecting() {
        return connecting;
    }

    boolean connectingSince(long earliest) {
        return connecting && since - earliest < 0;
    }

    /**
     * Goes on after a connect, and does what it came for.
     *
     * @param watch waits for the end of those that never read: a socket with unread bytes is always readable, so that
     *     {@code OP_READ} would spin, and a key interested in {@code OP_CONNECT} is selected when a connected socket has an
     *     error and never else; but epoll wakes up for it all the time, as it stands for "writable", so this selector is
     *     looked at now and then and never waited on
     * @return false if it is not connected yet
     */
    boolean finishConnect(Selector selector, Selector watch, long now) throws IOException {
        SocketChannel open = channel;
        if (open == null || !open.finishConnect()) {
            return false;
        }
        connecting = false;
        due = now + MORSEL_EVERY_NANOS;
        SelectionKey key = open.keyFor(selector);
        switch (attack) {
            case SILENT_FLOOD -> key.interestOps(SelectionKey.OP_READ);
            case BIG_PUSH -> key.interestOps(SelectionKey.OP_WRITE);
            case ZERO_WINDOW, SLOW_READER, HALF_CLOSE -> {
                open.write(ByteBuffer.allocate(Long.BYTES).putLong(0, WANTED_BYTES));
                if (attack == Attack.HALF_CLOSE) {
                    open.shutdownOutput();
                }
                key.interestOps(0);
                open.register(watch, SelectionKey.OP_CONNECT, this);
            }
        }
        return true;
    }

    /** Whether the other side ended the connection in order; a reset throws. */
    boolean goOn(ByteBuffer scratch) throws IOException {
        SocketChannel open = channel;
        if (open == null) {
            return false;
        }
        if (attack == Attack.BIG_PUSH) {
            open.write(NOTHING.duplicate());
            return false;
        }
        scratch.clear().limit(MORSEL_BYTES);
        return open.read(scratch) < 0;
    }

    /** Whether it is time to read a little. */
    boolean hungry(long now) {
        if (attack != Attack.SLOW_READER || channel == null || connecting || now - due < 0) {
            return false;
        }
        due = now + MORSEL_EVERY_NANOS;
        return true;
    }

    void close() {
        connecting = false;
        SocketChannel open = channel;
        channel = null;
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
