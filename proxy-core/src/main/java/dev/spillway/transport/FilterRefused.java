package dev.spillway.transport;

import java.io.IOException;

/** The kernel took no program for a socket. */
public final class FilterRefused extends IOException {
    private static final long serialVersionUID = 1;

    /** Why it did not. */
    public enum Cause {
        /** The process lacks a privilege: CAP_NET_ADMIN, which recent kernels ask for. */
        PRIVILEGE,
        /** There is no memory for so long a program: {@code net.core.optmem_max} bounds what a socket may take for it. */
        MEMORY,
        /** This transport has no way to say it. */
        TRANSPORT,
        /** Anything else. */
        OTHER
    }

    private final Cause why;
    private final int programSize;

    /** For what has nothing to do with a program's size. */
    FilterRefused(Cause why, String message) {
        this(why, 0, message);
    }

    FilterRefused(Cause why, int programSize, String message) {
        super(message);
        this.why = why;
        this.programSize = programSize;
    }

    /** How many instructions the program has; 0 if none was refused. */
    public int programSize() {
        return programSize;
    }

    /** That, or one that says what else went wrong. */
    public static FilterRefused because(Throwable failure) {
        if (failure instanceof FilterRefused known) {
            return known;
        }
        FilterRefused refused = new FilterRefused(Cause.OTHER, String.valueOf(failure.getMessage()));
        refused.initCause(failure);
        return refused;
    }

    /** Why. */
    public Cause why() {
        return why;
    }
}
