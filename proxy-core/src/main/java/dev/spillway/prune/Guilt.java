package dev.spillway.prune;

import java.util.Locale;

/** How much a connection deserves to be closed. All of one kind go before any of the next; {@link VictimOrder} draws the lines. */
public enum Guilt {
    /**
     * Makes others wait: what it holds for a peer stands still, or passes too slowly to be called progress; or, where slots
     * or fixed costs are what is short, it was joined to a server a while ago and never said a word.
     */
    STALLED,
    /** Has begun to, has earned no patience by what it did before, and there is no time to wait until it is sure. */
    STALLING,
    /** Moved bytes once, and none for a while; or waits for its server. Only where slots or fixed costs are what is short. */
    IDLE,
    /** Moves bytes, or holds nothing for anybody. */
    ACTIVE;

    /** Whether it is asked for all of a demand, and not only for what nobody else can give. */
    boolean standsStill() {
        return this == STALLED || this == STALLING;
    }

    /** The word used in logs and the API. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
