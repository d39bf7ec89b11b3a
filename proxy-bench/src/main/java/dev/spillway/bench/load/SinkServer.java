package dev.spillway.bench.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** Reads to the end of the stream, answers with the number of bytes as eight of its own, and closes. */
final class SinkServer implements AutoCloseable {
    private final ThreadedServer server;

    private SinkServer() throws IOException {
        this.server = ThreadedServer.start("bench-sink", SinkServer::serve);
    }

    static SinkServer start() throws IOException {
        return new SinkServer();
    }

    InetSocketAddress address() {
        return server.address();
    }

    int openConnections() {
        return server.openConnections();
    }

    private static void serve(SocketChannel client) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(Long.BYTES)
                .putLong(SourceServer.drain(client))
                .flip();
        while (buffer.hasRemaining()) {
            client.write(buffer);
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
