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

    FilterRefused(Cause why, int programSize, String message) {
        super(message);
        this.why = why;
        this.programSize = programSize;
    }

    /** How many instructions the program has. */
    public int programSize() {
        return programSize;
    }

    /** Why. */
    public Cause why() {
        return why;
    }
}
