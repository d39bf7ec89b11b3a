package dev.spillway.bench.attack;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/** Source addresses of loopback clients: each has one of 127.0.0.0/8 to itself, as Linux lends out without asking. */
final class LoopbackSources {
    /** First addresses, so that the crowds never share one. */
    static final int HOSTILE = 1 << 16;

    static final int HONEST = 1 << 20;

    private LoopbackSources() {}

    /** Number {@code index}, with any port; {@code index} from 0 to 2²⁴ - 1. */
    static InetSocketAddress source(int index) throws IOException {
        byte[] address = {127, (byte) (index >> 16), (byte) (index >> 8), (byte) index};
        try {
            return new InetSocketAddress(InetAddress.getByAddress(address), 0);
        } catch (UnknownHostException e) {
            throw new IOException("an address of four bytes", e);
        }
    }
}
