package dev.spillway.relay;

import dev.spillway.connection.CloseReason;
import dev.spillway.connection.Phase;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Ends the relays of one event loop that have waited for too long, as the sweep comes to them: for a server, for a peer that takes the
 * rest, or for anything to move at all, of which {@link Expiry} has the rules.
 *
 * <p>Owned by its event loop.
 */
final class Timeouts {
    /** No connection is held back for longer, whatever becomes of whoever asked for it: twice as long as that may ask for. */
    private static final long LONGEST_HOLD = TimeUnit.SECONDS.toNanos(10);

    private final RelayShard shard;

    Timeouts(RelayShard shard) {
        this.shard = shard;
    }

    /** Closes {@code relay} if it is time at {@code now}, a {@code System.nanoTime()}. */
    void look(Relay relay, long now) {
        Lingering end = relay.lingering();
        if (end != null && relay.phase() == Phase.LINGERING) {
            end.look(now);
        }
        if (relay.heldBackNanos(now) >= LONGEST_HOLD) {
            // Whoever asked for it has failed to take it back: nobody is to wait for ever.
            relay.holdBack(false);
        }
        if (relay.phase() == Phase.CONNECTING) {
            // No attempt was begun if its start has failed, by an error that kept it from being closed too: then it is
            // time at once.
            if (relay.quietNanos(now) >= relay.connectNanos()) {
                relay.close(CloseReason.UPSTREAM_UNREACHABLE, true);
            }
        } else if (!relay.heldBack()) {
            CloseReason reason = reason(relay, now);
            if (reason != null) {
                relay.close(reason, true);
            }
        }
    }

    private @Nullable CloseReason reason(Relay relay, long now) {
        return Expiry.of(relay.settings())
                .reason(
                        relay.phase(),
                        relay.quietNanos(now),
                        relay.silentNanos(now),
                        relay.eligible() ? shard.timeoutScale() : 1);
    }
}
