package dev.spillway.transport;

import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.epoll.LinuxSocket;
import io.netty.channel.epoll.Native;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.unix.Socket;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A socket registered with epoll by itself: no channel, no pipeline, no queue of writes. Its owner reads and writes it directly
 * and keeps what the kernel does not take.
 *
 * <p><b>Events are told once, when something has changed</b> (edge-triggered, epoll(7)): a socket is entered into epoll once and needs no
 * system call to be listened to or not. So the owner has to remember that there is something to read until a read has come back
 * with less than it asked for. A spurious event does no harm: a read then finds nothing. One can come: what a
 * listening channel does may close a descriptor while a round's events are being found ({@link ReadySockets}), and its number be given to a
 * new socket, which then hears of the old one's event.
 *
 * <p>It is asked to tell when it can be written to only once it could not: until then there is nothing to tell.
 *
 * <p>Netty's own calls go by the number of the descriptor, open or not. So each method here looks first: a number that was
 * closed may be another socket's by then.
 *
 * <p>Owned by the event loop it is registered with.
 */
public final class BareSocket extends TcpSocket implements EpollIoHandle {
    /** There is something to read, or the end of the stream. */
    public static final int READABLE = 0x1;

    /** There is an urgent byte, at which a read stops though there may be more behind it (tcp(7)). */
    public static final int URGENT = 0x2;

    /** It takes bytes again. */
    public static final int WRITABLE = 0x4;

    /** An error is pending. */
    public static final int ERROR = 0x8;

    /** Both directions have ended. */
    public static final int HANG_UP = 0x10;

    /** The peer has ended its direction. */
    public static final int PEER_ENDED = 0x2000;

    private static final EpollIoOps READING = EpollIoOps.EPOLLIN
            .with(EpollIoOps.valueOf(URGENT))
            .with(EpollIoOps.EPOLLRDHUP)
            .with(EpollIoOps.EPOLLET);
    private static final EpollIoOps READING_AND_WRITING = READING.with(EpollIoOps.EPOLLOUT);
    private static final int SOL_SOCKET = 1;
    private static final int SO_SNDBUF = 7;
    private static final int SO_RCVBUF = 8;

    private final Socket socket;
    private @Nullable IoRegistration registration;
    private @Nullable Owner owner;
    private @Nullable Attempt attempt;
    private @Nullable ReadySockets ready;
    private boolean tellsWritable;

    /** Who moves the bytes of a socket. */
    public interface Owner {
        /**
         * Something has changed, on the socket's event loop.
         *
         * @param events {@link #READABLE} and the others, or'ed
         */
        void ready(BareSocket socket, int events);

        /**
         * Reads what {@link #ready} will need, so that it is in the processor's caches then.
         *
         * @return anything that depends on what was read, so that reading it is not left out
         */
        default int look() {
            return 0;
        }

        /** It threw something, here or where it was told of an attempt to connect. Nobody else can be told: an event loop ends by an error. */
        void failed(Throwable fault);
    }

    private BareSocket(Socket socket) {
        this.socket = socket;
    }

    /** A socket to connect {@code address} with, of its family: one that is for both costs more, to make and to use. */
    static BareSocket open(InetAddress address, LoopbackPace pace) {
        BareSocket opened = new BareSocket(LinuxSocket.newSocketStream(
                address instanceof Inet6Address ? SocketProtocolFamily.INET6 : SocketProtocolFamily.INET));
        if (address.isLoopbackAddress()) {
            pace.lift(opened.socket);
        }
        return opened;
    }

    /** One that was accepted. */
    static BareSocket of(Socket accepted) {
        return new BareSocket(accepted);
    }

    /** Says who is told of events; to be called before any can come. */
    public void owner(Owner next) {
        owner = next;
    }

    /**
     * Enters the socket into epoll. What can be read by now is told soon.
     *
     * @throws IOException if the kernel refuses, for want of memory for instance
     */
    public void register(EventLoop loop) throws IOException {
        register(loop, READING);
    }

