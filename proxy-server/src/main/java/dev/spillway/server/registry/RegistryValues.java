package dev.spillway.server.registry;

import dev.spillway.security.PortRange;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The values of Memory Pressure Protection that a file holds.
 *
 * @param controlSet the control set they are taken from, as {@code currentcontrolset}
 * @param families by family, {@code ipv4} first; only those that have a value
 * @param adapters each adapter with a switch of its own, in the order of the file
 */
public record RegistryValues(String controlSet, Map<String, Family> families, List<Adapter> adapters) {
    /**
     * A family as a whole.
     *
     * @param enabled {@code EnableMPP}; empty if the file has none, which means enabled
     * @param excluded {@code MPPExcludedPorts}, as written, both ends included
     */
    public record Family(Optional<Boolean> enabled, List<PortRange> excluded) {}

    /**
     * {@code DisableMPPOnIF} of one family.
     *
     * @param guid upper case, in braces
     * @param addresses IPv4 addresses that the same key gives the adapter; may be empty
     */
    public record Adapter(String guid, String family, boolean disabled, List<String> addresses, int line) {}

    /** Whether there is none at all. */
    public boolean isEmpty() {
        return families.isEmpty() && adapters.isEmpty();
    }
}
