package dev.spillway.relay;

import dev.spillway.transport.TcpSocket;
import java.time.Duration;

/**
 * How bytes are passed on.
 *
 * @param budgetBytes what the buffers of all connections together may hold, in bytes of direct memory
 * @param minBuffer smallest read buffer in bytes, a power of two
 * @param maxBuffer largest read buffer in bytes, a power of two, not below {@code minBuffer}
 * @param idleTimeout after which a connection without a byte in either direction is closed; zero means never
 * @param firstByteTimeout after which a connection on which no byte ever went either way is closed, counted from when it was joined to its server; zero means that
 *     {@code idleTimeout} holds for it too
 * @param halfCloseTimeout the same for a connection of which one direction has ended; zero means never
 * @param tcpNoDelay whether small writes go out at once, on both sides
 * @param keepAlive whether the kernel probes peers that are quiet, on both sides
 * @param sendBuffer {@code SO_SNDBUF} of both sides in bytes; 0 leaves it to the kernel
 * @param receiveBuffer {@code SO_RCVBUF} of both sides in bytes; 0 leaves it to the kernel
 * @param initialReceiveBuffer what {@code SO_RCVBUF} of both sides is bounded to until a connection shows that it needs more,
 *     in bytes, if {@code receiveBuffer} is 0; 0 means no bound of ours
 * @param notSentLowat most bytes the kernel may hold of either side that it has not sent yet; 0 means no bound of ours
 * @param spliceChunk how many bytes of bulk are moved at once without copying them, on epoll, up to 1 MiB; 0 always copies
 */
public record RelaySettings(
        long budgetBytes,
        int minBuffer,
        int maxBuffer,
        Duration idleTimeout,
        Duration firstByteTimeout,
        Duration halfCloseTimeout,
        boolean tcpNoDelay,
        boolean keepAlive,
        int sendBuffer,
        int receiveBuffer,
        int initialReceiveBuffer,
        int notSentLowat,
        int spliceChunk) {
    private static final int LARGEST_CHUNK = 1 << 20;

    /** @throws IllegalArgumentException if a value is out of its range */
    public RelaySettings {
        powerOfTwo("min-buffer", minBuffer);
        powerOfTwo("max-buffer", maxBuffer);
        if (spliceChunk < 0 || spliceChunk > LARGEST_CHUNK) {
            throw new IllegalArgumentException(
                    "splice-chunk: " + spliceChunk + " (expected: 0 to " + LARGEST_CHUNK + "; 0 always copies)");
        }
        if (maxBuffer < minBuffer) {
            throw new IllegalArgumentException("max-buffer: " + maxBuffer + " (expected: min-buffer or more)");
        }
        if (budgetBytes < maxBuffer) {
            throw new IllegalArgumentException("budget: " + budgetBytes + " (expected: max-buffer or more)");
        }
        if (idleTimeout.isNegative() || firstByteTimeout.isNegative() || halfCloseTimeout.isNegative()) {
            throw new IllegalArgumentException("timeouts " + idleTimeout + ", " + firstByteTimeout + ", "
                    + halfCloseTimeout + " (expected: not negative; zero means never)");
        }
        if (sendBuffer < 0 || receiveBuffer < 0 || initialReceiveBuffer < 0 || notSentLowat < 0) {
            throw new IllegalArgumentException(
                    "socket buffers " + sendBuffer + ", " + receiveBuffer + ", " + initialReceiveBuffer + ", "
                            + notSentLowat + " (expected: not negative; 0 leaves it to the kernel)");
        }
    }

    private static void powerOfTwo(String name, int bytes) {
        if (bytes < 512 || bytes > 1 << 20 || Integer.bitCount(bytes) != 1) {
            throw new IllegalArgumentException(name + ": " + bytes + " (expected: a power of two, 512 bytes to 1 MiB)");
        }
    }

    /** The same, but within another budget: its buffers are no larger than that. */
    public RelaySettings within(long budget) {
        int room = (int) Math.min(LARGEST_CHUNK, Long.highestOneBit(budget));
        int most = Math.min(maxBuffer, room);
        return new RelaySettings(
                budget,
                Math.min(minBuffer, most),
                most,
                idleTimeout,
                firstByteTimeout,
                halfCloseTimeout,
                tcpNoDelay,
                keepAlive,
                sendBuffer,
                receiveBuffer,
                initialReceiveBuffer,
                notSentLowat,
                Math.min(spliceChunk, room));
    }

    /** Gives a socket of either side the sizes that its buffers are to have. */
    void give(TcpSocket socket) {
        if (sendBuffer > 0) {
            socket.boundSendBuffer(sendBuffer);
        }
        if (receiveBuffer > 0) {
            socket.boundReceiveBuffer(receiveBuffer);
        }
    }
}
