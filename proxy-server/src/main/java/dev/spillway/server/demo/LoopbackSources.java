package dev.spillway.server.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * Source addresses for many clients on one machine: on Linux all of 127.0.0.0/8 belongs to the loopback interface, so each
 * client can look like a host of its own without any privilege.
 */
public final class LoopbackSources {
    /** Addresses there are: the last octet 1–250, the others free, without 127.0.0.0/16 and 127.255.0.0/16. */
    public static final int COUNT = 254 * 256 * 250;

    /** Coprime with {@link #COUNT}, about its golden section: neighbours by index are far apart by address. */
    private static final long STRIDE = 10_046_653;

    private final boolean spread;

    private LoopbackSources(boolean spread) {
        this.spread = spread;
    }

    /** Finds out whether this system lends out 127.0.0.0/8. */
    public static LoopbackSources detect() {
        try (SocketChannel probe = SocketChannel.open()) {
            probe.bind(new InetSocketAddress(address(0), 0));
            return new LoopbackSources(true);
        } catch (IOException e) {
            return new LoopbackSources(false);
        }
    }

    /** Whether each client has an address of its own; if not, all come from 127.0.0.1. */
    public boolean spread() {
        return spread;
    }

    /** What client {@code index} binds to before it connects; null to leave it to the kernel. */
    @Nullable
    InetSocketAddress source(int index) {
        return spread ? new InetSocketAddress(address(index), 0) : null;
    }

    /** The address of client {@code index}; distinct for all indices from 0 up to {@link #COUNT}. */
    static InetAddress address(int index) {
        long place = Math.floorMod(index * STRIDE, COUNT);
        byte[] octets = {
            127, (byte) (1 + place / (256 * 250)), (byte) (place / 250 % 256), (byte) (1 + place % 250),
        };
        try {
            return InetAddress.getByAddress(octets);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four octets are an address", e);
        }
    }
}
