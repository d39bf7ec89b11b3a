package dev.spillway.security;

import java.net.InetAddress;

/**
 * A local address, and what is known of where it is.
 *
 * @param address the address clients connect to
 * @param interfaceName the interface that has it; empty if none is known to, as for an address of a transparent proxy
 * @param found the profile that was found: DOMAIN if a domain controller answers there, else PUBLIC
 * @param how how it was found, for people: {@code "domain controller dc1:389 answered"}
 */
public record Place(InetAddress address, String interfaceName, NetworkProfile found, String how) {
    /** A place of which nothing is known but its address: not trusted. */
    public static Place unknown(InetAddress address) {
        return new Place(address, "", NetworkProfile.PUBLIC, "on no interface known, so not trusted");
    }
}
