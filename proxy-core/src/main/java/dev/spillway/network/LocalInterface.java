package dev.spillway.network;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;

/**
 * An interface at one moment.
 *
 * @param name of the device; an alias such as {@code eth0:1} is an address of its device
 * @param index the kernel's number for it
 * @param up whether it is up and has a carrier; true where that was not asked
 * @param addresses all of its addresses, secondary ones too
 */
record LocalInterface(String name, int index, boolean up, List<Assigned> addresses) {
    /**
     * An address with the length of its prefix in bits.
     *
     * @param address in its {@link LocalAddress#plain} form
     */
    record Assigned(InetAddress address, int prefixLength) {
        Assigned {
            address = LocalAddress.plain(address);
        }

        private boolean sameNetwork(InetAddress other) {
            byte[] ours = address.getAddress();
            byte[] theirs = other.getAddress();
            if (ours.length != theirs.length) {
                return false;
            }
            for (int bit = 0; bit < prefixLength; bit++) {
                int mask = 0x80 >>> bit % Byte.SIZE;
                if (((ours[bit / Byte.SIZE] ^ theirs[bit / Byte.SIZE]) & mask) != 0) {
                    return false;
                }
            }
            return true;
        }
    }

    LocalInterface {
        addresses = List.copyOf(addresses);
    }

    LocalInterface withState(boolean nowUp) {
        return up == nowUp ? this : new LocalInterface(name, index, nowUp, addresses);
    }

    boolean loopback() {
        return addresses.stream().anyMatch(assigned -> assigned.address().isLoopbackAddress());
    }

    boolean has(InetAddress address) {
        return addresses.stream().anyMatch(assigned -> assigned.address().equals(address));
    }

    /** Whether {@code address} is in an IPv4 network of this interface; on loopback, the whole of it is local. */
    boolean hasNetworkOf(InetAddress address) {
        return address instanceof Inet4Address
                && addresses.stream().anyMatch(assigned -> assigned.sameNetwork(address));
    }
}
