package dev.spillway.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.spillway.fixture.Clients;
import dev.spillway.fixture.TestServer;
import dev.spillway.fixture.Transports;
import dev.spillway.relay.Half.Direction;
import dev.spillway.transport.ChannelSocket;
import dev.spillway.transport.TransportKind;
import io.netty.buffer.Unpooled;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is held against a peer before the event loop has come to write to it. */
@Timeout(60)
class LateWriteTest {
    private static final byte[] WORDS = {1, 2, 3};

    static Stream<TransportKind> withChannels() {
        return Transports.all().filter(kind -> kind != TransportKind.EPOLL);
    }

    /** All of it within one turn of the event loop, which may be as long as it likes. */
    @ParameterizedTest
    @MethodSource("withChannels")
    void bytesThatTheEventLoopHasNotWrittenYetDoNotStandBeforeTheSecondLook(TransportKind kind) throws Exception {
        try (TestServer server = TestServer.echo();
                Junction junction = new Junction(kind, Junction.SETTINGS, server)) {
            Socket client = junction.connect(0);
            Clients.exchange(client);
            Relay relay = junction.relay();
            Half half = relay.half(Direction.FROM_CLIENT);
            Callable<List<Boolean>> turn = () -> {
                boolean begun = said(relay, half);
                boolean once = stands(relay, half);
                return List.of(begun, once, stands(relay, half));
            };
            boolean later = kind == TransportKind.IO_URING;
            assertThat(relay.shard().loop().submit(turn).get()).containsExactly(false, false, later);
            assertThat(client.getInputStream().readNBytes(WORDS.length)).containsExactly(WORDS);
            await().until(() -> half.stalledSince() == 0);
            Clients.exchange(client);
        }
    }

    /** As if the client had said something; whether it is taken to stand. */
    private static boolean said(Relay relay, Half half) {
        ((ChannelSocket) relay.client()).channel().pipeline().fireChannelRead(Unpooled.copiedBuffer(WORDS));
        return half.stalledSince() != 0;
    }

    private static boolean stands(Relay relay, Half half) {
        relay.observe(System.nanoTime());
        return half.stalledSince() != 0;
    }
}
