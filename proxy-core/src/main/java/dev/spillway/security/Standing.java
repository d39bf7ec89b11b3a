package dev.spillway.security;

import java.util.Locale;

/** Whether MPP may act on a connection, and if not, why. The order of the constants is the order of judgement. */
public enum Standing {
    /** MPP is switched off, so nothing is done to anyone (S1). */
    MPP_DISABLED,
    /** The local port is exempt (S8), whatever the network. */
    EXEMPT_PORT,
    /** The connection came in from a private network and Profiles is on (S5). */
    PRIVATE_PROFILE,
    /** The connection came in from a domain network and Profiles is on (S5). */
    DOMAIN_PROFILE,
    /** MPP may refuse or close the connection. */
    ELIGIBLE;

    /** The word used in logs, metrics and the API: {@code eligible}, {@code exempt-port} … */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
