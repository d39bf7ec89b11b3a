package dev.spillway.bench.contender;

import dev.spillway.bench.load.Endpoints;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Loopback ports nobody listens on, for the programs started. They are taken from below the kernel's ephemeral range,
 * so that none of the run's own outgoing connections can sit on one in between; each is given out once.
 */
public final class FreePorts {
    private static final int FIRST = 20_000;
    private static final int COUNT = 12_000;

    /** Two runs on one machine start at different places. */
    private static final AtomicInteger NEXT =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(COUNT));

    private FreePorts() {}

    /** Three of them. */
    static Endpoints endpoints() throws IOException {
        InetAddress loopback = InetAddress.getByName("127.0.0.1");
        return new Endpoints(
                new InetSocketAddress(loopback, next()),
                new InetSocketAddress(loopback, next()),
                new InetSocketAddress(loopback, next()));
    }

    /**
     * One of them.
     *
     * @throws IOException if all are taken
     */
    public static int next() throws IOException {
        for (int tried = 0; tried < COUNT; tried++) {
            int port = FIRST + Math.floorMod(NEXT.getAndIncrement(), COUNT);
            try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
                return probe.getLocalPort();
            } catch (IOException taken) {
                continue;
            }
        }
        throw new IOException("no free port in " + FIRST + "-" + (FIRST + COUNT - 1));
    }
}
