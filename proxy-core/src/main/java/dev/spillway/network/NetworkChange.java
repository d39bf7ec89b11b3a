package dev.spillway.network;

import dev.spillway.security.NetworkProfile;
import java.net.InetAddress;
import java.util.Optional;

/**
 * One local address that appeared, vanished, or is of another profile than before.
 *
 * @param interfaceName the interface that has or had it
 * @param address the address; a link-local one has its scope
 * @param before the profile that was found until now; empty for an address that has appeared
 * @param after the profile that is found now; empty for an address that has vanished
 * @param how how it was found, for people
 */
public record NetworkChange(
        String interfaceName,
        InetAddress address,
        Optional<NetworkProfile> before,
        Optional<NetworkProfile> after,
        String how) {}
