package dev.spillway.prune;

import java.util.Locale;

/** How much a connection deserves to be closed. All of one kind go before any of the next. */
public enum Guilt {
    /** Holds bytes and passes none of them on, or was joined to a server a while ago and never said a word. */
    STALLED,
    /** Moved bytes once, and none for a while; or waits for its server. A victim only where slots or fixed costs are what is short. */
    IDLE,
    /** Moves bytes. */
    ACTIVE;

    /** The word used in logs and the API. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
