package dev.spillway.relay;

import dev.spillway.connection.CloseReason;
import dev.spillway.connection.Phase;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When a connection on which nothing moves has to go: which timeout holds for it, and what it is closed for.
 *
 * <p>One on which no byte ever went either way has the first-byte timeout, beside the idle timeout and never longer than
 * it. Both shrink by a scale as memory gets short: waiting is what an honest client can do again later, and what a silent
 * one lives on. The timeout of a half-closed or lingering connection does not: something of it is under way.
 *
 * <p>Immutable.
 *
 * @param idle zero means never
 * @param firstByte zero means that {@code idle} holds
 * @param halfClose zero means never
 */
record Expiry(Duration idle, Duration firstByte, Duration halfClose) {
    static Expiry of(RelaySettings settings) {
        return new Expiry(settings.idleTimeout(), settings.firstByteTimeout(), settings.halfCloseTimeout());
    }

    /**
     * Why a connection has to be closed now, or null if it need not be.
     *
     * @param phase how far it has come; one that is being connected has a timeout of its own
     * @param quietNanos since something moved, or since accept
     * @param silentNanos if nothing was ever said, since it was joined to its server, or since accept if that waits for the client; else 0
     * @param scale what idle and first-byte timeout are multiplied by, in (0,1]
     */
    @Nullable
    CloseReason reason(Phase phase, long quietNanos, long silentNanos, double scale) {
        if (phase == Phase.HALF_CLOSED) {
            return over(quietNanos, halfClose, 1) ? CloseReason.HALF_CLOSE_TIMEOUT : null;
        }
        if (phase == Phase.LINGERING) {
            return over(quietNanos, halfClose, 1) ? CloseReason.LINGER_TIMEOUT : null;
        }
        if (phase != Phase.RELAYING && phase != Phase.WAITING) {
            return null;
        }
        if (over(quietNanos, idle, scale)) {
            return CloseReason.IDLE_TIMEOUT;
        }
        return over(silentNanos, firstByte, scale) ? CloseReason.FIRST_BYTE_TIMEOUT : null;
    }

    private static boolean over(long nanos, Duration timeout, double scale) {
        return !timeout.isZero() && nanos >= timeout.toNanos() * scale;
    }
}