    private void register(EventLoop loop, EpollIoOps ops) throws IOException {
        Future<IoRegistration> registering = ((IoEventLoop) loop).register(this);
        IoRegistration fresh = registering.getNow();
        if (fresh == null) {
            throw new IOException("epoll does not take " + this, registering.cause());
        }
        registration = fresh;
        submit(fresh, ops);
    }

    private static void submit(IoRegistration registration, EpollIoOps ops) throws IOException {
        try {
            registration.submit(ops);
        } catch (UncheckedIOException refused) {
            throw refused.getCause();
        }
    }

    /** Has it told when the socket can be written to again; at once if it can by now. */
    private void tellWritable() throws IOException {
        IoRegistration registered = registration;
        if (!tellsWritable && registered != null) {
            tellsWritable = true;
            submit(registered, READING_AND_WRITING);
        }
    }

    /** An attempt to connect that is under way. */
    private final class Attempt {
        private final InetSocketAddress address;
        private final int millis;
        private final Consumer<@Nullable Throwable> done;
        private final Future<?> timeout;

        Attempt(EventLoop loop, InetSocketAddress address, int millis, Consumer<@Nullable Throwable> done) {
            this.address = address;
            this.millis = millis;
            this.done = done;
            this.timeout = loop.schedule(this::expire, millis, TimeUnit.MILLISECONDS);
        }

        /**
         * Its time is up. A loop that was held up runs the timers that are due before it asks epoll again: the server may have
         * answered. The event of that is still to come, and tells the owner of what there is to read.
         */
        private void expire() {
            try {
                look();
                if (attempt == this) {
                    end(new ConnectTimeoutException("connection timed out after " + millis + " ms: " + address));
                }
            } catch (RuntimeException | Error fault) {
                // The timer's future would keep it to itself.
                fail(fault);
            }
        }

        void look() {
            try {
                // The second question is for events that were another socket's: no error is pending yet, then.
                if (socket.finishConnect() && connected()) {
                    end(null);
                }
            } catch (IOException failure) {
                end(failure);
            }
        }

        void end(@Nullable Throwable failure) {
            if (attempt == this) {
                attempt = null;
                timeout.cancel(false);
                done.accept(failure);
            }
        }
    }

    private boolean connected() {
        return socket.remoteAddress() != null;
    }

    @Override
    public void connect(
            EventLoop loop, InetSocketAddress address, int timeoutMillis, Consumer<@Nullable Throwable> done) {
        Throwable failure = null;
        try {
            check();
            // A server on this machine has the connection in its queue by now: no turn of the loop has to be waited
            // for.
            if (socket.connect(address) || address.getAddress().isLoopbackAddress() && connected()) {
                register(loop, READING);
            } else {
                register(loop, READING_AND_WRITING);
                tellsWritable = true;
                attempt = new Attempt(loop, address, timeoutMillis, done);
                return;
            }
        } catch (IOException | RuntimeException refused) {
            failure = refused;
        }
        done.accept(named(failure, address));
    }

    private static @Nullable Throwable named(@Nullable Throwable failure, InetSocketAddress address) {
        if (failure instanceof ConnectException refused) {
            ConnectException named = new ConnectException(refused.getMessage() + ": " + address);
            named.initCause(refused);
            return named;
        }
        return failure;
    }

    /**
     * Reads.
     *
     * @param address of native memory that has room for {@code bytes}
     * @return how many came; 0 if there is nothing now, -1 at the end of the stream
     */
    public int read(long address, int bytes) throws IOException {
        check();
        return socket.recvAddress(address, 0, bytes);
    }

    /**
     * Writes the bytes at {@code address} from {@code from} to {@code to}, and has it told when the socket takes more if that is not all of them.
     *
     * @return how many it took
     */
    public int write(long address, int from, int to) throws IOException {
        check();
        int taken = socket.sendAddress(address, from, to);
        if (taken < to - from) {
            tellWritable();
        }
        return taken;
    }

