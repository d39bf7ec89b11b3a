package dev.spillway.flood;

import java.util.Map;

/**
 * What a {@link FloodDetector} goes by, at one moment.
 *
 * @param counters the kernel's, of the whole network namespace
 * @param dropped segments dropped at the sockets of each listener since it began, by name
 * @param sunk SYNs that sinkholes of the SYN gate dropped so far; the kernel counts them among those without room
 * @param keepingOut whether newcomers are kept out or waiting on purpose, so that queues overflow without a flood
 */
public record FloodReading(KernelCounters counters, Map<String, Long> dropped, long sunk, boolean keepingOut) {
    public FloodReading {
        dropped = Map.copyOf(dropped);
    }
}
