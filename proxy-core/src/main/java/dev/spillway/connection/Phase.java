package dev.spillway.connection;

import java.util.Locale;

/** How far a connection has come. */
public enum Phase {
    /** Accepted; the upstream is to be connected when the client has said something. */
    WAITING,
    /** Accepted; the upstream is not connected yet. */
    CONNECTING,
    /** Both ends are joined and both directions are open. */
    RELAYING,
    /** One direction has ended; the other goes on. */
    HALF_CLOSED,
    /** Both directions have ended; the kernel still holds much that a peer has not taken. */
    LINGERING,
    /** Over; about to leave the registry. */
    CLOSED;

    /** The word used in logs and the API. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
