package dev.spillway.connection;

import java.util.Locale;

/** Why an accepted connection ended: one vocabulary for the log, the metrics and the API. */
public enum CloseReason {
    /** Both directions were ended by the peers and every byte was passed on. */
    FINISHED,
    /** The client reset its connection, or it broke. */
    CLIENT_RESET,
    /** The upstream server reset its connection, or it broke. */
    UPSTREAM_RESET,
    /** No server of the upstream could be connected. */
    UPSTREAM_UNREACHABLE,
    /** No byte ever went either way for the first-byte timeout. */
    FIRST_BYTE_TIMEOUT,
    /** Nothing moved in either direction for the idle timeout. */
    IDLE_TIMEOUT,
    /** One direction had ended and nothing moved in the other for the half-close timeout. */
    HALF_CLOSE_TIMEOUT,
    /** Both directions had ended, and a peer took nothing of what was left for it for the half-close timeout. */
    LINGER_TIMEOUT,
    /** Closed by MPP, to free memory or a slot (S2). */
    PRUNED,
    /** Half-open and silent for longest, when newcomers needed its room (S16). */
    MADE_ROOM,
    /** An administrator asked for it. */
    ADMIN,
    /** Still open at the deadline of a drain, or when the proxy closed. */
    SHUTDOWN,
    /** A fault of the proxy itself; the log has it. */
    INTERNAL_ERROR;

    /** The word used in logs, metrics and the API: {@code idle-timeout} … */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
