package dev.spillway.server.namespace;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A domain controller as far as the proxy can tell: somebody who takes connections, and leaves it to the other side to end
 * them.
 */
final class ListenerGroup implements Group {
    private static final int PATIENCE_MILLIS = 5000;

    private final ServerSocket server = new ServerSocket();
    private final AtomicLong answered = new AtomicLong();
    private final Thread thread = new Thread(this::run, "controller");

    ListenerGroup(InetSocketAddress at) throws IOException {
        server.setReuseAddress(true);
        server.bind(at);
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        while (!server.isClosed()) {
            try (Socket taken = server.accept()) {
                answered.incrementAndGet();
                taken.setSoTimeout(PATIENCE_MILLIS);
                taken.getInputStream().read();
            } catch (IOException e) {
                // Closed; or reset by the one who asked, which is how the proxy ends its probes.
            }
        }
    }

    @Override
    public String counts() {
        return "answered=" + answered;
    }

    @Override
    public void close() {
        try {
            server.close();
            thread.join();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
