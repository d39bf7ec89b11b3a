package dev.spillway.bench.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Accepts, and serves each connection on a thread of its own with blocking calls: the cheapest way to move bulk for
 * a handful of connections, one system call a buffer.
 */
final class ThreadedServer implements AutoCloseable {
    /** Serves one connection to its end; the channel is closed afterwards. */
    interface Service {
        void serve(SocketChannel client) throws IOException;
    }

    private final ServerSocketChannel listener;
    private final InetSocketAddress address;
    private final String name;
    private final Service service;
    private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();

    private ThreadedServer(ServerSocketChannel listener, String name, Service service) throws IOException {
        this.listener = listener;
        this.address = (InetSocketAddress) listener.getLocalAddress();
        this.name = name;
        this.service = service;
    }

    /** Binds to a free loopback port; {@code name} is that of its threads. */
    static ThreadedServer start(String name, Service service) throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open();
        try {
            listener.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), EchoServer.BACKLOG);
            ThreadedServer server = new ThreadedServer(listener, name, service);
            server.daemon(server::accept).start();
            return server;
        } catch (IOException e) {
            listener.close();
            throw e;
        }
    }

    InetSocketAddress address() {
        return address;
    }

    int openConnections() {
        return open.size();
    }

    /** A thread of this server's name, not started; it keeps no JVM alive. */
    Thread daemon(Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel client = listener.accept();
                open.add(client);
                daemon(() -> serve(client)).start();
            }
        } catch (IOException e) {
            if (listener.isOpen()) {
                throw new IllegalStateException(name + " cannot accept: too many open files?", e);
            }
        }
    }

    private void serve(SocketChannel client) {
        try (client) {
            service.serve(client);
        } catch (IOException endedByPeer) {
            // The other end of this connection sees the same and judges it; here it is only an end.
            return;
        } finally {
            open.remove(client);
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
            for (SocketChannel client : open) {
                client.close();
            }
        } catch (IOException e) {
            throw new IllegalStateException(name + " cannot be closed", e);
        }
    }
}
