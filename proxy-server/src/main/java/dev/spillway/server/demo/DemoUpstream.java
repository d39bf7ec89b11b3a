package dev.spillway.server.demo;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The service that the demo's proxy stands in front of: a small HTTP/1.1 server on one thread of its own.
 *
 * <ul>
 *   <li>{@code GET /}: a page that shows the client as the upstream sees it
 *   <li>{@code GET /bytes/N}: N bytes, up to 1 GiB, as fast as they are taken and no faster
 *   <li>{@code GET /echo?TEXT}: TEXT again; the small exchange of the {@link HonestCrowd}
 *   <li>{@code POST /sink}: swallows a body of up to 1 GiB and answers with its length and SHA-256
 * </ul>
 *
 * Every cost is bounded: connections, request heads, time without progress, and, by a fixed send buffer, what a peer that
 * does not read pins in the kernel.
 */
public final class DemoUpstream implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DemoUpstream.class);

    /** Keeps what a stalled peer pins in the kernel small; the kernel doubles it for its own bookkeeping. */
    private static final int SEND_BUFFER_BYTES = 32 << 10;

    private static final int SCRATCH_BYTES = 1 << 16;
    private static final int BACKLOG = 4096;
    private static final Duration SWEEP = Duration.ofMillis(500);
    private static final Duration CLOSE_DEADLINE = Duration.ofSeconds(5);

    private final ServerSocketChannel server;
    private final Selector selector;
    private final SelectionKey accepting;
    private final InetSocketAddress address;
    private final int maxConnections;
    private final Duration idle;
    private final Answers answers;
    private final ByteBuffer scratch = ByteBuffer.allocateDirect(SCRATCH_BYTES); // of the loop's thread
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicLong accepted = new AtomicLong();
    private final Thread thread;
    private volatile boolean open = true;

    private DemoUpstream(
            ServerSocketChannel server, Selector selector, int maxConnections, Duration idle, ClientView view)
            throws IOException {
        this.server = server;
        this.selector = selector;
        this.maxConnections = maxConnections;
        this.idle = idle;
        this.address = (InetSocketAddress) server.getLocalAddress();
        this.accepting = server.register(selector, SelectionKey.OP_ACCEPT);
        this.answers = new Answers(view, connections::get, accepted::get);
        this.thread = new Thread(this::run, "demo-upstream");
        thread.setDaemon(true);
    }

    /**
     * Binds and serves until {@link #close()}.
     *
     * @param bind where to listen; port 0 takes a free one
     * @param maxConnections most open at once, positive; further ones wait in the kernel's queue
     * @param idle how long a connection may go without progress; positive
     * @param adminUrl what the page links to, such as {@code http://127.0.0.1:9901}; empty for no link
     * @throws IOException if the address can't be bound
     */
    public static DemoUpstream start(InetSocketAddress bind, int maxConnections, Duration idle, String adminUrl)
            throws IOException {
        if (maxConnections <= 0 || idle.isNegative() || idle.isZero()) {
            throw new IllegalArgumentException(
                    "maxConnections " + maxConnections + ", idle " + idle + " (expected: positive)");
        }
        ServerSocketChannel server = ServerSocketChannel.open();
        Selector selector = null;
        try {
            selector = Selector.open();
            server.configureBlocking(false);
            server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            server.bind(bind, BACKLOG);
            DemoUpstream upstream = new DemoUpstream(server, selector, maxConnections, idle, new ClientView(adminUrl));
            upstream.thread.start();
            return upstream;
        } catch (IOException | RuntimeException e) {
            server.close();
            if (selector != null) {
                selector.close();
            }
            throw e;
        }
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return address;
    }

    /** Connections open now. */
    public int connections() {
        return connections.get();
    }

    /** Connections taken so far. */
    public long accepted() {
        return accepted.get();
    }

    /** Byte {@code position} of what {@code /bytes/N} gives; for whoever checks it. */
    byte sourceByte(long position) {
        return answers.source(position, 1).get(0);
    }

    /** Closes every connection and ends the thread; idempotent, any thread. */
    @Override
    public void close() {
        open = false;
        selector.wakeup();
        try {
            thread.join(CLOSE_DEADLINE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            long sweep = System.nanoTime();
            while (open) {
                selector.select(this::ready, SWEEP.toMillis());
                long now = System.nanoTime();
                if (now - sweep >= SWEEP.toNanos()) {
                    sweep = now;
                    closeExpired(now);
                    resumeAccepting();
                }
            }
        } catch (IOException e) {
            log.error("the demo's upstream ended: {}", e.toString());
        } finally {
            closeAll();
        }
    }

    private void ready(SelectionKey key) {
        if (key == accepting) {
            accept();
            return;
        }
        UpstreamConnection connection = (UpstreamConnection) key.attachment();
        try {
            if (!connection.ready(scratch, System.nanoTime())) {
                close(key);
            }
        } catch (IOException | CancelledKeyException e) {
            close(key); // the peer went away
        } catch (RuntimeException e) {
            log.warn("the demo's upstream closes a connection", e);
            close(key);
        }
    }

    private void accept() {
        try {
            while (connections.get() < maxConnections) {
                SocketChannel channel = server.accept();
                if (channel == null) {
                    return;
                }
                serve(channel);
            }
        } catch (IOException e) {
            // Out of descriptors, most likely: what waits in the queue is taken at the next sweep.
            log.warn("the demo's upstream can't accept: {}", e.getMessage());
        }
        accepting.interestOps(0);
    }

    private void serve(SocketChannel channel) throws IOException {
        try {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.SO_SNDBUF, SEND_BUFFER_BYTES);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
            key.attach(new UpstreamConnection(channel, key, answers, idle, System.nanoTime()));
            connections.incrementAndGet();
            accepted.incrementAndGet();
        } catch (IOException e) {
            channel.close(); // reset before we came to it
        }
    }

    private void resumeAccepting() {
        if (accepting.interestOps() == 0 && connections.get() < maxConnections) {
            accepting.interestOps(SelectionKey.OP_ACCEPT);
        }
    }

    private void closeExpired(long now) {
        for (SelectionKey key : selector.keys()) {
            if (key.attachment() instanceof UpstreamConnection connection && connection.expired(now)) {
                reset(key);
            }
        }
    }

    /** Closes by RST: a plain close would leave what a stalled peer does not read to the kernel. */
    private void reset(SelectionKey key) {
        try {
            ((SocketChannel) key.channel()).setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException e) {
            log.debug("closing a connection of the demo's upstream: {}", e.toString());
        }
        close(key);
    }

    private void close(SelectionKey key) {
        key.attach(null);
        connections.decrementAndGet();
        try {
            key.channel().close();
        } catch (IOException e) {
            log.debug("closing a connection of the demo's upstream: {}", e.toString());
        }
    }

    private void closeAll() {
        for (SelectionKey key : selector.keys()) {
            if (key.attachment() != null) {
                reset(key);
            }
        }
        try {
            server.close();
            selector.close();
        } catch (IOException e) {
            log.debug("closing the demo's upstream: {}", e.toString());
        }
    }
}
