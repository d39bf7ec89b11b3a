package dev.spillway.flood;

import java.util.Map;

/**
 * What a {@link FloodDetector} goes by, at one moment.
 *
 * @param counters the kernel's, of the whole network namespace
 * @param dropped segments dropped at the sockets of each listener since it began, by name
 * @param keepingOut whether newcomers are kept out or waiting on purpose, so that queues overflow without a flood
 */
public record FloodReading(KernelCounters counters, Map<String, Long> dropped, boolean keepingOut) {
    public FloodReading {
        dropped = Map.copyOf(dropped);
    }
}
