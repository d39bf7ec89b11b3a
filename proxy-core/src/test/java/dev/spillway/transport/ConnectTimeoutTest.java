package dev.spillway.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * What becomes of an attempt to connect on epoll whose time is up while its event loop is held up in the middle of a round of events:
 * the timer comes before epoll is asked again.
 */
@Timeout(60)
@EnabledOnOs(OS.LINUX)
class ConnectTimeoutTest {
    private static final int TIMEOUT_MILLIS = 100;
    private static final int PATIENCE_MILLIS = 30_000;

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final CompletableFuture<Long> begun = new CompletableFuture<>();
    private final CompletableFuture<Optional<Throwable>> outcome = new CompletableFuture<>();
    private final CompletableFuture<Boolean> heard = new CompletableFuture<>();
    private final CompletableFuture<Throwable> fault = new CompletableFuture<>();
    private final CountDownLatch held = new CountDownLatch(1);
    private Consumer<@Nullable Throwable> done = failure -> outcome.complete(Optional.ofNullable(failure));

    private final BareSocket.Owner owner = new BareSocket.Owner() {
        @Override
        public void ready(BareSocket socket, int events) {
            if ((events & BareSocket.READABLE) != 0) {
                heard.complete(true);
            }
        }

        @Override
        public void failed(Throwable thrown) {
            fault.complete(thrown);
        }
    };

    @BeforeAll
    static void loadTheLibrary() {
        Epoll.ensureAvailability();
    }

    @AfterEach
    void closeAll() throws Exception {
        held.countDown();
        while (!open.isEmpty()) {
            open.pop().close();
        }
    }

    private <T extends AutoCloseable> T keep(T resource) {
        open.push(resource);
        return resource;
    }

    /** A server that drops SYNs until somebody is accepted; clients send theirs again after a second (RFC 6298, 2.1). */
    private final class FullServer {
        private final ServerSocket listening = keep(new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1")));
        private int queued;

        FullServer() throws IOException {
            listening.setSoTimeout(PATIENCE_MILLIS);
            try {
                for (; queued < 20; queued++) {
                    keep(new Socket()).connect(address(), 200);
                }
            } catch (SocketTimeoutException full) {
                return;
            }
            throw new IOException("a queue of one took twenty connections");
        }

        InetSocketAddress address() {
            return (InetSocketAddress) listening.getLocalSocketAddress();
        }

        /** Takes those who wait, and the next who comes. */
        Socket acceptOneMore() throws IOException {
            for (; queued > 0; queued--) {
                keep(listening.accept());
            }
            return keep(listening.accept());
        }
    }

    /** Begins to connect {@code server} in the middle of a round of events, which lasts until {@link #release}. */
    private void beginAndHoldUp(FullServer server) throws Exception {
        Transport transport = keep(Transport.open(new TransportSettings(Optional.of(TransportKind.EPOLL), 1)));
        EventLoop loop = transport.loops().get(0);
        BareSocket socket = (BareSocket) transport.newSocket(server.address().getAddress());
        keep(() -> loop.submit(socket::close).sync());
        socket.owner(owner);
        InetSocketAddress where = new InetSocketAddress("127.0.0.1", 0);
        ServerChannel doorbell = transport.newServerSocket(where);
        doorbell.pipeline().addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object message) throws InterruptedException {
                ((Caller) message).reset();
                socket.connect(loop, server.address(), TIMEOUT_MILLIS, done);
                begun.complete(System.nanoTime());
                held.await();
            }
        });
        loop.register(doorbell).sync();
        keep(() -> doorbell.close().sync());
        doorbell.bind(where).sync();
        keep(new Socket("127.0.0.1", ((InetSocketAddress) doorbell.localAddress()).getPort()));
        within(begun);
    }

    /** When its time is up for certain. */
    private void release() throws Exception {
        long due = begun.get() + TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MILLIS);
        await().until(() -> System.nanoTime() - due > 0);
        assertThat(outcome).isNotDone();
        held.countDown();
    }

    private static <T> T within(CompletableFuture<T> told) throws Exception {
        return told.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Test
    void aServerThatAnsweredMeanwhileIsConnectedAndHeard() throws Exception {
        FullServer server = new FullServer();
        beginAndHoldUp(server);
        server.acceptOneMore().getOutputStream().write('!');
        release();

        assertThat(within(outcome)).isEmpty();
        assertThat(within(heard)).isTrue();
        assertThat(fault).isNotDone();
    }

    @Test
    void oneThatDidNotAnswerIsGivenUp() throws Exception {
        beginAndHoldUp(new FullServer());
        release();

        assertThat(within(outcome)).containsInstanceOf(ConnectTimeoutException.class);
    }

    @Test
    void whatIsThrownByWhoIsToldOfTheTimeoutComesToTheOwner() throws Exception {
        done = told -> {
            throw new IllegalStateException("made for this test");
        };
        beginAndHoldUp(new FullServer());
        release();

        assertThat(within(fault)).hasMessage("made for this test");
    }
}
