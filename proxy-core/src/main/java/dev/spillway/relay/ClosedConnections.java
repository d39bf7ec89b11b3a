package dev.spillway.relay;

import dev.spillway.connection.CloseReason;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What became of connections that an administrator asked to be closed. Each id is in one of the lists, once, in the order in
 * which it was asked for.
 *
 * @param closed those that are closed now: both ends were reset, and the kernel keeps nothing for them
 * @param unknown those that are no connection, or ended by themselves before
 * @param pending those whose event loop had not answered in time; they are closed when it comes to them
 */
public record ClosedConnections(List<Long> closed, List<Long> unknown, List<Long> pending) {
    private static final Logger log = LoggerFactory.getLogger(ClosedConnections.class);

    /** Copies the lists. */
    public ClosedConnections {
        closed = List.copyOf(closed);
        unknown = List.copyOf(unknown);
        pending = List.copyOf(pending);
    }

    /**
     * Closes connections of {@code relays}, whatever their verdict: an administrator may. Not on an event loop.
     *
     * @param ids which
     * @param millis how long event loops are waited for
     */
    public static ClosedConnections of(Relays relays, Collection<Long> ids, long millis) throws InterruptedException {
        Set<Long> each = new LinkedHashSet<>(ids);
        Map<Long, Boolean> found = new ConcurrentHashMap<>();
        CountDownLatch left = new CountDownLatch(each.size());
        try {
            relays.reset(each, CloseReason.ADMIN, (id, closed) -> {
                found.put(id, closed);
                left.countDown();
            });
            if (!left.await(millis, TimeUnit.MILLISECONDS)) {
                log.warn(
                        "an event loop did not answer within {} ms; {} connections are closed later",
                        millis,
                        left.getCount());
            }
        } catch (RejectedExecutionException over) {
            // The proxy ends, and every connection with it.
        }
        Map<Long, Boolean> answered = Map.copyOf(found);
        return new ClosedConnections(
                each.stream()
                        .filter(id -> Boolean.TRUE.equals(answered.get(id)))
                        .toList(),
                each.stream()
                        .filter(id -> Boolean.FALSE.equals(answered.get(id)))
                        .toList(),
                each.stream().filter(id -> !answered.containsKey(id)).toList());
    }
}
