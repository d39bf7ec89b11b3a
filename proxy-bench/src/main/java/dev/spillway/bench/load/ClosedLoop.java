package dev.spillway.bench.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Set;

/**
 * Clients of an echo service, all on the calling thread: each sends a request, awaits the response, and only then does
 * the next thing. A request carries its number and a response must bring it back, so that bytes that are lost, doubled
 * or swapped between connections are found.
 */
final class ClosedLoop {
    /** What a client does after an exchange. */
    enum Course {
        /** It sends the next request on the same connection. */
        STAYING,
        /** It ends the connection and makes a new one. */
        CHANGING
    }

    /**
     * What was done.
     *
     * @param exchanges requests whose response came
     * @param connections connections that ended in good order: its own end of stream answered by the peer's
     */
    record Done(long exchanges, long connections) {}

    private final InetSocketAddress target;
    private final int size;
    private final int clients;

    private Deadline deadline = new Deadline(System.nanoTime());
    private Course course = Course.STAYING;
    private int active;
    private long requests;
    private long exchanges;
    private long connections;

    /** {@code clients} of {@code target}, with requests of {@code size} bytes, at least 8. */
    ClosedLoop(InetSocketAddress target, int size, int clients) {
        if (size < Long.BYTES) {
            throw new IllegalArgumentException("size: " + size + " (expected: at least " + Long.BYTES + ")");
        }
        this.target = target;
        this.size = size;
        this.clients = clients;
    }

    /** Runs until {@code end}, then until each client has its last response and has ended its connection. */
    Done run(Deadline end, Course then) throws LoadFailure {
        this.deadline = end;
        this.course = then;
        try (Selector selector = Selector.open()) {
            try {
                for (int i = 0; i < clients; i++) {
                    new Client(selector).open();
                }
                while (active > 0) {
                    turn(selector);
                }
            } finally {
                for (SelectionKey key : selector.keys()) {
                    key.channel().close();
                }
            }
        } catch (IOException e) {
            throw new LoadFailure("a connection failed after " + exchanges + " exchanges", e);
        }
        return new Done(exchanges, connections);
    }

    private void turn(Selector selector) throws IOException, LoadFailure {
        selector.select(deadline.patienceMillis());
        Set<SelectionKey> ready = selector.selectedKeys();
        for (SelectionKey key : ready) {
            ((Client) key.attachment()).proceed();
        }
        ready.clear();
        if (deadline.isLongPast()) {
            throw new LoadFailure(active + " connections not finished " + Deadline.PATIENCE.toSeconds()
                    + " s after the end, " + exchanges + " exchanges done");
        }
    }

    /** One client and the connection it has now. */
    private final class Client {
        private final Selector selector;
        private final ByteBuffer request = ByteBuffer.allocateDirect(size);
        private final ByteBuffer response = ByteBuffer.allocateDirect(size);
        private SocketChannel channel;
        private SelectionKey key;
        private boolean ending;

        Client(Selector selector) throws IOException {
            this.selector = selector;
            this.channel = SocketChannel.open();
            this.key = register();
        }

        private SelectionKey register() throws IOException {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            return channel.register(selector, 0, this);
        }

        void open() throws IOException {
            active++;
            if (channel.connect(target)) {
                send();
            } else {
                key.interestOps(SelectionKey.OP_CONNECT);
            }
        }

        private void reopen() throws IOException {
            ending = false;
            channel = SocketChannel.open();
            key = register();
            open();
        }

        void proceed() throws IOException, LoadFailure {
            if (key.isConnectable()) {
                channel.finishConnect();
                send();
            } else if (ending) {
                awaitEnd();
            } else {
                if (request.hasRemaining()) {
                    write();
                }
                receive();
            }
        }

        private void send() throws IOException {
            request.clear().putLong(0, ++requests);
            response.clear();
            write();
        }

        private void write() throws IOException {
            channel.write(request);
            // It reads while it writes: else a request larger than all buffers on the way would wait for itself.
            int interest = SelectionKey.OP_READ | (request.hasRemaining() ? SelectionKey.OP_WRITE : 0);
            if (key.interestOps() != interest) {
                key.interestOps(interest);
            }
        }

        private void receive() throws IOException, LoadFailure {
            if (channel.read(response) < 0) {
                throw new LoadFailure(
                        "end of stream after " + response.position() + " bytes of a response (expected: " + size + ")");
            }
            if (response.hasRemaining()) {
                return;
            }
            if (response.getLong(0) != request.getLong(0)) {
                throw new LoadFailure("response to request " + response.getLong(0) + " (expected: to request "
                        + request.getLong(0) + ")");
            }
            exchanges++;
            if (course == Course.STAYING && !deadline.isPast()) {
                send();
            } else {
                ending = true;
                channel.shutdownOutput();
            }
        }

        private void awaitEnd() throws IOException, LoadFailure {
            response.clear();
            int read = channel.read(response);
            if (read > 0) {
                throw new LoadFailure(read + " bytes after the last response (expected: none)");
            }
            if (read < 0) {
                channel.close();
                connections++;
                active--;
                if (course == Course.CHANGING && !deadline.isPast()) {
                    reopen();
                }
            }
        }
    }
}
