package dev.spillway.server.store;

import java.util.Arrays;
import java.util.Optional;

/** The lists of ports that are left alone. */
public enum PortList {
    /** For everyone (S8, S9). */
    EXEMPTIONS("port-exemptions"),
    /** For IPv4 alone (S18). */
    IPV4("ipv4.excluded-ports"),
    /** For IPv6 alone (S18). */
    IPV6("ipv6.excluded-ports");

    private final String key;

    PortList(String key) {
        this.key = key;
    }

    /** Its key below {@code security}. */
    public String key() {
        return key;
    }

    /** The list of that key. */
    public static Optional<PortList> of(String key) {
        return Arrays.stream(values()).filter(list -> list.key.equals(key)).findFirst();
    }
}
