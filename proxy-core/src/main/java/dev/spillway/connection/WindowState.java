package dev.spillway.connection;

import java.util.Locale;

/** Whether a peer for which bytes wait lets us send, as its last segment said. */
public enum WindowState {
    /** Nobody asked the kernel, or it does not tell here. */
    UNKNOWN,
    /** It takes more. */
    OPEN,
    /** It advertises no room: zero window. */
    ZERO;

    /** The word used in logs and the API. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
