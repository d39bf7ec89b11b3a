package dev.spillway.syn;

import dev.spillway.connection.SourceGroup;
import dev.spillway.security.AddressBlock;
import dev.spillway.security.Family;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The first bits of an address, and so all addresses that begin with them. A v4-mapped IPv6 address is the IPv4 address: on a
 * dual-stack socket such a client's packets are IPv4 (S18).
 *
 * @param family of the addresses
 * @param high the first 64 bits of an address; the 32 bits of an IPv4 address are the first of them
 * @param low the 64 bits after them; 0 for IPv4
 * @param bits how many count, 0–32 or 0–128
 */
public record Prefix(Family family, long high, long low, int bits) implements Comparable<Prefix> {
    private static final int V4_BITS = 32;
    private static final int V6_BITS = 128;

    /** @throws IllegalArgumentException if there are too many bits, or some beyond those that count are set */
    public Prefix {
        if (bits < 0 || bits > most(family)) {
            throw new IllegalArgumentException("bits: " + bits + " (expected: 0-" + most(family) + ")");
        }
        if ((high & ~mask(bits)) != 0 || (low & ~mask(bits - Long.SIZE)) != 0) {
            throw new IllegalArgumentException("address: " + Long.toHexString(high) + " " + Long.toHexString(low)
                    + " (expected: no bits after the first " + bits + ")");
        }
    }

    /** The addresses of a block. */
    public static Prefix of(AddressBlock block) {
        byte[] bytes = block.first().getAddress();
        return of(bytes, bytes.length * Byte.SIZE - block.freeBits());
    }

    /** The addresses of a group of sources. */
    public static Prefix of(SourceGroup group) {
        return new Prefix(group.ipv6() ? Family.IPV6 : Family.IPV4, group.high(), group.low(), group.prefixLength());
    }

    /** One address alone. */
    public static Prefix of(InetAddress address) {
        return of(AddressBlock.of(address));
    }

    private static Prefix of(byte[] address, int bits) {
        ByteBuffer whole = ByteBuffer.wrap(Arrays.copyOf(address, 2 * Long.BYTES));
        Family family = address.length * Byte.SIZE == V4_BITS ? Family.IPV4 : Family.IPV6;
        return new Prefix(family, whole.getLong() & mask(bits), whole.getLong() & mask(bits - Long.SIZE), bits);
    }

    private static int most(Family family) {
        return family == Family.IPV4 ? V4_BITS : V6_BITS;
    }

    /** That many ones and then zeros, none of them for 0 and less, all of them for 64 and more. */
    private static long mask(int ones) {
        return ones <= 0 ? 0 : ones >= Long.SIZE ? -1 : -1L << Long.SIZE - ones;
    }

    /** Whether every address of {@code other} is one of this. */
    public boolean contains(Prefix other) {
        return family == other.family
                && bits <= other.bits
                && ((high ^ other.high) & mask(bits)) == 0
                && ((low ^ other.low) & mask(bits - Long.SIZE)) == 0;
    }

    /** Whether it is one address alone. */
    boolean single() {
        return bits == most(family);
    }

    /** That without its last bit; not of one that has none. */
    Prefix parent() {
        return new Prefix(family, high & mask(bits - 1), low & mask(bits - 1 - Long.SIZE), bits - 1);
    }

    /** The half of it whose next bit is {@code one} or zero; not of a single address. */
    Prefix half(boolean one) {
        long highBit = one && bits < Long.SIZE ? 1L << Long.SIZE - 1 - bits : 0;
        long lowBit = one && bits >= Long.SIZE ? 1L << 2 * Long.SIZE - 1 - bits : 0;
        return new Prefix(family, high | highBit, low | lowBit, bits + 1);
    }

    /** The 32 bits of an address's word, 0–3. */
    int word(int index) {
        long half = index < 2 ? high : low;
        return (int) (index % 2 == 0 ? half >>> Integer.SIZE : half);
    }

    /** By family, then by address, and shorter ones first. */
    @Override
    public int compareTo(Prefix other) {
        int order = family.compareTo(other.family);
        order = order != 0 ? order : Long.compareUnsigned(high, other.high);
        order = order != 0 ? order : Long.compareUnsigned(low, other.low);
        return order != 0 ? order : Integer.compare(bits, other.bits);
    }

    /** The address alone for a single one, else CIDR. */
    @Override
    public String toString() {
        byte[] bytes =
                ByteBuffer.allocate(2 * Long.BYTES).putLong(high).putLong(low).array();
        try {
            String address = InetAddress.getByAddress(Arrays.copyOf(bytes, most(family) / Byte.SIZE))
                    .getHostAddress();
            return single() ? address : address + "/" + bits;
        } catch (UnknownHostException impossible) {
            throw new AssertionError("an address of " + most(family) + " bits", impossible);
        }
    }
}
