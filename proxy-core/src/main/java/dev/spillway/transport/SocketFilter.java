package dev.spillway.transport;

import dev.spillway.syn.Instruction;
import dev.spillway.syn.SynProgram;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.unix.Buffer;
import io.netty.channel.unix.Errors;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The program on a socket, or on a group of sockets.
 *
 * <p>On a socket ({@code SO_ATTACH_FILTER}, socket(7)): what a program of a listening socket drops has not happened for
 * the listener, and the client sends it again. A program that is attached takes the place of the one before, at once and for
 * good or, if it is refused, not at all. Sockets that are accepted inherit it.
 *
 * <p>On the group of those that share an address ({@code SO_ATTACH_REUSEPORT_CBPF}, socket(7)): it says which of them a segment
 * goes to that begins something. The group has one, whichever socket it was attached by; nobody inherits it, and no privilege
 * is asked for.
 *
 * <p>To be called on the channel's event loop, or before it is registered or by whoever alone has it: the descriptor can't be
 * closed then, and its number be given to another socket. To attach takes 0.2 ms, and 1.4–12 ms with a thousand prefixes,
 * which the kernel compiles: programs that long are to be rare, one a second at the most. To detach takes 2 µs.
 */
public final class SocketFilter {
    private static final int SOL_SOCKET = 1;
    private static final int SO_ATTACH_FILTER = 26;
    private static final int SO_DETACH_FILTER = 27;
    private static final int SO_ATTACH_REUSEPORT_CBPF = 51;
    private static final int SO_DETACH_REUSEPORT_BPF = 68;

    /** {@code struct sock_fprog}: a count in 2 bytes, what aligns the pointer, the pointer. */
    private static final int FPROG_BYTES = 2 * Long.BYTES;

    /** {@code struct sock_filter}. */
    private static final int INSTRUCTION_BYTES = 8;

    /** Room for a program without prefixes is taken at once, for memory may be short when it is wanted. */
    private static final int SHORT_PROGRAM = 64;

    private static final int EPERM = 1;
    private static final int ENOMEM = 12;
    private static final int EACCES = 13;
    private static final Logger log = LoggerFactory.getLogger(SocketFilter.class);

    private final Channel channel;
    private final int attach;
    private final int detach;
    private final ByteBuffer head = direct(FPROG_BYTES);
    private ByteBuffer code = direct(SHORT_PROGRAM * INSTRUCTION_BYTES);

    /** For the programs of one channel; it has none yet. */
    public SocketFilter(Channel channel) {
        this(channel, SO_ATTACH_FILTER, SO_DETACH_FILTER);
    }

    private SocketFilter(Channel channel, int attach, int detach) {
        this.channel = channel;
        this.attach = attach;
        this.detach = detach;
    }

    /** For the programs of the group that a listening socket is in. */
    static SocketFilter ofGroup(Channel channel) {
        return new SocketFilter(channel, SO_ATTACH_REUSEPORT_CBPF, SO_DETACH_REUSEPORT_BPF);
    }

    private static ByteBuffer direct(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    /**
     * Attaches a program.
     *
     * @throws FilterRefused if the kernel does not take it, or the transport can't; what was attached stays
     */
    public void attach(SynProgram program) throws FilterRefused {
        if (!(channel instanceof UnixChannel unix) || !(unix.fd() instanceof Socket socket)) {
            throw new FilterRefused(
                    FilterRefused.Cause.TRANSPORT,
                    program.size(),
                    "the transport has no socket options of its own (nio)");
        }
        try {
            write(program);
            head.clear();
            head.putShort(0, (short) program.size());
            head.putLong(Long.BYTES, Buffer.memoryAddress(code));
            socket.setRawOpt(SOL_SOCKET, attach, head);
        } catch (ChannelException | IOException refused) {
            throw refusal(refused, program);
        } catch (OutOfMemoryError exhausted) {
            throw new FilterRefused(
                    FilterRefused.Cause.MEMORY,
                    program.size(),
                    "no direct memory for a program of " + program.size() + " instructions: " + exhausted.getMessage());
        }
    }

    private void write(SynProgram program) {
        int bytes = program.size() * INSTRUCTION_BYTES;
        if (code.capacity() < bytes) {
            code = direct(bytes);
        }
        code.clear();
        for (Instruction each : program.instructions()) {
            code.putShort((short) each.code())
                    .put((byte) each.yes())
                    .put((byte) each.no())
                    .putInt(each.k());
        }
    }

    private static FilterRefused refusal(Exception refused, SynProgram program) {
        FilterRefused.Cause why = saysSo(refused, EPERM) || saysSo(refused, EACCES)
                ? FilterRefused.Cause.PRIVILEGE
                : saysSo(refused, ENOMEM) ? FilterRefused.Cause.MEMORY : FilterRefused.Cause.OTHER;
        FilterRefused told = new FilterRefused(
                why,
                program.size(),
                "a program of " + program.size() + " instructions was refused: " + refused.getMessage());
        told.initCause(refused);
        return told;
    }

    /** Netty tells of a refused option only in words, those of the C library, which may be in any language. */
    private static boolean saysSo(Exception refused, int error) {
        String words =
                String.valueOf(Errors.newIOException("setsockopt", -error).getMessage());
        return String.valueOf(refused.getMessage()).endsWith(words.substring(words.lastIndexOf(": ")));
    }

    /** Takes the program away, if there is one. */
    public void detach() {
        detach(channel, detach);
    }

    /** Takes the program of a socket away that has inherited it. Does nothing if it has none, or on NIO. */
    public static void detach(Channel channel) {
        detach(channel, SO_DETACH_FILTER);
    }

    /** Takes the program of an accepted socket away that has inherited it. Does nothing if it has none, or on NIO. */
    public static void detach(TcpSocket accepted) {
        Socket socket = accepted.descriptor();
        if (socket != null) {
            detach(socket, SO_DETACH_FILTER);
        }
    }

    private static void detach(Channel channel, int option) {
        if (channel instanceof UnixChannel unix && unix.fd() instanceof Socket socket) {
            detach(socket, option);
        }
    }

    private static void detach(Socket socket, int option) {
        if (socket.isOpen()) {
            try {
                socket.setIntOpt(SOL_SOCKET, option, 0);
            } catch (ChannelException | IOException none) {
                log.trace("no program to take from {}", socket, none);
            }
        }
    }
}
