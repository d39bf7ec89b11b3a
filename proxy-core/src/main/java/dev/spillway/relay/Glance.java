package dev.spillway.relay;

import dev.spillway.connection.ConnectionFacts;
import dev.spillway.connection.Cost;
import dev.spillway.connection.Phase;
import dev.spillway.connection.Progress;
import dev.spillway.relay.Half.Direction;

/**
 * What others see of a relay at one moment, on any thread: what its event loop has published. Nothing is asked of the kernel.
 *
 * @param relay whom it shows
 * @param now that moment, a {@code System.nanoTime()}
 */
record Glance(Relay relay, long now) {
    /** What policy may know of it. */
    ConnectionFacts facts() {
        Origin origin = relay.origin();
        HeldBytes ledger = relay.ledger();
        long held = ledger.held();
        return new ConnectionFacts(
                relay.id(),
                origin.listener(),
                origin.source(),
                origin.verdict(),
                relay.phase(),
                Math.max(0, relay.ageNanos(now)),
                Math.max(0, relay.quietNanos(now)),
                progress(held),
                new Cost(Relay.FIXED_COST_BYTES, held, relay.observation().kernelBytes()),
                ledger.receivedBytes(),
                ledger.sentBytes());
    }

    /** As the last look saw it; where nothing waited then, or before the first, as user space sees it. */
    private Progress progress(long held) {
        Observation looked = relay.observation();
        Progress seen = looked.progress();
        return seen != null && seen.waitingBytes() > 0
                ? seen
                : looked.unseen(stall(Direction.FROM_CLIENT), stall(Direction.TO_CLIENT), held);
    }

    private long stall(Direction direction) {
        long since = relay.half(direction).stalledSince();
        return since == 0 ? 0 : Math.max(0, now - since);
    }

    /** What a watcher may know of it. */
    ConnectionView view() {
        Origin origin = relay.origin();
        Phase phase = relay.phase();
        return new ConnectionView(
                facts(),
                origin.listener(),
                origin.upstream().name(),
                origin.client(),
                origin.local(),
                phase == Phase.WAITING || phase == Phase.CONNECTING ? null : relay.serverAddress());
    }
}
