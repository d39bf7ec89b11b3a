package dev.spillway.server.admin;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.util.Optional;

/**
 * Who asks, for the record of a change.
 *
 * @param token the name of the token that was given, never the token; empty if none is needed here
 * @param address the other end of the connection; a proxy in between is all that is seen of those behind it
 */
record Principal(Optional<String> token, String address) {
    static Principal of(Optional<String> token, InetAddress address) {
        return new Principal(token, NetUtil.toAddressString(address));
    }

    /** {@code token alice (198.51.100.7)}, or {@code 127.0.0.1} where there are no tokens. */
    String text() {
        return token.map(name -> "token " + name + " (" + address + ")").orElse(address);
    }
}
