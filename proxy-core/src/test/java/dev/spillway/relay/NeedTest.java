package dev.spillway.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.spillway.connection.CloseReason;
import dev.spillway.connection.Phase;
import dev.spillway.fixture.Clients;
import dev.spillway.fixture.TestServer;
import dev.spillway.limit.Shortage;
import dev.spillway.relay.MakingRoom.Need;
import dev.spillway.relay.MakingRoom.Outcome;
import dev.spillway.transport.DescriptorReserve;
import dev.spillway.transport.TransportKind;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests for room that have waited for a slow event loop: only what is still needed is made. */
@Timeout(60)
class NeedTest {
    private static final int SILENT = 20;
    private static final int ASKED = 50;

    private final AtomicInteger heard = new AtomicInteger();
    private final AtomicInteger made = new AtomicInteger();
    private final CountDownLatch held = new CountDownLatch(1);
    private TestServer server;
    private Junction junction;

    @BeforeEach
    void connectTheSilent() throws Exception {
        server = Clients.service();
        junction = new Junction(TransportKind.NIO, Junction.SETTINGS, server);
        for (int i = 0; i < SILENT; i++) {
            junction.connect(0);
        }
        // On NIO their silence begins when their servers are there.
        await().until(() -> junction.facts().size() == SILENT
                && junction.facts().stream()
                        .allMatch(each -> each.phase() == Phase.RELAYING
                                && each.idleNanos() > TimeUnit.MILLISECONDS.toNanos(250)));
        junction.transport().loops().get(0).execute(() -> {
            try {
                held.await();
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
            }
        });
    }

    @AfterEach
    void close() throws Exception {
        held.countDown();
        junction.close();
        server.close();
    }

    private void ask(Shortage shortage, Need need) {
        for (int i = 0; i < ASKED; i++) {
            assertThat(junction.relays().room().makeRoom(shortage, need)).isEqualTo(Outcome.ASKED);
        }
    }

    private void hear(boolean one) {
        made.addAndGet(one ? 1 : 0);
        heard.incrementAndGet();
    }

    private long closed() {
        return junction.relays().counts().closed().get(CloseReason.MADE_ROOM);
    }

    @Test
    void s16OfManyRequestsForAPlaceOnlyThoseAreMetThatStillStand() throws Exception {
        ask(Shortage.MAX_CONNECTIONS, Need.of(() -> junction.relays().active() - (SILENT - 3), this::hear));
        held.countDown();
        await().until(() -> heard.get() == ASKED);
        assertThat(made).hasValue(3);
        assertThat(closed()).isEqualTo(3);
        assertThat(junction.relays().active()).isEqualTo(SILENT - 3);
    }

    /** Each that goes gives two back, its own and its server's. */
    @Test
    void s16OfManyRequestsForADescriptorOnlyThoseAreMetThatStillStand() throws Exception {
        DescriptorReserve reserve = junction.transport().reserve();
        assertThat(reserve.sockets()).isEqualTo(2 * SILENT);
        // The reserve is 64 then, and three of it are used.
        reserve.measured(10_000 - 61, 10_000);
        assertThat(reserve.lack()).isEqualTo(3);
        ask(Shortage.DESCRIPTORS, Need.of(reserve::lack, this::hear));
        held.countDown();
        await().until(() -> heard.get() == ASKED);
        assertThat(made).hasValue(2);
        assertThat(closed()).isEqualTo(2);
        assertThat(reserve.touched()).isFalse();
    }

    @Test
    void s16NobodyGoesForWhatWasMetOtherwise() throws Exception {
        AtomicInteger needed = new AtomicInteger(1);
        ask(Shortage.HALF_OPEN, Need.of(needed::get, this::hear));
        needed.set(0);
        held.countDown();
        await().until(() -> heard.get() == ASKED);
        assertThat(closed()).isZero();
    }
}
