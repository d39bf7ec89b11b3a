package dev.spillway.server.demo;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The attack that {@code semantics.md} describes, in a bounded form and against loopback only: <em>zero-window</em>
 * clients ask for something large and never read a byte of it, <em>silent</em> clients connect and say nothing. Each has a
 * source address of its own, and each one that is reset comes back. The crowd is bounded in size, rate, number of connects
 * and time, and ends by itself; it runs on one thread of its own.
 */
public final class HostileCrowd implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(HostileCrowd.class);

    private static final Duration TICK = Duration.ofMillis(10);
    private static final Duration CONNECT_PATIENCE = Duration.ofSeconds(3);
    private static final Duration CLOSE_DEADLINE = Duration.ofSeconds(10);
    /** How often the zero-window clients are looked at; each look costs about 0.2 µs a client. */
    private static final Duration LOOK_INTERVAL = Duration.ofMillis(50);

    /** What the JDK takes from epoll in one call; those that were taken go to the end of the kernel's list. */
    private static final int EVENTS_PER_CALL = 1024;

    /** A pause of this thread is not caught up with in one burst. */
    private static final double LONGEST_BURST_SECONDS = 0.1;

    /**
     * What the crowd does.
     *
     * @param target whom it attacks; a loopback address
     * @param zeroWindow clients that ask and never read
     * @param silent clients that say nothing
     * @param connectsPerSecond most connects it starts a second, of new clients and of those that come back
     * @param maxConnects most connects it starts in all
     * @param duration after which it ends by itself
     * @param wantedBytes what each zero-window client asks for
     */
    public record Plan(
            InetSocketAddress target,
            int zeroWindow,
            int silent,
            int connectsPerSecond,
            long maxConnects,
            Duration duration,
            long wantedBytes) {
        /** @throws IllegalArgumentException if the target is not on loopback or a bound is out of its range */
        public Plan {
            if (target.isUnresolved() || !target.getAddress().isLoopbackAddress()) {
                throw new IllegalArgumentException("target: " + target + " (expected: a loopback address)");
            }
            if (zeroWindow < 0 || silent < 0 || zeroWindow + silent <= 0) {
                throw new IllegalArgumentException(
                        "zeroWindow " + zeroWindow + ", silent " + silent + " (expected: one client at least)");
            }
            if (connectsPerSecond <= 0 || maxConnects <= 0 || duration.isNegative() || wantedBytes < 0) {
                throw new IllegalArgumentException("connectsPerSecond " + connectsPerSecond + ", maxConnects "
                        + maxConnects + ", duration " + duration + ", wantedBytes " + wantedBytes
                        + " (expected: positive)");
            }
        }

        /** Clients in all. */
        public int size() {
            return zeroWindow + silent;
        }
    }

    /**
     * How the crowd fares.
     *
     * @param connected clients that hold a connection now
     * @param reached clients that were connected once at least
     * @param connects connections made so far
     * @param reset connections that the other side reset
     * @param ended connections that the other side ended in order
     * @param refused connects that were refused
     * @param timedOut connects that were not answered in 3 s
     * @param failed connects that this side could not even start: no port or descriptor left
     */
    public record Counts(
            int connected,
            int reached,
            long connects,
            long reset,
            long ended,
            long refused,
            long timedOut,
            long failed) {}

    private final Plan plan;
    private final Selector selector;
    /** Holds the zero-window clients only, and is looked at, never waited on: see {@link HostileClient#watch}. */
    private final Selector watch;

    private final List<HostileClient> clients;
    private final ArrayDeque<HostileClient> idle = new ArrayDeque<>();
    private final ByteBuffer scratch = ByteBuffer.allocateDirect(1024);
    private final Thread thread;

    // Written by the crowd's thread only, read by anyone.
    private final AtomicLong connected = new AtomicLong();
    private final AtomicLong reached = new AtomicLong();
    private final AtomicLong connects = new AtomicLong();
    private final AtomicLong reset = new AtomicLong();
    private final AtomicLong ended = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong timedOut = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private volatile boolean stopped;

    private HostileCrowd(Plan plan, LoopbackSources sources, Selector selector, Selector watch) {
        this.plan = plan;
        this.selector = selector;
        this.watch = watch;
        this.clients = new ArrayList<>(plan.size());
        for (int i = 0; i < plan.size(); i++) {
            // Both kinds in turn for as long as both last, so that the mix is there from the first second on.
            boolean zero =
                    (long) (i + 1) * plan.zeroWindow() / plan.size() > (long) i * plan.zeroWindow() / plan.size();
            HostileClient client = new HostileClient(zero, sources.source(i));
            clients.add(client);
            idle.add(client);
        }
        this.thread = new Thread(this::run, "hostile-crowd");
        thread.setDaemon(true);
    }

    /**
     * Begins at once.
     *
     * @throws IOException if the system has no selector left
     */
    public static HostileCrowd start(Plan plan, LoopbackSources sources) throws IOException {
        Selector selector = Selector.open();
        Selector watch;
        try {
            watch = Selector.open();
        } catch (IOException e) {
            selector.close();
            throw e;
        }
        HostileCrowd crowd = new HostileCrowd(plan, sources, selector, watch);
        crowd.thread.start();
        return crowd;
    }

    /** What it does. */
    public Plan plan() {
        return plan;
    }

    /** How it fares; any thread. */
    public Counts counts() {
        return new Counts(
                (int) connected.get(),
                (int) reached.get(),
                connects.get(),
                reset.get(),
                ended.get(),
                refused.get(),
                timedOut.get(),
                failed.get());
    }

    /** Whether it still attacks. */
    public boolean running() {
        return thread.isAlive();
    }

    /** Ends the attack and gives up every connection, as a process that is killed does; idempotent, any thread. */
    @Override
    public void close() {
        stopped = true;
        selector.wakeup();
        try {
            thread.join(CLOSE_DEADLINE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        long start = System.nanoTime();
        long before = start;
        long looked = start;
        long started = 0;
        double allowance = 1;
        try {
            for (long now = start; !stopped && now - start < plan.duration().toNanos(); now = System.nanoTime()) {
                allowance += (now - before) * 1e-9 * plan.connectsPerSecond();
                allowance = Math.min(allowance, Math.max(1, plan.connectsPerSecond() * LONGEST_BURST_SECONDS));
                before = now;
                while (allowance >= 1 && started < plan.maxConnects() && connectNext(now)) {
                    allowance--;
                    started++;
                }
                selector.select(key -> ready((HostileClient) key.attachment()), TICK.toMillis());
                if (now - looked > LOOK_INTERVAL.toNanos()) {
                    looked = now;
                    look();
                    giveUpConnecting(now);
                }
            }
        } catch (IOException e) {
            log.error("the hostile crowd ended: {}", e.toString());
        } finally {
            closeAll();
        }
    }

    private boolean connectNext(long now) {
        HostileClient client = idle.poll();
        if (client == null) {
            return false;
        }
        try {
            if (client.connect(plan.target(), selector, now)) {
                ready(client);
            }
        } catch (IOException e) {
            (client.connectRefused(e) ? refused : failed).incrementAndGet();
            back(client);
        }
        return true;
    }

    /** The selector has something to tell about {@code client}. */
    private void ready(HostileClient client) {
        try {
            if (client.connecting()) {
                if (client.finishConnect(plan.wantedBytes(), watch)) {
                    connects(client);
                }
            } else if (client.ended(scratch)) {
                lost(client, ended);
            }
        } catch (IOException e) {
            if (client.connecting() && client.connectRefused(e)) {
                refused.incrementAndGet();
                back(client);
            } else {
                if (client.connecting()) {
                    connects(client); // and reset before we came to it
                }
                lost(client, reset);
            }
        }
    }

    private void connects(HostileClient client) {
        connects.incrementAndGet();
        connected.incrementAndGet();
        if (client.firstTime()) {
            reached.incrementAndGet();
        }
    }

    private void look() throws IOException {
        for (int seen = 0; seen < connected.get(); seen += EVENTS_PER_CALL) {
            watch.selectNow(key -> lost((HostileClient) key.attachment(), reset));
        }
    }

    private void lost(HostileClient client, AtomicLong how) {
        connected.decrementAndGet();
        how.incrementAndGet();
        back(client);
    }

    private void back(HostileClient client) {
        client.close();
        idle.add(client);
    }

    private void giveUpConnecting(long now) {
        for (HostileClient client : clients) {
            if (client.connecting() && now - client.since() > CONNECT_PATIENCE.toNanos()) {
                timedOut.incrementAndGet();
                back(client);
            }
        }
    }

    private void closeAll() {
        for (HostileClient client : clients) {
            client.close();
        }
        connected.set(0);
        try {
            watch.close();
            selector.close();
        } catch (IOException e) {
            log.debug("closing the hostile crowd: {}", e.toString());
        }
    }
}
