package dev.spillway.upstream;

import dev.spillway.transport.HostPort;
import java.security.Security;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
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

    private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(1, task -> {
        Thread created = new Thread(task, "spillway-resolver");
        created.setDaemon(true);
        return created;
    });
    private final Map<Upstream, Watch> watched = new HashMap<>();

    /** That a pool's names are looked up again and again, so often. */
    private record Watch(long millis, Future<?> schedule) {}

    static {
        // The pools keep the answers; with a cache of the JVM's below them, a change would be seen half a minute late.
        Security.setProperty("networkaddress.cache.ttl", "0");
        Security.setProperty("networkaddress.cache.negative.ttl", "0");
    }

    /** A resolver of nothing yet. */
    public Resolver() {
        // What is not watched any more would stay in the queue until its time had come.
        thread.setRemoveOnCancelPolicy(true);
    }

    /** Looks up the names of {@code upstreams}, if they have names at all, each at its interval, and no others. */
    public synchronized void watch(List<Upstream> upstreams) {
        Map<Upstream, Long> wanted = new HashMap<>();
        for (Upstream upstream : upstreams) {
            if (!upstream.settings().servers().stream().allMatch(HostPort::literal)) {
                wanted.put(upstream, upstream.settings().resolveInterval().toMillis());
            }
        }
        watched.entrySet().removeIf(each -> {
            boolean goes = !Long.valueOf(each.getValue().millis()).equals(wanted.get(each.getKey()));
            if (goes) {
                each.getValue().schedule().cancel(false);
            }
            return goes;
        });
        wanted.forEach((upstream, millis) -> watched.computeIfAbsent(upstream, absent -> watch(upstream, millis)));
    }

    private Watch watch(Upstream upstream, long millis) {
        return new Watch(
                millis, thread.scheduleWithFixedDelay(() -> resolve(upstream), millis, millis, TimeUnit.MILLISECONDS));
    }

    /** How many pools are looked up. */
    synchronized int watched() {
        return watched.size();
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
