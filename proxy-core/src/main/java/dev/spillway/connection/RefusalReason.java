package dev.spillway.connection;

import java.util.Locale;

/** Why a new connection was turned away before it was relayed. */
public enum RefusalReason {
    /** The SYN gate's rate under pressure (S3). */
    SYN_GATE,
    /** The proxy holds as many connections as it may. */
    MAX_CONNECTIONS,
    /** No descriptor was left, so that the kernel could not hand the connection over. */
    NO_DESCRIPTORS,
    /** More newcomers in a while than the connection rate limit allows its listener or its source (S16). */
    RATE_LIMIT,
    /** The listener or the source has as many connections that carry no data yet as the connection rate limit allows (S16). */
    HALF_OPEN,
    /** The listener or the source has as many connections as the connection rate limit allows (S16). */
    CONNECTION_LIMIT;

    /** The word used in logs, metrics and the API. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
