package dev.spillway.limit;

import java.util.Locale;

/** What silent connections make room for. */
public enum Shortage {
    /** There are as many half-open connections as there may be. */
    HALF_OPEN,
    /** The proxy holds as many connections as it may. */
    MAX_CONNECTIONS,
    /** The descriptors of the process are nearly used up. */
    DESCRIPTORS;

    /** The word used in logs, metrics and the API. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
