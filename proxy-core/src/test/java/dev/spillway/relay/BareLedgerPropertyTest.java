package dev.spillway.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.transport.TransportKind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * Any schedule of what two peers do to a relay of bare sockets, on real ones: small reads and bulk, copies and splices, sinks that take
 * nothing, half-closes, closes, resets, and connections that are held back. What was taken is given back, each time.
 */
class BareLedgerPropertyTest {
    /** As small as the relays' number allows: where several stand still, others have to do with a spare. */
    private static final long BUDGET = 1536 << 10;

    private static final int MOST_PAIRS = 8;
    private static final int CHUNK = 256 << 10;

    private static final RelaySettings SETTINGS = Junction.settings(BUDGET, 65536, CHUNK);

    private enum What {
        OPEN,
        SEND,
        SEND_BULK,
        READ,
        READ_ALL,
        URGENT,
        END,
        CLOSE,
        RESET,
        HOLD_BACK,
        LET_GO,
        SWEEP
    }

    private record Step(What what, int who, boolean byClient, int bytes) {}

    /** A client, and whoever serves it. */
    private record Pair(SocketChannel client, SocketChannel server) {
        SocketChannel of(boolean client) {
            return client ? this.client : server;
        }
    }

    @Provide
    Arbitrary<List<Step>> schedules() {
        Arbitrary<What> what = Arbitraries.frequencyOf(
                net.jqwik.api.Tuple.of(4, Arbitraries.of(What.OPEN, What.SEND, What.READ)),
                net.jqwik.api.Tuple.of(6, Arbitraries.of(What.SEND_BULK, What.READ_ALL)),
                net.jqwik.api.Tuple.of(2, Arbitraries.of(What.URGENT, What.HOLD_BACK, What.LET_GO, What.SWEEP)),
                net.jqwik.api.Tuple.of(1, Arbitraries.of(What.END, What.CLOSE, What.RESET)));
        return Combinators.combine(
                        what,
                        Arbitraries.integers().between(0, MOST_PAIRS - 1),
                        Arbitraries.of(true, false),
                        Arbitraries.integers().between(1, 100_000))
                .as(Step::new)
                .list()
                .ofMinSize(5)
                .ofMaxSize(80);
    }

    @Property(tries = 60)
    void whateverPeersDoAllIsGivenBack(@ForAll("schedules") List<Step> schedule) throws Exception {
        try (ServerSocketChannel serving = ServerSocketChannel.open()) {
            serving.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            int port = ((InetSocketAddress) serving.getLocalAddress()).getPort();
            List<Pair> pairs = new ArrayList<>();
            Relays relays;
            try (Junction junction = new Junction(TransportKind.EPOLL, SETTINGS, "127.0.0.1:" + port)) {
                relays = junction.relays();
                pairs.add(open(junction, serving));
                for (Step step : schedule) {
                    take(step, pairs, junction, serving);
                    assertThat(relays.budget().held()).isBetween(0L, BUDGET);
                }
                relays.holdBack(List.of());
                // Half of them as they are, with what is under way, and half at their end.
                for (int i = 0; i < pairs.size(); i += 2) {
                    close(pairs.get(i));
                }
                assertBalanced(junction);
            }
            for (Pair pair : pairs) {
                close(pair);
            }
            assertThat(relays.active()).isZero();
            assertThat(relays.budget().held()).isZero();
            assertThat(relays.pool().pinnedBytes()).isZero();
            assertThat(relays.counts().pipes()).isZero();
        }
    }

    /** What the relays say they hold is what was taken of the budget; asked on their event loop, where nothing moves meanwhile. */
    private static void assertBalanced(Junction junction) throws Exception {
        junction.transport()
                .loops()
                .get(0)
                .submit(() -> assertThat(junction.facts().stream()
                                .mapToLong(each -> each.heldBytes())
                                .sum())
                        .isEqualTo(junction.relays().budget().held()))
                .sync();
    }

    private static Pair open(Junction junction, ServerSocketChannel serving) throws IOException {
        SocketChannel client =
                SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), junction.port()));
        SocketChannel server = serving.accept();
        client.configureBlocking(false);
        server.configureBlocking(false);
        return new Pair(client, server);
    }

    private static void take(Step step, List<Pair> pairs, Junction junction, ServerSocketChannel serving)
            throws Exception {
        if (step.what() == What.OPEN) {
            if (pairs.size() < MOST_PAIRS) {
                pairs.add(open(junction, serving));
            }
            return;
        }
        SocketChannel peer = pairs.get(step.who() % pairs.size()).of(step.byClient());
        try {
            take(step, peer, junction);
        } catch (IOException gone) {
            // It was reset by the other end, or closed before.
        }
        assertBalanced(junction);
    }

    private static void take(Step step, SocketChannel peer, Junction junction) throws IOException {
        switch (step.what()) {
            case SEND -> peer.write(ByteBuffer.allocate(1 + step.bytes() % 3000));
            case SEND_BULK -> {
                for (int i = 0; i < 8; i++) {
                    peer.write(ByteBuffer.allocate(step.bytes()));
                }
            }
            case URGENT -> peer.socket().sendUrgentData(1);
            case READ -> peer.read(ByteBuffer.allocate(step.bytes()));
            case READ_ALL -> {
                ByteBuffer taken = ByteBuffer.allocate(64 << 10);
                for (int i = 0; i < 64 && peer.read(taken) > 0; i++) {
                    taken.clear();
                }
            }
            case END -> peer.shutdownOutput();
            case CLOSE -> peer.close();
            case RESET -> {
                peer.setOption(StandardSocketOptions.SO_LINGER, 0);
                peer.close();
            }
            case HOLD_BACK ->
                junction.relays()
                        .holdBack(
                                junction.facts().stream().map(each -> each.id()).toList());
            case LET_GO -> junction.relays().holdBack(List.of());
            default -> {
                long later = System.nanoTime() + Duration.ofSeconds(2).toNanos();
                junction.facts().stream()
                        .map(each -> junction.relays().find(each.id()))
                        .filter(relay -> relay != null)
                        .forEach(relay -> relay.shard().loop().execute(() -> relay.observe(later)));
            }
        }
    }

    private static void close(Pair pair) throws IOException {
        pair.client().close();
        pair.server().close();
    }
}
