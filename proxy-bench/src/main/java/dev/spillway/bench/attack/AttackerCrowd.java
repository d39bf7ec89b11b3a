package dev.spillway.bench.attack;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Hostile clients that all do the same, each from a source address of its own. One that is closed comes back. The crowd is
 * bounded in size, rate and time, ends by itself, and runs on one thread of its own.
 */
public final class AttackerCrowd implements AutoCloseable {
    private static final long TICK_MILLIS = 5;
    private static final long CONNECT_PATIENCE_NANOS = 3_000_000_000L;
    private static final long CLOSE_PATIENCE_MILLIS = 10_000;

    /** How often all are looked at: finely until the first one is closed, for that is a figure; each look costs 1 ms. */
    private static final long FIRST_LOOKS_NANOS = 5_000_000;

    private static final long LOOKS_NANOS = 50_000_000;

    /** What the JDK takes from epoll in one call; those that were taken go to the end of the kernel's list. */
    private static final int EVENTS_PER_CALL = 1024;

    /** A pause of this thread is not caught up with in one burst. */
    private static final double LONGEST_BURST_SECONDS = 0.1;

    /**
     * What the crowd does.
     *
     * @param attack what each of them does
     * @param target whom they attack; a loopback address
     * @param clients how many
     * @param connectsPerSecond most connects it starts a second, of new clients and of those that come back
     * @param duration after which it ends by itself
     */
    public record Plan(Attack attack, InetSocketAddress target, int clients, int connectsPerSecond, Duration duration) {
        /** @throws IllegalArgumentException if the target is not on loopback */
        public Plan {
            if (!target.getAddress().isLoopbackAddress()) {
                throw new IllegalArgumentException("target: " + target + " (expected: a loopback address)");
            }
        }
    }

    /**
     * How it fares.
     *
     * @param connected clients that hold a connection now
     * @param connects connections made so far
     * @param closed connections that the other side reset or ended
     * @param refused connects that were refused, not answered in 3 s, or could not be started
     */
    public record Counts(int connected, long connects, long closed, long refused) {}

    private final Plan plan;
    private final Selector selector;

    /** Of the connected ones that never read; looked at, never waited on: see {@link Attacker#finishConnect}. */
    private final Selector watch;

    private final List<Attacker> clients;
    private final ArrayDeque<Attacker> idle;
    private final ByteBuffer scratch = ByteBuffer.allocateDirect(64);
    private final Thread thread;

    // Written by the crowd's thread only, read by anyone.
    private final AtomicLong connected = new AtomicLong();
    private final AtomicLong connects = new AtomicLong();
    private final AtomicLong closed = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private volatile long firstClosedNanos;
    private volatile boolean stopped;

    private AttackerCrowd(Plan plan, Selector selector, Selector watch) throws IOException {
        this.plan = plan;
        this.selector = selector;
        this.watch = watch;
        this.clients = new ArrayList<>(plan.clients());
        for (int i = 0; i < plan.clients(); i++) {
            clients.add(new Attacker(plan.attack(), LoopbackSources.source(LoopbackSources.HOSTILE + i)));
        }
        this.idle = new ArrayDeque<>(clients);
        this.thread = new Thread(this::run, "attackers");
        thread.setDaemon(true);
    }

    /** Begins at once. */
    public static AttackerCrowd start(Plan plan) throws IOException {
        Selector selector = Selector.open();
        try {
            AttackerCrowd crowd = new AttackerCrowd(plan, selector, Selector.open());
            crowd.thread.start();
            return crowd;
        } catch (IOException e) {
            selector.close();
            throw e;
        }
    }

    /** Any thread. */
    public Counts counts() {
        return new Counts((int) connected.get(), connects.get(), closed.get(), refused.get());
    }

    /** When the first of them was seen closed by the other side, in {@link System#nanoTime} terms. */
    OptionalLong firstClosed() {
        return closed.get() == 0 ? OptionalLong.empty() : OptionalLong.of(firstClosedNanos);
    }

    /** Gives up every connection at once, as a process that is killed does; idempotent, any thread. */
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

    private void run() {
        long start = System.nanoTime();
        long before = start;
        long looked = start;
        double allowance = 1;
        try {
            for (long now = start; !stopped && now - start < plan.duration().toNanos(); now = System.nanoTime()) {
                allowance += (now - before) * 1e-9 * plan.connectsPerSecond();
                allowance = Math.min(allowance, Math.max(1, plan.connectsPerSecond() * LONGEST_BURST_SECONDS));
                before = now;
                while (allowance >= 1 && connectNext(now)) {
                    allowance--;
                }
                selector.select(key -> ready((Attacker) key.attachment()), TICK_MILLIS);
                if (now - looked > (closed.get() == 0 ? FIRST_LOOKS_NANOS : LOOKS_NANOS)) {
                    looked = now;
                    look(now);
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException("the selector of the attackers failed", e);
        } finally {
            closeAll();
        }
    }

    private boolean connectNext(long now) {
        Attacker client = idle.poll();
        if (client == null) {
            return false;
        }
        try {
            if (client.connect(plan.target(), selector, now)) {
                ready(client);
            }
        } catch (IOException e) {
            refused.incrementAndGet();
            back(client);
        }
        return true;
    }

    /** The selector has something to tell about {@code client}. */
    private void ready(Attacker client) {
        boolean wasConnecting = client.connecting();
        try {
            if (wasConnecting) {
                if (client.finishConnect(selector, watch, System.nanoTime())) {
                    connects.incrementAndGet();
                    connected.incrementAndGet();
                }
            } else if (client.goOn(scratch)) {
                lost(client);
            }
        } catch (IOException e) {
            if (!wasConnecting) {
                lost(client);
            } else if (e instanceof ConnectException) {
                refused.incrementAndGet();
                back(client);
            } else { // connected, and reset before we came to it
                connects.incrementAndGet();
                connected.incrementAndGet();
                lost(client);
            }
        }
    }

    private void look(long now) throws IOException {
        for (int seen = 0; seen < connected.get(); seen += EVENTS_PER_CALL) {
            watch.selectNow(key -> lost((Attacker) key.attachment()));
        }
        for (Attacker client : clients) {
            if (client.hungry(now)) {
                ready(client);
            } else if (client.connectingSince(now - CONNECT_PATIENCE_NANOS)) {
                refused.incrementAndGet();
                back(client);
            }
        }
    }

    private void lost(Attacker client) {
        connected.decrementAndGet();
        if (closed.get() == 0) {
            firstClosedNanos = System.nanoTime();
        }
        closed.incrementAndGet();
        back(client);
    }

    private void back(Attacker client) {
        client.close();
        idle.add(client);
    }

    private void closeAll() {
        clients.forEach(Attacker::close);
        connected.set(0);
        try {
            selector.close();
            watch.close();
        } catch (IOException e) {
            throw new IllegalStateException("the selectors of the attackers cannot be closed", e);
        }
    }
}
