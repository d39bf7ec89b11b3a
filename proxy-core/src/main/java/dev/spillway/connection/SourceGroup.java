package dev.spillway.connection;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A client address, or the prefix it lies in: the unit of fairness. A v4-mapped IPv6 address counts as IPv4.
 *
 * <p>One IPv4 address is one group by default; of IPv6, where one customer gets a /64, the /64 is.
 */
public final class SourceGroup {
    private static final int V4_BITS = 32;
    private static final int V6_BITS = 128;

    /** Its first 64 bits, and the 64 after them; an IPv4 address's 32 bits are the first. */
    private final long high;

    private final long low;
    private final boolean ipv6;
    private final int prefixLength;

    private SourceGroup(byte[] network, int prefixLength) {
        this.high = bits(network, 0);
        this.low = bits(network, Long.BYTES);
        this.ipv6 = network.length * Byte.SIZE == V6_BITS;
        this.prefixLength = prefixLength;
    }

    /**
     * The group of {@code address}, which Java gives as four bytes for IPv4 and for v4-mapped IPv6.
     *
     * @param v4Prefix bits that count of an IPv4 address, 0–32
     * @param v6Prefix bits that count of an IPv6 address, 0–128
     */
    public static SourceGroup of(InetAddress address, int v4Prefix, int v6Prefix) {
        byte[] bytes = address.getAddress();
        int prefix = bytes.length * 8 == V4_BITS ? v4Prefix : v6Prefix;
        if (prefix < 0 || prefix > bytes.length * 8) {
            throw new IllegalArgumentException(
                    "prefix length " + prefix + " (expected: 0-" + bytes.length * 8 + " for " + address + ")");
        }
        for (int bit = prefix; bit < bytes.length * 8; bit++) {
            bytes[bit / 8] &= (byte) ~(0x80 >>> (bit % 8));
        }
        return new SourceGroup(bytes, prefix);
    }

    /** The first 64 bits of the network, an IPv4 address's 32 bits being the first. */
    public long high() {
        return high;
    }

    /** The bits of the network after the first 64; 0 for IPv4. */
    public long low() {
        return low;
    }

    private static long bits(byte[] network, int from) {
        long bits = 0;
        for (int i = from; i < from + Long.BYTES; i++) {
            bits = bits << Byte.SIZE | (i < network.length ? network[i] & 0xff : 0);
        }
        return bits;
    }

    /** Whether it is of IPv6; a v4-mapped address is not. */
    public boolean ipv6() {
        return ipv6;
    }

    /** How many bits of an address count: 0–32, or 0–128 for IPv6. */
    public int prefixLength() {
        return prefixLength;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SourceGroup group
                && high == group.high
                && low == group.low
                && prefixLength == group.prefixLength
                && ipv6 == group.ipv6;
    }

    @Override
    public int hashCode() {
        return 31 * Long.hashCode(high * 31 + low) + prefixLength;
    }

    /** The address alone for a whole address, else CIDR: {@code 192.0.2.7}, {@code 2001:db8:0:0:0:0:0:0/64}. */
    @Override
    public String toString() {
        byte[] network =
                ByteBuffer.allocate(2 * Long.BYTES).putLong(high).putLong(low).array();
        try {
            String address = InetAddress.getByAddress(ipv6 ? network : Arrays.copyOf(network, V4_BITS / Byte.SIZE))
                    .getHostAddress();
            boolean whole = prefixLength == (ipv6 ? V6_BITS : V4_BITS);
            return whole ? address : address + "/" + prefixLength;
        } catch (UnknownHostException impossible) {
            throw new AssertionError("an address of " + network.length + " bytes", impossible);
        }
    }
}
