package dev.spillway.server.demo;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Well-behaved clients: each asks for something small at a fixed pace, reads the answer, checks it, and counts what went
 * well and what did not. The pace is fixed on purpose. A client that asks as fast as it is answered would measure the
 * machine; one with a pace shows what an attack takes away. A turn that comes while the last exchange still runs is
 * lost, so slowness costs exchanges as much as failures do.
 */
public final class HonestCrowd implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(HonestCrowd.class);

    private static final Duration CLOSE_DEADLINE = Duration.ofSeconds(5);
    private static final long LONGEST_WAIT_MILLIS = 100;
    /** Far from the hostile crowd's, so that the two never share an address. */
    private static final int FIRST_SOURCE = LoopbackSources.COUNT / 2;

    /** How a client connects. */
    public enum Habit {
        /** One connection for all exchanges. */
        KEPT,
        /** A new connection for each exchange. */
        FRESH
    }

    /**
     * Clients that do the same.
     *
     * @param name to ask for their counts by
     * @param target whom they ask: the proxy in front of a {@link DemoUpstream}
     * @param habit how they connect
     * @param clients how many
     * @param pace time from one exchange of a client to its next
     * @param patience how long an exchange may take, connect included
     */
    public record Group(
            String name, InetSocketAddress target, Habit habit, int clients, Duration pace, Duration patience) {
        /** @throws IllegalArgumentException if a number or time is not positive */
        public Group {
            if (clients <= 0 || pace.toNanos() <= 0 || patience.toNanos() <= 0) {
                throw new IllegalArgumentException(
                        "clients " + clients + ", pace " + pace + ", patience " + patience + " (expected: positive)");
            }
        }
    }

    private final Selector selector;
    private final List<HonestClient> clients = new ArrayList<>();
    private final Map<String, Tally> tallies = new LinkedHashMap<>();
    private final Thread thread;
    private volatile boolean stopped;

    private HonestCrowd(List<Group> groups, LoopbackSources sources, Selector selector) {
        this.selector = selector;
        long now = System.nanoTime();
        int index = FIRST_SOURCE;
        for (Group group : groups) {
            Tally tally = new Tally();
            if (tallies.put(group.name(), tally) != null) {
                throw new IllegalArgumentException("groups: " + group.name() + " twice (expected: distinct names)");
            }
            for (int i = 0; i < group.clients(); i++) {
                long first = now + group.pace().toNanos() * i / group.clients();
                clients.add(new HonestClient(group, i, sources.source(index++), tally, first));
            }
        }
        this.thread = new Thread(this::run, "honest-crowd");
        thread.setDaemon(true);
    }

    /**
     * Begins at once, and goes on until {@link #close()}.
     *
     * @throws IOException if the system has no selector left
     */
    public static HonestCrowd start(List<Group> groups, LoopbackSources sources) throws IOException {
        HonestCrowd crowd = new HonestCrowd(groups, sources, Selector.open());
        crowd.thread.start();
        return crowd;
    }

    /**
     * What a group got done so far; any thread.
     *
     * @throws NoSuchElementException if there is no such group
     */
    public Exchanges exchanges(String group) {
        Tally tally = tallies.get(group);
        if (tally == null) {
            throw new NoSuchElementException("group " + group + " (expected: one of " + tallies.keySet() + ")");
        }
        return tally.snapshot();
    }

    /** Ends all clients; idempotent, any thread. */
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
        try {
            while (!stopped) {
                long now = System.nanoTime();
                long next = now + LONGEST_WAIT_MILLIS * 1_000_000;
                for (HonestClient client : clients) {
                    client.tick(selector, now);
                    next = Math.min(next, client.due());
                }
                long wait = (next - System.nanoTime()) / 1_000_000;
                selector.select(this::ready, Math.max(1, wait));
            }
        } catch (IOException e) {
            log.error("the honest crowd ended: {}", e.toString());
        } finally {
            clients.forEach(HonestClient::close);
            try {
                selector.close();
            } catch (IOException e) {
                log.debug("closing the honest crowd: {}", e.toString());
            }
        }
    }

    private void ready(SelectionKey key) {
        ((HonestClient) key.attachment()).ready(System.nanoTime());
    }
}
