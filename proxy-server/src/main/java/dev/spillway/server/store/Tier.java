package dev.spillway.server.store;

import java.util.Locale;

/** Where a value is kept; the later goes before the earlier. */
public enum Tier {
    /** Nobody asked: the program's default. */
    NONE,
    /** The operator's file, which is never rewritten. */
    FILE,
    /** The store, which survives restarts. */
    PERSISTENT,
    /** This process, until it ends. */
    ACTIVE;

    /** The word for it in the API and on the command line. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
