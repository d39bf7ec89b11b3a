package dev.spillway.bench.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.LongAdder;

/**
 * Sends as fast as it is read, one buffer at least and until a deadline, then ends the stream and waits for the client
 * to close. When asked to, it also takes what the client sends meanwhile, to the end of that stream.
 */
final class SourceServer implements AutoCloseable {
    /** What is handed to the kernel at once; larger ones were not faster on loopback. */
    static final int BUFFER_BYTES = 256 * 1024;

    private final LongAdder sent = new LongAdder();
    private final LongAdder received = new LongAdder();
    private final ThreadedServer server;
    private volatile Order order = new Order(new Deadline(System.nanoTime()), false);

    /** What is to be done on a connection: how long it is sent to, and whether it is read from at the same time. */
    private record Order(Deadline end, boolean bothWays) {}

    private SourceServer() throws IOException {
        this.server = ThreadedServer.start("bench-source", this::serve);
    }

    static SourceServer start() throws IOException {
        return new SourceServer();
    }

    InetSocketAddress address() {
        return server.address();
    }

    int openConnections() {
        return server.openConnections();
    }

    /** Connections made from now on are sent to until {@code end}. */
    void sendUntil(Deadline end) {
        this.order = new Order(end, false);
    }

    /** Connections made from now on are sent to until {@code end}, and read from until the client ends its stream. */
    void sendAndReceiveUntil(Deadline end) {
        this.order = new Order(end, true);
    }

    /** Bytes of all streams that have ended; a stream is in it before its client can see the end. */
    long sentBytes() {
        return sent.sum();
    }

    /** Bytes received of all clients that were to be read from and have ended their streams; as {@link #sentBytes}. */
    long receivedBytes() {
        return received.sum();
    }

    private void serve(SocketChannel client) throws IOException {
        Order given = order;
        if (given.bothWays()) {
            CompletableFuture<Long> taken = CompletableFuture.supplyAsync(
                    () -> drained(client), task -> server.daemon(task).start());
            long count = send(client, given.end());
            try {
                received.add(taken.get());
            } catch (InterruptedException | ExecutionException e) {
                throw new IOException("the client's stream was not read to its end", e);
            }
            sent.add(count);
            client.shutdownOutput();
        } else {
            sent.add(send(client, given.end()));
            client.shutdownOutput();
            drain(client);
        }
    }

    /** Sends until {@code end}, a buffer at least; returns the bytes. */
    static long send(SocketChannel client, Deadline end) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
        long count = 0;
        do {
            buffer.clear();
            count += client.write(buffer);
        } while (!end.isPast());
        return count;
    }

    private static long drained(SocketChannel client) {
        try {
            return drain(client);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads to the end of the stream; returns the bytes. */
    static long drain(SocketChannel client) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
        long count = 0;
        int read = 0;
        while (read >= 0) {
            count += read;
            buffer.clear();
            read = client.read(buffer);
        }
        return count;
    }

    @Override
    public void close() {
        server.close();
    }
}
