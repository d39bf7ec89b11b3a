package dev.spillway.transport;

import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the kernel from pacing what goes to peers on this machine.
 *
 * <p>BBR spreads what is sent over time, by a timer of high resolution for each segment. That is for queues of routers. To a peer at a
 * loopback address there are none, and the timers are what bulk costs most: without them it takes less than half of the
 * processor's time (docs/decisions.md). So where BBR is the system's default, sockets of loopback addresses get the congestion control
 * {@value #UNPACED}, which is in every kernel, open to everybody, and doesn't pace. Others keep the system's.
 *
 * <p><b>It has to be said before a connection is made.</b> BBR marks a socket as paced when the handshake is done, and the mark
 * stays whatever comes after it. So a socket is told before it connects, and a listening one when it is made: what it accepts
 * inherits it. One that listens at the wildcard is left alone, for it does not know who will come.
 *
 * <p>Any thread.
 */
final class LoopbackPace {
    static final String UNPACED = "reno";

    private static final Logger log = LoggerFactory.getLogger(LoopbackPace.class);
    private static final int IPPROTO_TCP = 6;
    private static final int TCP_CONGESTION = 13;

    /** TCP_CA_NAME_MAX of Linux. */
    private static final int LONGEST_NAME = 16;

    private static final LoopbackPace LEFT_ALONE = new LoopbackPace(false);

    private final boolean lifted;
    private final ByteBuffer name = direct(UNPACED);

    private LoopbackPace(boolean lifted) {
        this.lifted = lifted;
    }

    private static ByteBuffer direct(String name) {
        byte[] ascii = name.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocateDirect(ascii.length).put(ascii).flip();
    }

    /** Leaves all sockets as they are. */
    static LoopbackPace leftAlone() {
        return LEFT_ALONE;
    }

    /** Lifts the pace, whatever the system's. */
    static LoopbackPace lifted() {
        return new LoopbackPace(true);
    }

    /** Lifts the pace of sockets whose system has one, as {@code probe}, which is not connected, shows. */
    static LoopbackPace liftedWhere(Socket probe) {
        try {
            return paces(of(probe)) ? lifted() : LEFT_ALONE;
        } catch (IOException | RuntimeException untold) {
            log.debug("the congestion control stays: the kernel does not tell which it is", untold);
            return LEFT_ALONE;
        }
    }

    /** Whether the congestion control of that name has the kernel pace: all generations of BBR do. */
    static boolean paces(String congestionControl) {
        return congestionControl.toLowerCase(Locale.ROOT).startsWith("bbr");
    }

    /** The name of a socket's congestion control. */
    static String of(Socket socket) throws IOException {
        ByteBuffer told = ByteBuffer.allocateDirect(LONGEST_NAME);
        socket.getRawOpt(IPPROTO_TCP, TCP_CONGESTION, told);
        told.clear();
        StringBuilder name = new StringBuilder(LONGEST_NAME);
        for (byte next = told.get(); next != 0; next = told.hasRemaining() ? told.get() : 0) {
            name.append((char) next);
        }
        return name.toString();
    }

    /** Has {@code socket}, which is not connected and is going to be one of a loopback address, not be paced. */
    void lift(Socket socket) {
        if (lifted) {
            try {
                socket.setRawOpt(IPPROTO_TCP, TCP_CONGESTION, name.duplicate());
            } catch (IOException | RuntimeException refused) {
                log.trace("{} keeps its congestion control", socket, refused);
            }
        }
    }
}
