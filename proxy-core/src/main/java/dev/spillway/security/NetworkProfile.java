package dev.spillway.security;

/** The kind of network a connection came in from (S4). */
public enum NetworkProfile {
    /** Not trusted: MPP may act. Profiles never protects it (S7). */
    PUBLIC,
    /** Declared private by the operator. */
    PRIVATE,
    /** Found private because a domain controller answers through it. */
    DOMAIN
}
