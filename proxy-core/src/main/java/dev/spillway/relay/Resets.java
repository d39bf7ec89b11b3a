package dev.spillway.relay;

import dev.spillway.connection.CloseReason;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** Connections to reset that live on one event loop: all of them in one task of it. */
record Resets(RelayShard shard, CloseReason reason, PruneListener each, List<Long> ids) implements Runnable {
    /**
     * Has connections reset, each on its event loop. Any thread.
     *
     * @param each told once of each of {@code ids}, when it has ended
     * @param holding tells where a connection lives; null if it has ended
     */
    static void ask(
            Collection<Long> ids, CloseReason reason, PruneListener each, LongFunction<@Nullable RelayShard> holding) {
        Map<RelayShard, Resets> byShard = new IdentityHashMap<>();
        for (Long id : ids) {
            RelayShard shard = holding.apply(id);
            if (shard == null) {
                each.pruned(id, false);
            } else {
                byShard.computeIfAbsent(shard, first -> new Resets(first, reason, each, new ArrayList<>()))
                        .ids
                        .add(id);
            }
        }
        byShard.values().forEach(own -> own.shard.loop().execute(own));
    }

    @Override
    public void run() {
        ids.forEach(this::reset);
    }

    private void reset(long id) {
        Relay relay = shard.find(id);
        if (relay != null) {
            shard.guarded(relay, doomed -> doomed.close(reason, true));
        }
        each.pruned(id, relay != null);
    }
}
