package dev.spillway.control;

import dev.spillway.connection.ConnectionFacts;
import dev.spillway.pressure.Reading;
import dev.spillway.pressure.Signal;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Those whom protection would have closed in this episode. What they would have given back counts as promised for as long as
 * the episode lasts, so that the engine goes on as if they were gone: each is recorded once, and the shortage is not asked for
 * again. When one of them ends by itself, its share has really come back, and is promised no more.
 *
 * <p>Owned by the controller's thread. Bounded by the number of connections.
 */
final class DryRun {
    private final Map<Long, ConnectionFacts> recorded = new LinkedHashMap<>();
    private final Map<Signal, Long> promised = new EnumMap<>(Signal.class);

    void add(ConnectionFacts connection) {
        if (recorded.putIfAbsent(connection.id(), connection) == null) {
            account(connection, 1);
        }
    }

    boolean has(long id) {
        return recorded.containsKey(id);
    }

    /** Lets go of those that are not among {@code live}. */
    void keepOnly(Collection<ConnectionFacts> live) {
        if (recorded.isEmpty()) {
            return;
        }
        Set<Long> ids = new HashSet<>();
        live.forEach(each -> ids.add(each.id()));
        recorded.values().removeIf(each -> {
            boolean ended = !ids.contains(each.id());
            if (ended) {
                account(each, -1);
            }
            return ended;
        });
    }

    private void account(ConnectionFacts connection, int sign) {
        for (Signal signal : Signal.values()) {
            promised.merge(signal, sign * signal.gain(connection), Long::sum);
        }
    }

    boolean isEmpty() {
        return recorded.isEmpty();
    }

    void clear() {
        recorded.clear();
        promised.clear();
    }

    /** The reading, with what would be given back promised too. */
    Reading apply(Reading reading) {
        return recorded.isEmpty()
                ? reading
                : reading.promising(reading.promised() + promised.getOrDefault(reading.signal(), 0L));
    }
}
