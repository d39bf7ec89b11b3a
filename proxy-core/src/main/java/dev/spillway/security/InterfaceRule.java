package dev.spillway.security;

import java.util.Optional;

/**
 * What an administrator says of one interface, or of local addresses (S4, S19).
 *
 * @param selector as written: an interface's name, an address or a CIDR block
 * @param block the addresses, if {@code selector} is one or a block; empty for a name
 * @param profile the profile it is to have; empty leaves that to what is found
 * @param mpp disabled leaves connections to it alone; can only narrow
 * @param ipv4Mpp the same for IPv4 alone; goes before {@code mpp}
 * @param ipv6Mpp the same for IPv6 alone; goes before {@code mpp}
 */
public record InterfaceRule(
        String selector,
        Optional<AddressBlock> block,
        Optional<NetworkProfile> profile,
        Toggle mpp,
        Toggle ipv4Mpp,
        Toggle ipv6Mpp) {
    /** @throws IllegalArgumentException if the selector has the form of an address but is none, or the profile is DOMAIN */
    public static InterfaceRule of(
            String selector, Optional<NetworkProfile> profile, Toggle mpp, Toggle ipv4Mpp, Toggle ipv6Mpp) {
        return new InterfaceRule(selector, AddressBlock.parse(selector), profile, mpp, ipv4Mpp, ipv6Mpp);
    }

    public InterfaceRule {
        if (profile.equals(Optional.of(NetworkProfile.DOMAIN))) {
            throw new IllegalArgumentException(
                    "profile: domain (expected: public or private; domain is found, not set)");
        }
    }

    boolean covers(Place place) {
        return block.map(addresses -> addresses.contains(place.address()))
                .orElseGet(() -> place.interfaceName().equals(selector));
    }

    /** What it says of a family: DEFAULT if nothing. */
    Toggle mpp(Family family) {
        Toggle own = family == Family.IPV4 ? ipv4Mpp : ipv6Mpp;
        return own == Toggle.DEFAULT ? mpp : own;
    }
}
