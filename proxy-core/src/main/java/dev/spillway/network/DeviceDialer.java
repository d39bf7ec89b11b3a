package dev.spillway.network;

import dev.spillway.transport.ChannelSocket;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.RawUnixChannelOption;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Dials from an interface's own address and, where that works, through its device. Owns no thread: everything happens on the
 * event loop it is given.
 *
 * <p><b>Why the address alone is not enough.</b> Linux has weak hosts (RFC 1122, 3.3.4.2): a packet leaves by the route to
 * where it goes, whatever interface has the address it comes from. So a connection from the address of a public interface
 * goes out through the interface that leads to the controller, the answer finds its way back, and the public interface would
 * be taken for domain: all that it takes is that the controller's network knows a way to that address. A socket that is
 * bound to the device ({@code SO_BINDTODEVICE}, socket(7)) uses routes of that device only, and takes answers from it only.
 *
 * <p>That needs epoll, and since Linux 5.7 no privilege. Where it is refused, or there is no epoll, the dial is made without
 * it, said once in the log and in how the profile was found.
 *
 * <p>A connection that was established is reset at once: the controller keeps nothing of it, and neither does this machine.
 */
final class DeviceDialer implements Dialer {
    private static final int SOL_SOCKET = 1;
    private static final int SO_BINDTODEVICE = 25;
    private static final int IFNAMSIZ = 16;
    private static final RawUnixChannelOption BIND_TO_DEVICE =
            new RawUnixChannelOption("SO_BINDTODEVICE", SOL_SOCKET, SO_BINDTODEVICE, IFNAMSIZ);

    /** Error numbers of Linux. */
    private static final int EINTR = 4;

    private static final int EAGAIN = 11;
    private static final int ENOMEM = 12;
    private static final int ENFILE = 23;
    private static final int EMFILE = 24;
    private static final int EADDRINUSE = 98;
    private static final int ECONNRESET = 104;
    private static final int ENOBUFS = 105;

    /** ECONNRESET as the JDK's own sockets word it. */
    private static final Pattern RESET = Pattern.compile("^Connection reset");

    /** What this machine may lack. With EADDRINUSE for any port, all ports of the address are taken. */
    private static final Set<Integer> LACKS = Set.of(EINTR, EAGAIN, ENOMEM, ENFILE, EMFILE, EADDRINUSE, ENOBUFS);

    /** The same as the JDK's own sockets word it. */
    private static final Pattern LACK = Pattern.compile(
            "Too many open files|Cannot allocate memory|No buffer space|Address already in use|temporarily unavailable");

    private static final Pattern ERROR_NUMBER = Pattern.compile("error\\(-([0-9]+)\\)");
    private static final Logger log = LoggerFactory.getLogger(DeviceDialer.class);

    private final EventLoop loop;
    private final boolean epoll;
    private boolean anyDevice;

    /** @param loop of the kind that {@link #ioHandler} makes */
    DeviceDialer(EventLoop loop) {
        this(loop, Epoll.isAvailable());
    }

    DeviceDialer(EventLoop loop, boolean epoll) {
        this.loop = loop;
        this.epoll = epoll;
    }

    /** What drives the event loop that this dialer needs, whichever transport the proxy itself uses. */
    static IoHandlerFactory ioHandler() {
        return Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    }

