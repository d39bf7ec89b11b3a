package dev.spillway.bench.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Sends back what it gets, on one thread, until the client ends its stream; then it closes. */
final class EchoServer implements AutoCloseable {
    static final int BACKLOG = 4096;
    private static final int BUFFER_BYTES = 64 * 1024;

    private final Selector selector;
    private final ServerSocketChannel listener;
    private final InetSocketAddress address;
    private final Thread thread;
    private final AtomicInteger open = new AtomicInteger();
    private volatile boolean closing;

    /** Whether another thread serves, or is about to. */
    private volatile boolean lent;

    /** Whether the own thread stands still for it; guarded by the monitor of this. */
    private boolean standing;

    /** Of whichever thread serves: one read is written out, or its rest copied, before the next one. */
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);

    private EchoServer(Selector selector, ServerSocketChannel listener) throws IOException {
        this.selector = selector;
        this.listener = listener;
        this.address = (InetSocketAddress) listener.getLocalAddress();
        this.thread = new Thread(this::serve, "bench-echo");
        thread.setDaemon(true);
    }

    static EchoServer start() throws IOException {
        return start(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
    }

    static EchoServer start(InetSocketAddress address) throws IOException {
        Selector selector = Selector.open();
        ServerSocketChannel listener = ServerSocketChannel.open();
        try {
            listener.bind(address, BACKLOG);
            listener.configureBlocking(false);
            listener.register(selector, SelectionKey.OP_ACCEPT);
            EchoServer server = new EchoServer(selector, listener);
            server.thread.start();
            return server;
        } catch (IOException e) {
            listener.close();
            selector.close();
            throw e;
        }
    }

    InetSocketAddress address() {
        return address;
    }

    int openConnections() {
        return open.get();
    }

    private void serve() {
        try {
            while (!closing) {
                selector.select(this::handle);
                if (lent) {
                    awaitReturn();
                }
            }
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
            selector.close();
        } catch (IOException e) {
            throw new IllegalStateException("the echo server's selector failed", e);
        }
    }

    /**
     * Serves on the caller's thread from now on, whenever it is given a turn, and on its own again once the loan is closed: so
     * client and server need one processor between them and wake nobody up. One loan at a time.
     */
    Loan lend() throws InterruptedException {
        synchronized (this) {
            if (lent) {
                throw new IllegalStateException("the echo server is lent (expected: one loan at a time)");
            }
            lent = true;
            selector.wakeup();
            while (!standing) {
                wait();
            }
        }
        return new Loan();
    }

    private synchronized void awaitReturn() {
        standing = true;
        notifyAll();
        while (lent && !closing) {
            try {
                wait();
            } catch (InterruptedException e) {
                throw new IllegalStateException("nobody interrupts the echo server", e);
            }
        }
        standing = false;
    }

    /** The right to serve, of one thread. */
    final class Loan implements Backend.EchoLoan {
        private Loan() {}

        @Override
        public boolean turn() throws IOException {
            return selector.selectNow(EchoServer.this::handle) > 0;
        }

        @Override
        public void close() {
            synchronized (EchoServer.this) {
                lent = false;
                EchoServer.this.notifyAll();
            }
        }
    }

    private void handle(SelectionKey key) {
        if (key.isAcceptable()) {
            accept();
            return;
        }
        SocketChannel client = (SocketChannel) key.channel();
        try {
            boolean ended = key.isWritable() ? !flush(key, client) : !echo(key, client);
            if (ended) {
                end(client);
            }
        } catch (IOException resetByPeer) {
            // The other end of this connection sees the same and judges it; here it is only an end.
            end(client);
        }
    }

    private void accept() {
        try {
            SocketChannel client = listener.accept();
            while (client != null) {
                client.configureBlocking(false);
                client.setOption(StandardSocketOptions.TCP_NODELAY, true);
                client.register(selector, SelectionKey.OP_READ);
                open.incrementAndGet();
                client = listener.accept();
            }
        } catch (IOException e) {
            throw new IllegalStateException("the echo server cannot accept: too many open files?", e);
        }
    }

    /** Whether the stream goes on. */
    private boolean echo(SelectionKey key, SocketChannel client) throws IOException {
        buffer.clear();
        if (client.read(buffer) < 0) {
            return false;
        }
        buffer.flip();
        client.write(buffer);
        if (buffer.hasRemaining()) {
            ByteBuffer rest =
                    ByteBuffer.allocate(buffer.remaining()).put(buffer).flip();
            key.attach(rest);
            key.interestOps(SelectionKey.OP_WRITE);
        }
        return true;
    }

    /** Whether the stream goes on: always, as nothing was read. */
    private static boolean flush(SelectionKey key, SocketChannel client) throws IOException {
        @Nullable ByteBuffer rest = (ByteBuffer) key.attachment();
        if (rest != null) {
            client.write(rest);
        }
        if (rest == null || !rest.hasRemaining()) {
            key.attach(null);
            key.interestOps(SelectionKey.OP_READ);
        }
        return true;
    }

    private void end(SocketChannel client) {
        open.decrementAndGet();
        try {
            client.close();
        } catch (IOException nothingLeftToClose) {
            // The descriptor is released all the same.
            return;
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            closing = true;
            notifyAll();
        }
        selector.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
