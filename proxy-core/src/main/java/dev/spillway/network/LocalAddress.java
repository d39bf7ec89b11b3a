package dev.spillway.network;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * One address of one interface. The index tells an interface from a later one of the same name.
 *
 * @param address in its {@link #plain} form
 */
record LocalAddress(String interfaceName, int index, InetAddress address) {
    private static final int MAPPED_PREFIX = 12;

    /**
     * The form in which addresses are compared: a v4-mapped one is IPv4 (S18), and only link-local ones keep a scope, for
     * only there does it tell two addresses apart. The JDK gives every IPv6 address of an interface a scope.
     */
    static InetAddress plain(InetAddress address) {
        if (!(address instanceof Inet6Address six)) {
            return address;
        }
        byte[] bytes = six.getAddress();
        try {
            if (mapped(bytes)) {
                return InetAddress.getByAddress(Arrays.copyOfRange(bytes, MAPPED_PREFIX, bytes.length));
            }
            return six.getScopeId() == 0 || six.isLinkLocalAddress() ? six : InetAddress.getByAddress(bytes);
        } catch (UnknownHostException impossible) {
            throw new AssertionError("an address of " + bytes.length + " bytes", impossible);
        }
    }

    private static boolean mapped(byte[] bytes) {
        for (int i = 0; i < MAPPED_PREFIX; i++) {
            if (bytes[i] != (byte) (i < MAPPED_PREFIX - 2 ? 0 : 0xFF)) {
                return false;
            }
        }
        return true;
    }

    /** The index of the interface that a link-local IPv6 address belongs to; 0 for any other address. */
    static int scopeOf(InetAddress address) {
        return linkLocal(address) ? ((Inet6Address) address).getScopeId() : 0;
    }

    /** Whether it is a link-local IPv6 address, which means something on its own link only. */
    static boolean linkLocal(InetAddress address) {
        return address instanceof Inet6Address && address.isLinkLocalAddress();
    }

    boolean linkLocal() {
        return linkLocal(address);
    }

    /** Whether {@code controller} can be asked from here: same family, and link-local only on the same link. */
    boolean canAsk(InetAddress controller) {
        if (address instanceof Inet4Address != controller instanceof Inet4Address) {
            return false;
        }
        if (linkLocal() != linkLocal(controller)) {
            return false;
        }
        int scope = scopeOf(controller);
        return scope == 0 || scope == index;
    }

    /** The address without the scope, as people write it. */
    String text() {
        String text = address.getHostAddress();
        int scope = text.indexOf('%');
        return scope < 0 ? text : text.substring(0, scope);
    }
}
