package dev.spillway.server.netsh;

import dev.spillway.security.PortRange;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a line asks to be changed.
 *
 * @param store where the change is to hold
 * @param set new values by dotted key, as {@code ipv4.mpp} or {@code interfaces.eth0.profile}
 * @param ports ranges to exempt or to cover again
 */
public record SecurityChange(Store store, Map<String, String> set, List<Ports> ports) {
    public SecurityChange {
        set = Collections.unmodifiableMap(new LinkedHashMap<>(set));
        ports = List.copyOf(ports);
    }

    /**
     * One range of ports.
     *
     * @param list {@code port-exemptions}, {@code ipv4.excluded-ports} or {@code ipv6.excluded-ports}
     * @param range the ports, both ends included
     * @param mpp {@code disabled} exempts them; {@code enabled} and {@code default} take the exemption away
     */
    public record Ports(String list, PortRange range, String mpp) {}
}
