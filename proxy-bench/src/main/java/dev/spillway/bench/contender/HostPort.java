package dev.spillway.bench.contender;

import java.net.InetSocketAddress;

/** How configurations write an address. */
final class HostPort {
    private HostPort() {}

    /** {@code address} as {@code 127.0.0.1:8080}. */
    static String of(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }
}
