package dev.spillway.bench.attack;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Hostile clients that connect again and again, from some source addresses. Each connection is given up once it is clear what
 * became of it: refused when the other side ends it, admitted when it did not for {@value #HOLD_MILLIS} ms. Bounded in
 * number, rate and time; runs on one thread of its own.
 */
public final class ConnectFlood implements AutoCloseable {
    private static final long HOLD_MILLIS = 300;
    private static final long HOLD_NANOS = HOLD_MILLIS * 1_000_000;
    private static final long CONNECT_PATIENCE_NANOS = 3_000_000_000L;
    private static final long TICK_MILLIS = 2;
    private static final long CLOSE_PATIENCE_MILLIS = 10_000;
    /** A pause of this thread is not caught up with in one burst. */
    private static final double LONGEST_BURST_SECONDS = 0.05;
    /** Descriptors of this process. */
    private static final int MOST_OPEN = 8000;

    /**
     * What the flood does. Sources come in groups, one after the other, each until all of its connects are made: a limit of
     * some connections a second refuses nearly all of those then, in whatever way it counts.
     *
     * @param target a loopback address
     * @param firstSource number of the first source address
     * @param sources how many
     * @param connectsOfEach how many connects each makes
     * @param atATime how many sources are in a group; divides {@code sources}
     * @param perSecond connects a second, of all
     */
    public record Plan(
            InetSocketAddress target, int firstSource, int sources, int connectsOfEach, int atATime, int perSecond) {
        /** @throws IllegalArgumentException if a value does not fit */
        public Plan {
            if (!target.getAddress().isLoopbackAddress()) {
                throw new IllegalArgumentException("target: " + target + " (expected: a loopback address)");
            }
            if (atATime < 1 || sources % atATime != 0) {
                throw new IllegalArgumentException(
                        "at a time: " + atATime + " (expected: a divisor of " + sources + ")");
            }
        }

        long connects() {
            return (long) sources * connectsOfEach;
        }

        /** The number of the source of connect {@code index}, from 0. */
        int source(long index) {
            long group = index / ((long) atATime * connectsOfEach);
            return firstSource + (int) (group * atATime + index % atATime);
        }
    }

    /**
     * How it fares.
     *
     * @param started connects begun
     * @param refused of them, those that the other side ended
     * @param admitted those it kept
     * @param unanswered those it did not answer in 3 s
     */
    public record Counts(long started, long refused, long admitted, long unanswered) {
        long settled() {
            return refused + admitted + unanswered;
        }
    }

    private final Plan plan;
    private final Selector selector;
    private final Thread thread;
    private final ArrayDeque<Try> connecting = new ArrayDeque<>();
    private final ArrayDeque<Try> holding = new ArrayDeque<>();
    private final ByteBuffer scratch = ByteBuffer.allocateDirect(64);

    // Written by the flood's thread only, read by anyone.
    private final AtomicLong started = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong admitted = new AtomicLong();
    private final AtomicLong unanswered = new AtomicLong();
    private volatile boolean stopped;

    /** One connection; confined to the thread. */
    private static final class Try {
        private final SocketChannel channel;
        private long since;
        private boolean over;

        Try(SocketChannel channel, long since) {
            this.channel = channel;
            this.since = since;
        }
    }

    private ConnectFlood(Plan plan, Selector selector) {
        this.plan = plan;
        this.selector = selector;
        this.thread = new Thread(this::run, "connect-flood");
        thread.setDaemon(true);
    }

    /** Begins at once. */
    public static ConnectFlood start(Plan plan) throws IOException {
        ConnectFlood flood = new ConnectFlood(plan, Selector.open());
        flood.thread.start();
        return flood;
    }

    /** Any thread. */
    public Counts counts() {
        return new Counts(started.get(), refused.get(), admitted.get(), unanswered.get());
    }

    /**
     * Waits until all connects are settled.
     *
     * @return whether they were, in time
     */
    public boolean await(long millis) throws InterruptedException {
        thread.join(millis);
        return !thread.isAlive();
    }

    private void run() {
        long before = System.nanoTime();
        double allowance = 1;
        try {
            while (!stopped && counts().settled() < plan.connects()) {
                long now = System.nanoTime();
                allowance += (now - before) * 1e-9 * plan.perSecond();
                allowance = Math.min(allowance, Math.max(1, plan.perSecond() * LONGEST_BURST_SECONDS));
                before = now;
                while (allowance >= 1
                        && started.get() < plan.connects()
                        && selector.keys().size() < MOST_OPEN) {
                    allowance--;
                    connect(now);
                }
                selector.select(this::ready, TICK_MILLIS);
                settle(System.nanoTime());
            }
        } catch (IOException e) {
            throw new IllegalStateException("the flood cannot go on", e);
        } finally {
            closeAll();
        }
    }

    private void connect(long now) throws IOException {
        SocketChannel channel = SocketChannel.open();
        Try attempt = new Try(channel, now);
        int source = plan.source(started.getAndIncrement());
        try {
            channel.configureBlocking(false);
            channel.bind(LoopbackSources.source(source));
            boolean done = channel.connect(plan.target());
            channel.register(selector, done ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT, attempt);
            (done ? holding : connecting).add(attempt);
        } catch (IOException noPort) {
            end(attempt, unanswered);
        }
    }

    private void ready(SelectionKey key) {
        Try attempt = (Try) key.attachment();
        if (attempt.over) {
            return;
        }
        try {
            if (key.isConnectable()) {
                attempt.channel.finishConnect();
                key.interestOps(SelectionKey.OP_READ);
                attempt.since = System.nanoTime();
                holding.add(attempt);
            } else {
                scratch.clear();
                if (attempt.channel.read(scratch) < 0) {
                    end(attempt, refused);
                }
            }
        } catch (IOException reset) {
            end(attempt, refused);
        }
    }

    private void settle(long now) {
        while (!holding.isEmpty() && (holding.peek().over || now - holding.peek().since > HOLD_NANOS)) {
            end(holding.remove(), admitted);
        }
        while (!connecting.isEmpty()
                && (connecting.peek().over || !connecting.peek().channel.isConnectionPending())) {
            connecting.remove();
        }
        while (!connecting.isEmpty() && now - connecting.peek().since > CONNECT_PATIENCE_NANOS) {
            end(connecting.remove(), unanswered);
        }
    }

    private static void end(Try attempt, AtomicLong as) {
        if (attempt.over) {
            return;
        }
        attempt.over = true;
        as.incrementAndGet();
        try {
            attempt.channel.close();
        } catch (IOException e) {
            // The descriptor is given back all the same.
            return;
        }
    }

    private void closeAll() {
        try {
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
            selector.close();
        } catch (IOException e) {
            throw new IllegalStateException("the sockets of the flood cannot be closed", e);
        }
    }

    /** Ends it at once; idempotent, any thread. */
    @Override
    public void close() {
        stopped = true;
        selector.wakeup();
        try {
            thread.join(CLOSE_PATIENCE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
