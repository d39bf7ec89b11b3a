package dev.spillway.server.cli;

/** Exit codes; the numbers are those of {@code sysexits.h}, so that supervisors know them. */
public final class ExitCode {
    /** All went well. */
    public static final int OK = 0;

    /** The command line is wrong (EX_USAGE). */
    public static final int USAGE = 64;

    /** A port cannot be bound (EX_UNAVAILABLE). */
    public static final int UNAVAILABLE = 69;

    /** A fault of Spillway itself (EX_SOFTWARE). */
    public static final int INTERNAL = 70;

    /** The configuration is wrong (EX_CONFIG). */
    public static final int CONFIGURATION = 78;

    private ExitCode() {}
}
