package dev.spillway.server.cli;

/** Exit codes; the numbers are those of {@code sysexits.h}, so that supervisors know them. */
public final class ExitCode {
    /** All went well. */
    public static final int OK = 0;

    /** The command line is wrong (EX_USAGE). */
    public static final int USAGE = 64;

    /** What was given to be imported or changed was refused (EX_DATAERR). */
    public static final int DATA = 65;

    /** A port cannot be bound, or no admin plane answers (EX_UNAVAILABLE). */
    public static final int UNAVAILABLE = 69;

    /** A fault of Spillway itself (EX_SOFTWARE). */
    public static final int INTERNAL = 70;

    /** Nothing was done; it may work later (EX_TEMPFAIL). */
    public static final int TRY_AGAIN = 75;

    /** The admin plane does not let us (EX_NOPERM). */
    public static final int NOT_ALLOWED = 77;

    /** The configuration is wrong (EX_CONFIG). */
    public static final int CONFIGURATION = 78;

    private ExitCode() {}
}
