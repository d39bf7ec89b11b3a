package dev.spillway.bench.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;

/**
 * The least that each endpoint must do, from connecting to the end of stream: shows that a proxy relays, and leaves
 * nothing under way that could arrive at the backend later and be counted with something else.
 */
public final class FirstExchange {
    private static final int READ_TIMEOUT_MILLIS = 5_000;
    private static final int REQUEST_BYTES = 64;

    private final InetSocketAddress address;
    private final int sent;
    private final int least;

    private FirstExchange(InetSocketAddress address, int sent, int least) {
        this.address = address;
        this.sent = sent;
        this.least = least;
    }

    /** One for each of {@code endpoints}. */
    public static List<FirstExchange> with(Endpoints endpoints) {
        return List.of(
                new FirstExchange(endpoints.echo(), REQUEST_BYTES, REQUEST_BYTES),
                new FirstExchange(endpoints.source(), 0, SourceServer.BUFFER_BYTES),
                new FirstExchange(endpoints.sink(), REQUEST_BYTES, Long.BYTES));
    }

    /**
     * Connects and has the exchange.
     *
     * @param accepted told as soon as the connection is there
     * @throws IOException if it cannot be made, or less comes back than must
     */
    public void run(Runnable accepted) throws IOException {
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            accepted.run();
            socket.setSoTimeout(READ_TIMEOUT_MILLIS);
            socket.getOutputStream().write(new byte[sent]);
            socket.shutdownOutput();
            int received = socket.getInputStream().readAllBytes().length;
            if (received < least) {
                throw new IOException(
                        address + " answered with " + received + " bytes (expected: at least " + least + ")");
            }
        }
    }
}
