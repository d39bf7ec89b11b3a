package dev.spillway.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.spillway.fixture.RandomBytes;
import dev.spillway.fixture.TestServer;
import dev.spillway.transport.DescriptorReserve;
import dev.spillway.transport.Pipe;
import dev.spillway.transport.Pipes;
import dev.spillway.transport.TransportKind;
import io.netty.channel.EventLoop;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Bulk that goes through pipes, and what becomes of it where it can't. */
@Timeout(60)
@EnabledOnOs(OS.LINUX)
class SplicingTest {
    private static final long SIZE = 8 << 20;

    private TestServer server;
    private Junction junction;

    @BeforeEach
    void open() throws Exception {
        server = new TestServer(socket -> {
            var sent = new RandomBytes(1, SIZE).send(socket);
            String seen = new RandomBytes(2, SIZE).receive(socket.getInputStream());
            sent.get();
            assertThat(seen).isEqualTo(new RandomBytes(2, SIZE).whole());
        });
        junction = new Junction(TransportKind.EPOLL, Junction.SETTINGS, server);
    }

    @AfterEach
    void close() throws Exception {
        junction.close();
        server.close();
    }

    /** Both ways at once, each byte looked at. */
    private void transfer() throws Exception {
        Socket client = junction.connect(0);
        var sent = new RandomBytes(2, SIZE).send(client);
        assertThat(new RandomBytes(1, SIZE).receive(client.getInputStream()))
                .isEqualTo(new RandomBytes(1, SIZE).whole());
        sent.get(20, TimeUnit.SECONDS);
        await().untilAsserted(() -> assertThat(junction.relays().active()).isZero());
        assertThat(junction.relays().counts().receivedBytes()).isEqualTo(SIZE);
        assertThat(junction.relays().counts().sentBytes()).isEqualTo(SIZE);
        assertThat(junction.relays().counts().heldBytes()).isZero();
    }

    private long spliced() {
        return junction.relays().counts().splicedBytes();
    }

    private int pipes() {
        return junction.relays().counts().pipes();
    }

    @Test
    void bulkIsSplicedArrivesWholeAndPipesThatNobodyUsesAreClosed() throws Exception {
        transfer();
        assertThat(spliced()).isGreaterThan(SIZE);
        await().untilAsserted(() -> assertThat(pipes()).isZero());
    }

    @Test
    void smallExchangesAreCopied() throws Exception {
        try (TestServer echo = TestServer.echo();
                Junction small = new Junction(TransportKind.EPOLL, Junction.SETTINGS, echo)) {
            Socket client = small.connect(0);
            for (int i = 0; i < 1000; i++) {
                client.getOutputStream().write(new byte[1024]);
                assertThat(client.getInputStream().readNBytes(1024)).hasSize(1024);
            }
            assertThat(small.relays().counts().splicedBytes()).isZero();
            // The answer may be here before its room was given back.
            await().untilAsserted(() ->
                    assertThat(small.relays().counts().heldBytes()).isZero());
        }
    }

    /** A pipe is memory that no socket is charged for: the ledger has to have it. And it is for others when it has stood for a while. */
    @Test
    void whatAPeerLeavesInAPipeIsHeldLeavesThePipeAndGoesWithThePeer() throws Exception {
        Socket client = junction.connect(4096);
        client.getInputStream().readNBytes(2 << 20);
        await().untilAsserted(() -> {
            assertThat(spliced()).isPositive();
            assertThat(pipes()).isZero();
            assertThat(junction.relays().counts().heldBytes())
                    .isPositive()
                    .isLessThanOrEqualTo(Junction.SETTINGS.spliceChunk());
            assertThat(junction.facts().get(0).cost().heldBytes())
                    .isEqualTo(junction.relays().counts().heldBytes());
        });
        client.setSoLinger(true, 0);
        client.close();
        await().untilAsserted(() -> {
            assertThat(junction.relays().active()).isZero();
            assertThat(junction.relays().counts().heldBytes()).isZero();
            assertThat(pipes()).isZero();
        });
    }

    @Test
    void whereThereIsNoPipeBulkIsCopied() throws Exception {
        EventLoop loop = junction.transport().loops().get(0);
        Pipes pipes = junction.transport().pipes(loop);
        List<Pipe> all = loop.submit(() -> {
                    List<Pipe> taken = new ArrayList<>();
                    for (Pipe pipe = pipes.take(); pipe != null; pipe = pipes.take()) {
                        taken.add(pipe);
                    }
                    return taken;
                })
                .get(10, TimeUnit.SECONDS);
        assertThat(all).isNotEmpty();
        try {
            transfer();
            assertThat(spliced()).isZero();
        } finally {
            loop.submit(() -> all.forEach(pipes::drop)).get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void whereDescriptorsAreShortNoneGoIntoPipes() throws Exception {
        DescriptorReserve reserve = junction.transport().reserve();
        reserve.measured(990, 1000);
        transfer();
        assertThat(spliced()).isZero();
        assertThat(pipes()).isZero();
    }
}
