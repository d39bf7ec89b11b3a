package dev.spillway.bench.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * Connections that have done one exchange, so that both sides of the proxy are connected and its buffers have been
 * used, and now stand idle. Not for concurrent use.
 */
public final class IdleCrowd implements AutoCloseable {
    private static final int EXCHANGE_BYTES = 64;

    private final InetSocketAddress echo;
    private final List<SocketChannel> members = new ArrayList<>();

    /** A crowd of none, at an echo service. */
    public IdleCrowd(InetSocketAddress echo) {
        this.echo = echo;
    }

    /**
     * Makes connections until there are {@code count}.
     *
     * @throws LoadFailure if one cannot be made or gets no response
     */
    public void growTo(int count) throws LoadFailure {
        ByteBuffer buffer = ByteBuffer.allocateDirect(EXCHANGE_BYTES);
        while (members.size() < count) {
            try {
                SocketChannel member = SocketChannel.open(echo);
                members.add(member);
                exchange(member, buffer);
            } catch (IOException e) {
                throw new LoadFailure("connection " + members.size() + " of " + count + " failed", e);
            }
        }
    }

    private static void exchange(SocketChannel member, ByteBuffer buffer) throws IOException {
        buffer.clear();
        while (buffer.hasRemaining()) {
            member.write(buffer);
        }
        buffer.clear();
        // A socket's own read timeout also ends the wait for a proxy that accepts and then does nothing.
        member.socket().setSoTimeout((int) Deadline.PATIENCE.toMillis());
        byte[] response = member.socket().getInputStream().readNBytes(EXCHANGE_BYTES);
        if (response.length < EXCHANGE_BYTES) {
            throw new IOException(
                    "end of stream after " + response.length + " bytes (expected: " + EXCHANGE_BYTES + ")");
        }
    }

    /** Closes all connections. */
    @Override
    public void close() throws IOException {
        for (SocketChannel member : members) {
            member.close();
        }
        members.clear();
    }
}
