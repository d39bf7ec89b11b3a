package dev.spillway.bench.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.LongAdder;

/**
 * Sends as fast as it is read, one buffer at least and until a deadline, then ends the stream and waits for the client
 * to close.
 */
final class SourceServer implements AutoCloseable {
    /** What is handed to the kernel at once; larger ones were not faster on loopback. */
    static final int BUFFER_BYTES = 256 * 1024;

    private final LongAdder sent = new LongAdder();
    private final ThreadedServer server;
    private volatile Deadline deadline = new Deadline(System.nanoTime());

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
        this.deadline = end;
    }

    /** Bytes of all streams that have ended; a stream is in it before its client can see the end. */
    long sentBytes() {
        return sent.sum();
    }

    private void serve(SocketChannel client) throws IOException {
        Deadline end = deadline;
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
        long count = 0;
        do {
            buffer.clear();
            count += client.write(buffer);
        } while (!end.isPast());
        sent.add(count);
        client.shutdownOutput();
        buffer.clear();
        while (client.read(buffer) >= 0) {
            buffer.clear();
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
