package dev.spillway.security;

/**
 * What was judged of a connection when it was accepted, by the settings of that moment (S11). It is never judged anew.
 *
 * @param standing eligible, or exempt and why
 * @param profile that of the network it came in from
 * @param generation which settings judged
 */
public record Verdict(Standing standing, NetworkProfile profile, long generation) {
    /** Whether MPP may refuse or close the connection. */
    public boolean eligible() {
        return standing == Standing.ELIGIBLE;
    }
}