    @Override
    public Dial dial(LocalAddress from, InetSocketAddress controller, Duration timeout, Consumer<Outcome> told) {
        SocketChannel socket;
        try {
            socket = epoll ? new EpollSocketChannel() : new NioSocketChannel();
        } catch (RuntimeException noDescriptor) {
            told.accept(new Outcome.Unasked(words(noDescriptor)));
            return () -> {};
        }
        boolean throughDevice;
        try {
            throughDevice = bindToDevice(socket, from.interfaceName());
        } catch (SocketException | RuntimeException noDevice) {
            drop(socket);
            told.accept(failed(noDevice, timeout, false));
            return () -> {};
        }
        ChannelFuture connecting = new Bootstrap()
                .group(loop)
                .disableResolver()
                .channelFactory(() -> socket)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) timeout.toMillis())
                .option(ChannelOption.AUTO_READ, false)
                .handler(new ChannelInboundHandlerAdapter())
                .connect(controller, new InetSocketAddress(from.address(), 0));
        connecting.addListener(done -> {
            Outcome outcome = done.isSuccess()
                    ? established(socket, throughDevice)
                    : failed(done.cause(), timeout, throughDevice);
            drop(socket);
            told.accept(outcome);
        });
        return () -> drop(socket);
    }

    private static void drop(SocketChannel socket) {
        new ChannelSocket(socket).resetOnClose();
        if (socket.isRegistered()) {
            socket.close();
        } else {
            // It has no event loop, which a close would need.
            socket.unsafe().closeForcibly();
        }
    }

    /** False if the socket goes where routes lead, since it can't be helped here. */
    private boolean bindToDevice(SocketChannel socket, String device) throws SocketException {
        if (anyDevice) {
            return false;
        }
        if (!epoll) {
            useAnyDevice("epoll is not available");
            return false;
        }
        ByteBuffer name = ByteBuffer.allocate(IFNAMSIZ);
        name.put(device.getBytes(StandardCharsets.UTF_8)).rewind();
        try {
            socket.config().setOption(BIND_TO_DEVICE, name);
            return true;
        } catch (ChannelException refused) {
            // There is no error number in it, and the words depend on the locale.
            if (NetworkInterface.getByName(device) == null) {
                throw refused;
            }
            useAnyDevice("SO_BINDTODEVICE is refused: " + words(refused) + "; Linux before 5.7 asks for CAP_NET_RAW");
            return false;
        }
    }

    private void useAnyDevice(String why) {
        anyDevice = true;
        log.warn(
                "network: domain controllers are asked without binding to a device ({}): an interface from whose"
                        + " address a controller can be reached through another one is taken for domain",
                why);
    }

    private static Outcome established(SocketChannel socket, boolean throughDevice) {
        if (socket.localAddress() != null && socket.localAddress().equals(socket.remoteAddress())) {
            return new Outcome.Silent("connected to itself");
        }
        return new Outcome.Answered(throughDevice);
    }

    static Outcome failed(Throwable cause, Duration timeout, boolean throughDevice) {
        if (errorNumber(cause) == ECONNRESET
                || RESET.matcher(String.valueOf(cause.getMessage())).find()) {
            // It was established and then reset before the loop looked; a refusal has a number of its own (tcp_reset()
            // of
            // Linux). A controller that ends connections as fast as that answers all the same.
            return new Outcome.Answered(throughDevice);
        }
        if (cause instanceof ConnectTimeoutException) {
            return new Outcome.Silent("no answer within " + timeout.toMillis() + " ms");
        }
        boolean lacking = LACKS.contains(errorNumber(cause))
                || LACK.matcher(String.valueOf(cause.getMessage())).find()
                || !(cause instanceof IOException || cause instanceof ChannelException);
        return lacking ? new Outcome.Unasked(words(cause)) : new Outcome.Silent(words(cause));
    }

    /** The number of the system's error; 0 if none is known. */
    private static int errorNumber(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            Matcher number = ERROR_NUMBER.matcher(String.valueOf(cause.getMessage()));
            if (number.find()) {
                return Integer.parseInt(number.group(1));
            }
        }
        return 0;
    }

    private static String words(Throwable failure) {
        if (failure instanceof NoRouteToHostException) {
            return "no route to it";
        }
        Throwable deepest = failure;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        String message = String.valueOf(deepest.getMessage());
        return ERROR_NUMBER.matcher(message).find() ? message.substring(message.lastIndexOf("): ") + 3) : message;
    }
}
