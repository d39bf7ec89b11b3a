package dev.spillway.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.spillway.fixture.Transports;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A channel whose buffer allocation throws, as the relay's does to refuse a read. */
@Timeout(30)
class ReadRefusedTest {
    private static final String TRANSPORTS = "dev.spillway.fixture.Transports#all";

    private final List<Throwable> told = new CopyOnWriteArrayList<>();
    private final StringBuffer received = new StringBuffer();
    private volatile Supplier<? extends Throwable> refusal = () -> ReadRefused.REFUSED;
    private ServerSocket listening;

    @BeforeEach
    void listen() throws Exception {
        listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws Exception {
        listening.close();
    }

    private Channel connect(Transport transport) {
        return new Bootstrap()
                .group(transport.loops().get(0))
                .channelFactory(() -> Transports.channel(transport.kind()))
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .option(ChannelOption.RECVBUF_ALLOCATOR, new Refusing())
                .handler(new Receiver())
                .connect(listening.getLocalSocketAddress())
                .syncUninterruptibly()
                .channel();
    }

    private static Transport open(TransportKind kind) throws TransportUnavailable {
        return Transport.open(new TransportSettings(Optional.of(kind), 1));
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void aReadThatNobodyAskedForIsRefusedAndItsBytesCanBeReadLater(TransportKind kind) throws Exception {
        try (Transport transport = open(kind)) {
            Channel channel = connect(transport);
            try (Socket peer = listening.accept()) {
                peer.getOutputStream().write("kept".getBytes(StandardCharsets.US_ASCII));
                peer.shutdownOutput();
                if (kind != TransportKind.NIO) {
                    // The peer's end makes the others read. NIO reads only when it is asked.
                    await().until(() -> told.contains(ReadRefused.REFUSED));
                }
                assertThat(received.toString()).isEmpty();
                refusal = () -> null;
                await().until(() -> {
                    channel.read();
                    return received.toString().equals("kept");
                });
                assertThat(told).allMatch(ReadRefused.REFUSED::equals);
                assertThat(channel.isOpen()).isTrue();
            } finally {
                channel.close().syncUninterruptibly();
            }
        }
    }

    @ParameterizedTest
    @MethodSource(TRANSPORTS)
    void aReadWithoutMemoryIsToldToTheChannelAndItsEventLoopGoesOn(TransportKind kind) throws Exception {
        OutOfMemoryError full = new OutOfMemoryError("as a pool says it");
        refusal = () -> full;
        try (Transport transport = open(kind)) {
            Channel channel = connect(transport);
            try (Socket peer = listening.accept()) {
                peer.getOutputStream().write(1);
                peer.shutdownOutput();
                channel.read();
                await().until(() -> told.contains(full));
                assertThat(transport.loops().get(0).submit(() -> "alive").get(10, TimeUnit.SECONDS))
                        .isEqualTo("alive");
            } finally {
                channel.close().syncUninterruptibly();
            }
        }
    }

    private final class Receiver extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf buffer = (ByteBuf) message;
            received.append(buffer.toString(StandardCharsets.US_ASCII));
            buffer.release();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            told.add(cause);
        }
    }

    /** Throws what {@link #refusal} says, as long as it says something. */
    private final class Refusing extends FixedRecvByteBufAllocator {
        Refusing() {
            super(64);
        }

        @Override
        @SuppressWarnings("deprecation") // The supertype's method says Handle; Netty asks for an ExtendedHandle inside.
        public Handle newHandle() {
            return new RefusingHandle((RecvByteBufAllocator.ExtendedHandle) super.newHandle());
        }
    }

    private final class RefusingHandle extends RecvByteBufAllocator.DelegatingHandle
            implements RecvByteBufAllocator.ExtendedHandle {
        RefusingHandle(RecvByteBufAllocator.ExtendedHandle inside) {
            super(inside);
        }

        @Override
        public boolean continueReading(io.netty.util.UncheckedBooleanSupplier maybeMore) {
            return ((RecvByteBufAllocator.ExtendedHandle) delegate()).continueReading(maybeMore);
        }

        @Override
        public ByteBuf allocate(ByteBufAllocator allocator) {
            Throwable refused = refusal.get();
            if (refused instanceof Error error) {
                throw error;
            } else if (refused != null) {
                throw ReadRefused.REFUSED;
            }
            return super.allocate(allocator);
        }
    }
}
