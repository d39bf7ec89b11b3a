package dev.spillway.server.events;

import java.util.Locale;

/** Which limit of {@code security.connection-rate-limit} turned connections away (S16). */
public enum LimitKind {
    /** New connections a second of a listener. */
    PER_LISTENER,
    /** New connections a second of one source. */
    PER_SOURCE,
    /** Connections that carry no data yet, of a listener, or of one source if there is one. */
    HALF_OPEN;

    /** The word in logs and the API: {@code per-listener} … */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
