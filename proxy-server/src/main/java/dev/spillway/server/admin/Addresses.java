package dev.spillway.server.admin;

import io.netty.util.NetUtil;
import java.net.InetSocketAddress;

/** Addresses as operators write them. */
final class Addresses {
    private Addresses() {}

    /** {@code 192.0.2.7:80}, {@code [2001:db8::7]:80}. */
    static String text(InetSocketAddress address) {
        return NetUtil.toSocketAddressString(address);
    }
}
