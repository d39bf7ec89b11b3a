package dev.spillway.bench;

/** What the command ends with; those of sysexits.h where there is one. */
final class ExitCode {
    /** Everything was measured. */
    static final int OK = 0;

    /** Something could not be measured; the report says what. */
    static final int INCOMPLETE = 1;

    /** Wrong usage. */
    static final int USAGE = 64;

    /** There is nothing here to measure, or no way to. */
    static final int UNAVAILABLE = 69;

    /** A fault of this program. */
    static final int SOFTWARE = 70;

    private ExitCode() {}
}
