package dev.spillway.server.registry;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A key in which values of ours can be.
 *
 * @param controlSet {@code currentcontrolset} or {@code controlset001}
 * @param family {@code ipv4} or {@code ipv6}
 * @param adapter the GUID in upper case, in braces; empty for the parameters of the family as a whole
 */
record Key(String controlSet, String family, String adapter) {
    static final String CURRENT = "currentcontrolset";
    static final String ENABLE = "EnableMPP";
    static final String PORTS = "MPPExcludedPorts";
    static final String DISABLE = "DisableMPPOnIF";
    static final String ADDRESS = "IPAddress";
    static final String DHCP_ADDRESS = "DhcpIPAddress";

    private static final Pattern PATH = Pattern.compile(
            "(?:HKEY_LOCAL_MACHINE|HKLM)\\\\SYSTEM\\\\(CurrentControlSet|ControlSet[0-9]{3})\\\\Services\\\\(Tcpip6?)"
                    + "\\\\Parameters(?:\\\\Interfaces\\\\([^\\\\]{1,100}))?",
            Pattern.CASE_INSENSITIVE);

    static Optional<Key> of(String path) {
        Matcher matcher = PATH.matcher(path);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String adapter = matcher.group(3) == null ? "" : matcher.group(3).toUpperCase(Locale.ROOT);
        boolean six = matcher.group(2).endsWith("6");
        return Optional.of(new Key(matcher.group(1).toLowerCase(Locale.ROOT), six ? "ipv6" : "ipv4", adapter));
    }

    /** The values of Memory Pressure Protection that belong here. */
    List<String> ours() {
        return adapter.isEmpty() ? List.of(ENABLE, PORTS) : List.of(DISABLE);
    }

    /** Everything that is read here. */
    List<String> read() {
        return adapter.isEmpty() ? ours() : List.of(DISABLE, ADDRESS, DHCP_ADDRESS);
    }
}
