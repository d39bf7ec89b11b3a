package dev.spillway.transport;

import io.netty.channel.ServerChannel;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Reads what the kernel tells of a TCP socket: what it holds for it ({@code SO_MEMINFO}, {@code linux/sock_diag.h}) and how
 * its peer takes what we send ({@code TCP_INFO}, {@code linux/tcp.h}); of one that listens, how long its accept queue is. Offsets are those of the kernel's headers, which
 * only ever grow at their ends.
 *
 * <p>A system call each and no garbage: the answers go into two direct buffers that stay. The figures of the last look are
 * asked for by name. A kernel that answers with fewer bytes than asked for leaves the rest as it was, so the places of
 * figures that came later than Linux 4.1 are marked before each look.
 *
 * <p>Belongs to one event loop, and may be asked of channels of that loop alone: a descriptor can't be closed and its number
 * be given to another socket meanwhile.
 */
public final class SocketGauge {
    /** A figure that this kernel, or this transport, does not tell. */
    public static final long UNKNOWN = -1;

    private static final int SOL_SOCKET = 1;
    private static final int SO_MEMINFO = 55;
    private static final int MEMINFO_BYTES = 9 * Integer.BYTES;
    private static final int RECEIVED_ALLOCATED = 0;
    private static final int FORWARD_ALLOCATED = 4 * Integer.BYTES;
    private static final int SEND_QUEUED = 5 * Integer.BYTES;
    private static final int DROPPED = 8 * Integer.BYTES;

    private static final int IPPROTO_TCP = 6;
    private static final int TCP_INFO = 11;
    private static final int INFO_BYTES = 232;
    private static final int STATE = 0;
    private static final int CLOSE_WAIT = 8;
    private static final int RETRANSMITS = 2;
    private static final int PROBES = 3;
    private static final int UNACKED = 24;
    private static final int SACKED = 28;
    private static final int BYTES_ACKED = 120;
    private static final int BYTES_RECEIVED = 128;
    private static final int LEAST_ROUND_TRIP = 148;
    private static final int SEND_WINDOW = 228;

    /** No kernel reports a window as large: it is at most 2^30 (RFC 7323). */
    private static final int MARK = -1;

    private final ByteBuffer memory = ByteBuffer.allocateDirect(MEMINFO_BYTES).order(ByteOrder.nativeOrder());
    private final ByteBuffer info = ByteBuffer.allocateDirect(INFO_BYTES).order(ByteOrder.nativeOrder());

    SocketGauge() {}

    /**
     * Looks at what the kernel holds for a socket.
     *
     * @return whether it was told; false if the socket is gone
     */
    public boolean readMemory(TcpSocket socket) {
        return readMemory(socket.isOpen() ? socket.descriptor() : null);
    }

    /** The same of a socket that listens. */
    public boolean readMemory(ServerChannel channel) {
        return readMemory(descriptor(channel));
    }

    private boolean readMemory(@Nullable Socket socket) {
        memory.putInt(DROPPED, MARK);
        return read(socket, SOL_SOCKET, SO_MEMINFO, memory);
    }

    /**
     * What the socket takes of the memory of TCP ({@code tcp_mem}), in bytes: both queues, as the kernel accounts for them
     * and not as they were sent, and what was reserved ahead.
     */
    public long heldBytes() {
        long bytes = memory.getInt(RECEIVED_ALLOCATED)
                + (long) memory.getInt(SEND_QUEUED)
                + memory.getInt(FORWARD_ALLOCATED);
        return Math.max(0, bytes);
    }

    /** What the receive queue takes, in bytes: not read yet, or not in order yet. */
    public long receiveQueueBytes() {
        return memory.getInt(RECEIVED_ALLOCATED);
    }

    /** What the send queue takes, in bytes: not sent yet, or not acknowledged. 0 means that the peer has taken everything. */
    public long sendQueueBytes() {
        return memory.getInt(SEND_QUEUED);
    }

