package dev.spillway.security;

import java.util.Locale;

/** The kind of network a connection came in from (S4). */
public enum NetworkProfile {
    /** Not trusted: MPP may act. Profiles never protects it (S7). */
    PUBLIC,
    /** Declared private by the operator. */
    PRIVATE,
    /** Found private because a domain controller answers through it. */
    DOMAIN;

    /** The word for it in the configuration, logs and the API. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
