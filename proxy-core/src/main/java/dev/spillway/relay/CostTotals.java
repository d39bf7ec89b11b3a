package dev.spillway.relay;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Sums over the relays of one event loop, by the last look at each: what the kernel holds for them, and what the exempt
 * ones take by listener. Changed by that event loop alone; read by any thread, as values that may be a moment old.
 * Holds a listener as long as it has exempt connections.
 */
final class CostTotals {
    private final Map<String, Share> exempt = new ConcurrentHashMap<>();
    private volatile long kernelBytes;

    /** What the exempt connections of one listener take. Replaced, never changed. */
    record Share(long bytes, int connections) {
        Share plus(Share other) {
            return new Share(bytes + other.bytes, connections + other.connections);
        }
    }

    void add(Observation observation) {
        Relay relay = observation.relay();
        if (!relay.eligible()) {
            observation.exemptBytes = Relay.FIXED_COST_BYTES;
            exempt.merge(relay.origin().listener(), new Share(Relay.FIXED_COST_BYTES, 1), Share::plus);
        }
    }

    /** It was looked at, and the kernel holds {@code kernelChange} bytes more for it than at the look before. */
    void update(Observation observation, long kernelChange) {
        kernelBytes += kernelChange;
        Relay relay = observation.relay();
        if (!relay.eligible()) {
            long bytes = Relay.FIXED_COST_BYTES + relay.ledger().held() + observation.kernelBytes();
            long change = bytes - observation.exemptBytes;
            if (change != 0) {
                observation.exemptBytes = bytes;
                exempt.merge(relay.origin().listener(), new Share(change, 0), Share::plus);
            }
        }
    }

    void remove(Observation observation) {
        kernelBytes -= observation.kernelBytes();
        Relay relay = observation.relay();
        if (!relay.eligible()) {
            long bytes = observation.exemptBytes;
            exempt.computeIfPresent(
                    relay.origin().listener(),
                    (name, share) -> share.connections() == 1 ? null : share.plus(new Share(-bytes, -1)));
        }
    }

    long kernelBytes() {
        return kernelBytes;
    }

    /** What the exempt connections of all of {@code shards} take. */
    static ExemptShare exempt(Collection<CostTotals> shards) {
        Map<String, Share> byListener = new HashMap<>();
        for (CostTotals shard : shards) {
            shard.exempt.forEach((listener, share) -> byListener.merge(listener, share, Share::plus));
        }
        Share all = new Share(0, 0);
        long worstBytes = 0;
        Optional<String> worst = Optional.empty();
        for (Map.Entry<String, Share> each : byListener.entrySet()) {
            Share share = each.getValue();
            all = all.plus(share);
            if (share.bytes() > worstBytes) {
                worst = Optional.of(each.getKey());
                worstBytes = share.bytes();
            }
        }
        return new ExemptShare(all.bytes(), all.connections(), worst, worstBytes);
    }
}