    /**
     * Segments that the kernel has dropped at the socket since it was made, as 32 bits that go round; {@link #UNKNOWN} before
     * Linux 4.7. Of a listening socket: what its program dropped; SYNs and last parts of handshakes for which there was no
     * room, which {@code ListenDrops} of {@code /proc/net/netstat} counts too, for all listeners together; and segments that
     * are none of a handshake, as a stray RST.
     */
    public long droppedSegments() {
        int told = memory.getInt(DROPPED);
        return told == MARK ? UNKNOWN : Integer.toUnsignedLong(told);
    }

    /**
     * Looks at how the peer of a socket takes what we send.
     *
     * @return whether it was told; false if the socket is gone
     */
    public boolean readProgress(TcpSocket socket) {
        return readProgress(socket.isOpen() ? socket.descriptor() : null);
    }

    /** The same of a socket that listens. */
    public boolean readProgress(ServerChannel channel) {
        return readProgress(descriptor(channel));
    }

    private boolean readProgress(@Nullable Socket socket) {
        info.putLong(BYTES_ACKED, MARK);
        info.putLong(BYTES_RECEIVED, MARK);
        info.putInt(LEAST_ROUND_TRIP, MARK);
        info.putInt(SEND_WINDOW, MARK);
        return read(socket, IPPROTO_TCP, TCP_INFO, info);
    }

    /**
     * Bytes the peer's kernel has acknowledged since the connection began, or {@link #UNKNOWN} before Linux 4.1. A SYN that we
     * sent counts as one byte, and so does a FIN.
     */
    public long ackedBytes() {
        return info.getLong(BYTES_ACKED);
    }

    /**
     * Bytes of the peer that came in order since the connection began, read or not, or {@link #UNKNOWN} before Linux 4.1. A FIN
     * counts as one byte.
     */
    public long receivedBytes() {
        return info.getLong(BYTES_RECEIVED);
    }

    /** The same without its FIN, if it has come: what the peer has said. For a socket that we have not shut. */
    public long saidBytes() {
        return receivedBytes() - (info.get(STATE) == CLOSE_WAIT ? 1 : 0);
    }

    /** What the peer lets us have under way, in bytes, as its last segment said; {@link #UNKNOWN} before Linux 5.4. */
    public long windowBytes() {
        return info.getInt(SEND_WINDOW);
    }

    /**
     * The shortest round-trip time of the last minutes, in microseconds, the handshake's included; {@link #UNKNOWN} if none was
     * measured, or before Linux 4.6.
     */
    public long leastRoundTripMicros() {
        return info.getInt(LEAST_ROUND_TRIP);
    }

    /**
     * Whether the peer seems not to be heard: what was sent has been sent again, or a second probe of its closed window is
     * under way, and no answer has been accepted since. A closed window alone is answered.
     */
    public boolean unanswered() {
        return info.get(RETRANSMITS) > 0 || info.get(PROBES) > 1;
    }

    /** Of a listening socket, after {@link #readProgress}: connections that are established and not accepted yet. */
    public int acceptQueueLength() {
        return info.getInt(UNACKED);
    }

    /**
     * Of a listening socket, after {@link #readProgress}: how many of them there may be, as {@code listen} made of what was
     * asked for. The kernel lets one more in.
     */
    public int acceptQueueLimit() {
        return info.getInt(SACKED);
    }

    private static @Nullable Socket descriptor(ServerChannel channel) {
        return channel.isOpen() && channel instanceof UnixChannel unix && unix.fd() instanceof Socket socket
                ? socket
                : null;
    }

    private static boolean read(@Nullable Socket socket, int level, int option, ByteBuffer into) {
        if (socket == null) {
            return false;
        }
        into.clear();
        try {
            socket.getRawOpt(level, option, into);
            return true;
        } catch (IOException gone) {
            return false;
        }
    }
}
