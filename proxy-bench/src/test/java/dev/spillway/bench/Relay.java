package dev.spillway.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The plainest relay there is, two threads a connection, half-close passed on; and, for tests of what the workloads
 * find, with a fault. Also a program: {@code Relay LISTEN UPSTREAM [LISTEN UPSTREAM …]}, ports on loopback.
 */
public final class Relay implements AutoCloseable {
    /** What it does wrong. */
    public enum Fault {
        /** Nothing. */
        NONE,
        /** It loses the last byte it read before the end of the upstream's stream. */
        LOSES_A_BYTE,
        /** It adds a byte to the end of the upstream's stream. */
        ADDS_A_BYTE,
        /** It changes the first byte that comes from the upstream. */
        CHANGES_A_BYTE,
        /** It closes instead of relaying. */
        HANGS_UP
    }

    /** Connections after which the program dies, as {@code -Drelay.dies-after}: to see what is said of one that did. */
    private static final int DIES_AFTER = Integer.getInteger("relay.dies-after", Integer.MAX_VALUE);

    private static final AtomicInteger ACCEPTED = new AtomicInteger();

    private final ServerSocket listener;
    private final InetSocketAddress upstream;
    private final Fault fault;

    private Relay(ServerSocket listener, InetSocketAddress upstream, Fault fault) {
        this.listener = listener;
        this.upstream = upstream;
        this.fault = fault;
    }

    public static void main(String[] args) throws IOException {
        for (int i = 0; i < args.length; i += 2) {
            start(
                    Integer.parseInt(args[i]),
                    new InetSocketAddress(InetAddress.getByName("127.0.0.1"), Integer.parseInt(args[i + 1])),
                    Fault.NONE,
                    false);
        }
    }

    /** Listens on a free port. */
    public static Relay start(InetSocketAddress upstream, Fault fault) throws IOException {
        return start(0, upstream, fault, true);
    }

    private static Relay start(int port, InetSocketAddress upstream, Fault fault, boolean daemon) throws IOException {
        Relay relay = new Relay(new ServerSocket(port, 4096, InetAddress.getByName("127.0.0.1")), upstream, fault);
        Thread thread = new Thread(relay::accept, "relay");
        thread.setDaemon(daemon);
        thread.start();
        return relay;
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                if (ACCEPTED.incrementAndGet() > DIES_AFTER) {
                    System.out.println("out of luck");
                    Runtime.getRuntime().halt(9);
                }
                daemon(() -> relay(client));
            }
        } catch (IOException closed) {
            return;
        }
    }

    private void relay(Socket client) {
        try (client;
                Socket server = new Socket(upstream.getAddress(), upstream.getPort())) {
            if (fault == Fault.HANGS_UP) {
                return;
            }
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            Thread up = daemon(() -> copy(client, server, Fault.NONE));
            copy(server, client, fault);
            up.join();
        } catch (IOException | InterruptedException ended) {
            return;
        }
    }

    private static void copy(Socket from, Socket to, Fault fault) {
        byte[] buffer = new byte[64 * 1024];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            boolean first = true;
            int held = -1;
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                if (fault == Fault.CHANGES_A_BYTE && first) {
                    buffer[0] ^= 1;
                }
                first = false;
                if (fault == Fault.LOSES_A_BYTE) {
                    if (held >= 0) {
                        out.write(held);
                    }
                    held = buffer[--read];
                }
                out.write(buffer, 0, read);
            }
            if (fault == Fault.ADDS_A_BYTE) {
                out.write(0);
            }
            to.shutdownOutput();
        } catch (IOException ended) {
            close(from);
            close(to);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException nothingLeftToClose) {
            return;
        }
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "relay");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
