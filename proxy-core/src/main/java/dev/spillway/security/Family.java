package dev.spillway.security;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Locale;

/** The family of a client's packets (S18). */
public enum Family {
    IPV4,
    IPV6;

    private static final int MAPPED_ZEROS = 10;

    /**
     * The family of the packets between us and {@code address}. A v4-mapped address, as a dual-stack socket may show it, is
     * IPv4: the packets are.
     */
    public static Family of(InetAddress address) {
        return address instanceof Inet6Address && !mapped(address.getAddress()) ? IPV6 : IPV4;
    }

    /** The bytes of an address in its family: 4 of a v4-mapped one. */
    static byte[] bytes(InetAddress address) {
        byte[] bytes = address.getAddress();
        return bytes.length > MAPPED_ZEROS && mapped(bytes)
                ? Arrays.copyOfRange(bytes, MAPPED_ZEROS + 2, bytes.length)
                : bytes;
    }

    /** Java makes IPv4 of a mapped address by itself; whoever builds addresses from bytes another way may not. */
    private static boolean mapped(byte[] bytes) {
        for (int i = 0; i < MAPPED_ZEROS; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return bytes[MAPPED_ZEROS] == -1 && bytes[MAPPED_ZEROS + 1] == -1;
    }

    /** The word for it in the configuration, logs and the API: {@code ipv4}, {@code ipv6}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
