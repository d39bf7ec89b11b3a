package dev.spillway.bench.attack;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Well-behaved clients of several services, each at its pace, on one thread of their own until closed. */
public final class HonestCrowd implements AutoCloseable {
    private static final long LONGEST_WAIT_NANOS = 100_000_000;
    private static final long CLOSE_PATIENCE_MILLIS = 10_000;

    private final Selector selector;
    private final List<HonestClient> clients = new ArrayList<>();
    private final Map<Service, Tally> tallies = new LinkedHashMap<>();
    private final Thread thread;
    private volatile boolean stopped;

    /** What all of them got done in some time. */
    public record Taken(Map<Service, Tally.Counts> counts) {
        /** Of one service. */
        public Tally.Counts of(Service service) {
            return Objects.requireNonNull(counts.get(service), service::id);
        }
    }

    private HonestCrowd(List<Service> services, InetSocketAddress target, Selector selector) throws IOException {
        this.selector = selector;
        long now = System.nanoTime();
        int index = LoopbackSources.HONEST;
        for (Service service : services) {
            Tally tally = new Tally();
            tallies.put(service, tally);
            for (int i = 0; i < service.clients(); i++) {
                long first = now + service.paceNanos() * i / service.clients();
                clients.add(new HonestClient(service, target, LoopbackSources.source(index++), tally, first));
            }
        }
        this.thread = new Thread(this::run, "honest-clients");
        thread.setDaemon(true);
    }

    /** Begins at once. */
    public static HonestCrowd start(List<Service> services, InetSocketAddress target) throws IOException {
        HonestCrowd crowd = new HonestCrowd(services, target, Selector.open());
        crowd.thread.start();
        return crowd;
    }

    /** What was counted since the last time, by service; any thread, but one at a time. */
    public Taken take() {
        Map<Service, Tally.Counts> counts = new LinkedHashMap<>();
        tallies.forEach((service, tally) -> counts.put(service, tally.take()));
        return new Taken(counts);
    }

    private void run() {
        try {
            while (!stopped) {
                long now = System.nanoTime();
                long wait = LONGEST_WAIT_NANOS;
                for (HonestClient client : clients) {
                    client.tick(selector, now);
                    wait = Math.min(wait, client.due() - now);
                }
                // Rounded up: a turn that comes a little late is made up for, and whoever spins takes a processor that
                // the proxy
                // needs.
                selector.select(HonestCrowd::ready, Math.max(1, -Math.floorDiv(-wait, 1_000_000L)));
            }
        } catch (IOException e) {
            throw new IllegalStateException("the selector of the honest clients failed", e);
        } finally {
            closeAll();
        }
    }

    private static void ready(SelectionKey key) {
        ((HonestClient) key.attachment()).ready();
    }

    private void closeAll() {
        clients.forEach(HonestClient::close);
        try {
            selector.close();
        } catch (IOException e) {
            throw new IllegalStateException("the selector of the honest clients cannot be closed", e);
        }
    }

    /** Ends all clients; idempotent, any thread. */
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
