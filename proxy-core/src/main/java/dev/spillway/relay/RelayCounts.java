package dev.spillway.relay;

import dev.spillway.connection.CloseReason;
import java.util.Map;

/**
 * What the relays did so far and hold now, for whoever watches.
 *
 * @param active connections open now
 * @param activeEligible those of them that MPP may close
 * @param lingering those of them whose both directions have ended, while the kernel still holds much that a peer has not taken
 * @param timeoutScale what idle and first-byte timeouts of those that MPP may close are multiplied by now; 1 as a rule
 * @param heldBytes what all buffers take now, in bytes; never above {@code budgetBytes}
 * @param budgetBytes what they may take
 * @param shortReads reads that had to do with a smaller buffer because the budget was spent
 * @param receivedBytes bytes read from clients
 * @param sentBytes bytes written to clients
 * @param splicedBytes those of both that were moved without being copied
 * @param lostEvents times a connection stood still because an event was lost, and was helped on: 0, unless there is a defect
 * @param pipes pipes for that which are open, in use or not
 * @param closed connections ended, by reason
 * @param room half-open connections, and how many of them made room
 */
public record RelayCounts(
        long active,
        long activeEligible,
        long lingering,
        double timeoutScale,
        long heldBytes,
        long budgetBytes,
        long shortReads,
        long receivedBytes,
        long sentBytes,
        long splicedBytes,
        long lostEvents,
        int pipes,
        Map<CloseReason, Long> closed,
        RoomView room) {}
