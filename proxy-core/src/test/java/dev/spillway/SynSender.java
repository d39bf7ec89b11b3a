package dev.spillway;

import dev.spillway.fixture.Clients;
import dev.spillway.fixture.TwoNamespaces;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A program: SYNs that nobody follows up, some hundreds a second, and each second an exchange of an honest client, which is
 * written in a line; until its standard input ends, and a minute at most.
 */
final class SynSender {
    private static final int PER_ROUND = 20;
    private static final int ROUND_MILLIS = 25;
    /** So long a socket sends its SYN again. */
    private static final int MOST_OPEN = 40 * PER_ROUND;

    private static final long MOST_MILLIS = 60_000;

    private SynSender() {}

    public static void main(String[] arguments) throws Exception {
        InetSocketAddress server = new InetSocketAddress(TwoNamespaces.SERVER, FloodedProxy.PORT);
        Deque<SocketChannel> open = new ArrayDeque<>();
        long end = System.nanoTime() + MOST_MILLIS * 1_000_000;
        for (int round = 1; System.in.available() == 0 && System.nanoTime() - end < 0; round++) {
            for (int i = 0; i < PER_ROUND; i++) {
                open.add(syn(server));
            }
            while (open.size() > MOST_OPEN) {
                open.remove().close();
            }
            if (round % 40 == 0) {
                System.out.println("honest " + exchange(server));
            }
            Thread.sleep(ROUND_MILLIS);
        }
        for (SocketChannel each : open) {
            each.close();
        }
    }

    private static SocketChannel syn(InetSocketAddress server) throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.configureBlocking(false);
        channel.bind(new InetSocketAddress(TwoNamespaces.MUTE, 0));
        channel.connect(server);
        return channel;
    }

    private static String exchange(InetSocketAddress server) {
        try (Socket socket = new Socket()) {
            socket.bind(new InetSocketAddress(TwoNamespaces.HONEST, 0));
            socket.setSoTimeout(5_000);
            socket.connect(server, 5_000);
            Clients.exchange(socket);
            return "served";
        } catch (IOException refused) {
            return "not served: " + refused.getMessage();
        }
    }
}
