package dev.spillway.relay;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The relays of one event loop that have to stop reading: the gentler step before closing, for those who bring more than
 * memory can take. What they have sent stays in the kernel, their windows close, and the buffers they hold are written out
 * as their other sides take them. A read that was asked for before may still bring one buffer.
 *
 * <p>Owned by its event loop; {@link #size} may be asked by any thread.
 */
final class HeldBack {
    private final RelayShard shard;
    private Set<Long> ids = Set.of();
    private volatile int size;

    HeldBack(RelayShard shard) {
        this.shard = shard;
    }

    /** Has those of {@code wanted} that live here stop reading, and all others read on. */
    void become(Set<Long> wanted) {
        Set<Long> before = ids;
        Set<Long> now = new HashSet<>();
        for (Long id : wanted) {
            if (shard.find(id) != null) {
                now.add(id);
            }
        }
        ids = now;
        size = now.size();
        // Copies: to read on may end a connection, which then leaves the set.
        for (Long id : List.copyOf(before)) {
            if (!now.contains(id)) {
                tell(id, false);
            }
        }
        for (Long id : List.copyOf(now)) {
            if (!before.contains(id)) {
                tell(id, true);
            }
        }
    }

    private void tell(Long id, boolean held) {
        Relay relay = shard.find(id);
        if (relay != null) {
            shard.guarded(relay, each -> each.holdBack(held));
        }
    }

    /** A relay has ended. */
    void forget(Long id) {
        if (!ids.isEmpty() && ids.remove(id)) {
            size = ids.size();
        }
    }

    int size() {
        return size;
    }
}
