package dev.spillway.upstream;

import dev.spillway.transport.HostPort;
import java.security.Security;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks servers' names up again and again, on a thread of its own because the system's look-up blocks. Owns that thread.
 * The system's resolver is used, not one of our own, so that {@code /etc/hosts} and whatever else the machine is set up
 * with count. All pools share the thread: a look-up that hangs delays the others.
 */
public final class Resolver implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Resolver.class);

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread created = new Thread(task, "spillway-resolver");
        created.setDaemon(true);
        return created;
    });

    static {
        // The pools keep the answers; with a cache of the JVM's below them, a change would be seen half a minute late.
        Security.setProperty("networkaddress.cache.ttl", "0");
        Security.setProperty("networkaddress.cache.negative.ttl", "0");
    }

    /** Looks all names up once, on this thread, and then at each pool's interval, if it has names at all. */
    public Resolver(List<Upstream> upstreams) {
        for (Upstream upstream : upstreams) {
            upstream.resolve();
            if (!upstream.settings().servers().stream().allMatch(HostPort::literal)) {
                long millis = upstream.settings().resolveInterval().toMillis();
                thread.scheduleWithFixedDelay(() -> resolve(upstream), millis, millis, TimeUnit.MILLISECONDS);
            }
        }
    }

    private static void resolve(Upstream upstream) {
        try {
            upstream.resolve();
        } catch (RuntimeException fault) {
            // An exception would end the schedule without a word.
            log.error("upstream {}: look-up failed", upstream.name(), fault);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
