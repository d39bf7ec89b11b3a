package dev.spillway.security;

import java.util.Locale;

/** Whether MPP may act on a connection, and if not, why. The order of the constants is the order of judgement. */
public enum Standing {
    /** MPP is switched off, so nothing is done to anyone (S1). */
    MPP_DISABLED("Is MPP switched off?"),
    /** MPP is switched off for the listener. */
    LISTENER_MPP_DISABLED("Is MPP switched off for the listener?"),
    /** MPP is switched off for the family of the client's packets (S18). */
    FAMILY_MPP_DISABLED("Is MPP switched off for the family?"),
    /** MPP is switched off for the interface or local address, at least for that family (S19). */
    INTERFACE_MPP_DISABLED("Is MPP switched off for the interface or the local address?"),
    /** The local port is exempt (S8), whatever the network. */
    EXEMPT_PORT("Is the local port exempt?"),
    /** The local port is exempt for the family (S18). */
    FAMILY_EXEMPT_PORT("Is the local port exempt for the family?"),
    /** The connection came in from a private network and Profiles is on (S5). */
    PRIVATE_PROFILE("Is Profiles on and the network private?"),
    /** The connection came in from a domain network and Profiles is on (S5). */
    DOMAIN_PROFILE("Is Profiles on and the network the domain's?"),
    /** MPP may refuse or close the connection. */
    ELIGIBLE("Did nothing of this apply?");

    private final String question;

    Standing(String question) {
        this.question = question;
    }

    /** The question to which yes gives this standing. */
    public String question() {
        return question;
    }

    /** The word used in logs, metrics and the API: {@code eligible}, {@code exempt-port} … */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
