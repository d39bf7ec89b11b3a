package dev.spillway.flood;

/**
 * A value of the kernel that leaves a listener worse off in a flood of SYNs than it has to be.
 *
 * @param setting its name, as sysctl(8) has it
 * @param value what it is
 * @param problem what comes of that
 * @param better what it should be at least
 */
public record SetupWarning(String setting, long value, String problem, long better) {
    /** The command that mends it until the next boot; in the network namespace the proxy runs in. */
    public String mend() {
        return "sysctl -w " + setting + "=" + better;
    }

    /** All of it in one line: {@code net.ipv4.tcp_syncookies is 0: SYN cookies are off …; mend it with: sysctl -w …}. */
    @Override
    public String toString() {
        return setting + " is " + value + ": " + problem + "; mend it with: " + mend();
    }
}