    /**
     * Moves bytes from here into a pipe, without copying them.
     *
     * @return how many; 0 if there is nothing now, at the end of the stream, or if the pipe is full
     */
    public int spliceTo(Pipe pipe, int bytes) throws IOException {
        check();
        return Native.splice(socket.intValue(), -1, pipe.entry(), -1, bytes);
    }

    /**
     * Moves bytes from a pipe to here, and has it told when the socket takes more if that is not all of them.
     *
     * @param bytes how many the pipe holds
     * @return how many it took
     */
    public int spliceFrom(Pipe pipe, int bytes) throws IOException {
        check();
        int taken = Native.splice(pipe.exit(), -1, socket.intValue(), -1, bytes);
        if (taken < bytes) {
            tellWritable();
        }
        return taken;
    }

    /** Ends our direction: FIN. */
    public void shutdownOutput() throws IOException {
        check();
        try {
            socket.shutdown(false, true);
        } catch (RuntimeException gone) {
            throw new IOException(gone);
        }
    }

    private void check() throws IOException {
        if (!socket.isOpen()) {
            throw new ClosedChannelException();
        }
    }

    /** Where its events are to be put. */
    void gather(ReadySockets round) {
        ready = round;
    }

    @Override
    public void handle(IoRegistration registered, IoEvent event) {
        int events = ((EpollIoEvent) event).ops().value();
        ReadySockets round = ready;
        if (round == null) {
            told(events);
        } else {
            round.add(this, events);
        }
    }

    /** Reads what {@link #told} will need; the figure says nothing. */
    int look() {
        try {
            Owner told = owner;
            return told == null || !socket.isOpen() ? 0 : told.look();
        } catch (RuntimeException | Error fault) {
            // Only a look ahead: what is wrong is met again when it is told.
            return 0;
        }
    }

    void told(int events) {
        try {
            tell(events);
        } catch (RuntimeException | Error fault) {
            fail(fault);
        }
    }

    private void tell(int events) {
        Attempt connecting = attempt;
        if (connecting != null && (events & (WRITABLE | ERROR | HANG_UP)) != 0) {
            connecting.look();
        }
        Owner told = owner;
        // Who has just connected may have spoken already, and that is not told again.
        if (attempt == null && told != null && socket.isOpen()) {
            told.ready(this, events);
        }
    }

    private void fail(Throwable fault) {
        try {
            Owner told = owner;
            if (told != null) {
                told.failed(fault);
            }
        } catch (RuntimeException | Error again) {
            TcpSocket.failedTwice(this, again);
        }
    }

    @Override
    public Socket fd() {
        return socket;
    }

    @Override
    Socket descriptor() {
        return socket;
    }

    @Override
    public boolean isOpen() {
        return socket.isOpen();
    }

    @Override
    public void close() {
        Attempt connecting = attempt;
        attempt = null;
        if (connecting != null) {
            connecting.timeout.cancel(false);
        }
        if (!socket.isOpen()) {
            return;
        }
        try {
            // Before it leaves the event loop: then it has left epoll by itself, which saves a system call.
            socket.close();
        } catch (IOException told) {
            // The descriptor is gone all the same; what could be told is an error of the connection.
            TcpSocket.closedWith(this, told);
        }
        if (registration != null) {
            registration.cancel();
        }
    }

    @Override
    void sendBuffer(int bytes) throws IOException {
        check();
        socket.setIntOpt(SOL_SOCKET, SO_SNDBUF, bytes);
    }

    @Override
    void receiveBuffer(int bytes) throws IOException {
        check();
        socket.setIntOpt(SOL_SOCKET, SO_RCVBUF, bytes);
    }

    @Override
    void lingerZero() throws IOException {
        check();
        socket.setSoLinger(0);
    }

    @Override
    void noDelay() throws IOException {
        check();
        noDelay(socket);
    }

    @Override
    void keepAlive() throws IOException {
        check();
        keepAlive(socket);
    }

    @Override
    public void registered() {
        // Nobody waits for it.
    }

    @Override
    public void unregistered() {
        // It was closed.
    }

    @Override
    public String toString() {
        return socket.toString();
    }
}
