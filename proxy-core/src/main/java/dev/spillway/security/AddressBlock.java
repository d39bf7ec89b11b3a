package dev.spillway.security;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/** An address, or a block of addresses in CIDR notation. Immutable. */
public final class AddressBlock {
    private static final Pattern V4 = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
    private static final Pattern V6 = Pattern.compile("[0-9a-fA-F:]*:[0-9a-fA-F:.]*");

    /** No name of an interface has a bracket or two colons; with them it is an address, if only a malformed one. */
    private static final Pattern MEANT_AS_V6 = Pattern.compile("\\[.*|.*:.*:.*");

    private static final int V6_BITS = 128;
    private static final int MAPPED_BITS = 96;

    private final byte[] network;
    private final int bits;

    private AddressBlock(byte[] network, int bits) {
        this.network = network;
        this.bits = bits;
    }

    /** The block that is {@code address} alone. */
    public static AddressBlock of(InetAddress address) {
        byte[] bytes = Family.bytes(address);
        return new AddressBlock(bytes, bytes.length * Byte.SIZE);
    }

    /**
     * Reads {@code 10.0.0.0/8}, {@code 192.0.2.7}, {@code 2001:db8::/32}, with or without brackets; asks no name service. A
     * v4-mapped address is the IPv4 address (S18). A zone, as in {@code fe80::1%eth0}, is not taken.
     *
     * @return empty if the text has not the form of an address at all, so that it may be a name
     * @throws IllegalArgumentException saying what was expected, if it has the form but is none
     */
    public static Optional<AddressBlock> parse(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        if (address.startsWith("[") && address.endsWith("]")) {
            address = address.substring(1, address.length() - 1);
        }
        boolean v4 = V4.matcher(address).matches();
        if (!v4 && !V6.matcher(address).matches()) {
            if (MEANT_AS_V6.matcher(text).matches()) {
                throw new IllegalArgumentException(
                        "an IPv6 address without a zone, as \"2001:db8::5\" or \"[2001:db8::5]\"");
            }
            if (slash >= 0) {
                throw new IllegalArgumentException("an address before the slash, as \"10.0.0.0/8\"");
            }
            return Optional.empty();
        }
        byte[] bytes = v4 ? v4(address) : v6(address);
        int most = bytes.length * Byte.SIZE;
        int mapped = v4 || most == V6_BITS ? 0 : MAPPED_BITS;
        int bits = slash < 0 ? most : prefix(text.substring(slash + 1), mapped, mapped + most) - mapped;
        byte[] network = masked(bytes, bits);
        AddressBlock block = new AddressBlock(network, bits);
        if (!Arrays.equals(network, bytes)) {
            throw new IllegalArgumentException("no bits after the prefix, as \"" + block + "\"");
        }
        return Optional.of(block);
    }

    /** Not by Java's parser: it asks a name service of what is none, 10.0.0.256, and takes 010 for ten where others take eight. */
    private static byte[] v4(String literal) {
        String[] numbers = literal.split("\\.", -1);
        byte[] bytes = new byte[numbers.length];
        for (int i = 0; i < numbers.length; i++) {
            int number = Integer.parseInt(numbers[i]);
            if (number > 0xFF || !numbers[i].equals(Integer.toString(number))) {
                throw new IllegalArgumentException(
                        "an IPv4 address of four numbers, 0-255, without zeros before them, as \"10.0.0.5\"");
            }
            bytes[i] = (byte) number;
        }
        return bytes;
    }

    private static byte[] v6(String literal) {
        try {
            // With a colon it is never looked up.
            return InetAddress.getByName(literal).getAddress();
        } catch (UnknownHostException malformed) {
            throw new IllegalArgumentException(
                    "an IPv4 or IPv6 address, as \"10.0.0.5\" or \"2001:db8::5\"", malformed);
        }
    }

    private static int prefix(String digits, int least, int most) {
        int bits = digits.matches("[0-9]{1,3}") ? Integer.parseInt(digits) : -1;
        if (bits < least || bits > most) {
            throw new IllegalArgumentException("a prefix length of " + least + "-" + most + " after the slash");
        }
        return bits;
    }

    private static byte[] masked(byte[] bytes, int bits) {
        byte[] masked = bytes.clone();
        for (int bit = bits; bit < masked.length * Byte.SIZE; bit++) {
            masked[bit / Byte.SIZE] &= (byte) ~(0x80 >>> bit % Byte.SIZE);
        }
        return masked;
    }

    /** Whether {@code address} lies in the block. */
    public boolean contains(InetAddress address) {
        byte[] bytes = Family.bytes(address);
        if (bytes.length != network.length) {
            return false;
        }
        int whole = bits / Byte.SIZE;
        if (!Arrays.equals(bytes, 0, whole, network, 0, whole)) {
            return false;
        }
        int rest = bits % Byte.SIZE;
        return rest == 0 || ((bytes[whole] ^ network[whole]) & 0xFF) >>> (Byte.SIZE - rest) == 0;
    }

    /** The lowest address of it. */
    public InetAddress first() {
        try {
            return InetAddress.getByAddress(network);
        } catch (UnknownHostException impossible) {
            throw new AssertionError("an address of " + network.length + " bytes", impossible);
        }
    }

    /** How many addresses there are beside one of it, as the length of the prefix that is free: 0 for a single address. */
    public int freeBits() {
        return network.length * Byte.SIZE - bits;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AddressBlock block && bits == block.bits && Arrays.equals(network, block.network);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(network) + bits;
    }

    /** The address alone for a single one, else CIDR. */
    @Override
    public String toString() {
        return first().getHostAddress() + (freeBits() == 0 ? "" : "/" + bits);
    }
}
