package dev.spillway.network;

import dev.spillway.transport.HostPort;
import java.net.InetSocketAddress;

/** One address of a controller, beside the name it was configured by. */
record Target(HostPort controller, InetSocketAddress address) {
    @Override
    public String toString() {
        String literal = address.getAddress().getHostAddress();
        return controller.literal() ? controller.toString() : controller + " (" + literal + ")";
    }
}
