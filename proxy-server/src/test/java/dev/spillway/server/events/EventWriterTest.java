package dev.spillway.server.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EventWriterTest {
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final CountDownLatch busy = new CountDownLatch(1);
    private final CountDownLatch open = new CountDownLatch(1);
    private final List<EventId> written = new CopyOnWriteArrayList<>();
    private final AtomicLong epochs = new AtomicLong();

    /** An outlet that hangs with its first line until it is opened. */
    private final EventWriter writer = EventWriter.start(
            "event-writer-test",
            (event, count, dropped) -> {
                busy.countDown();
                awaitOpen();
                written.add(event.event().id());
                if (event.event().id() == EventId.EPOCH_STARTED) {
                    epochs.addAndGet(count);
                }
                return true;
            },
            nanos::get);

    private void awaitOpen() {
        try {
            open.await();
        } catch (InterruptedException interrupted) {
            throw new AssertionError("nobody interrupts the writer", interrupted);
        }
    }

    private void offer(EventId id) {
        writer.offer(new LoggedEvent(1, Instant.EPOCH, new Event(id, "", Map.of())));
    }

    @Test
    void epochsInFrontOfAnOutletThatHangsTakeNoRoomFromWhatMatters() throws InterruptedException {
        offer(EventId.EPISODE_STARTED);
        assertThat(busy.await(30, TimeUnit.SECONDS)).isTrue();
        for (int i = 0; i < 100_000; i++) {
            nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(50));
            offer(EventId.EPOCH_STARTED);
        }
        offer(EventId.CONNECTIONS_TERMINATED);
        offer(EventId.SETTINGS_CHANGED);
        open.countDown();
        writer.close();

        assertThat(writer.dropped()).isZero();
        assertThat(written)
                .containsExactly(
                        EventId.EPISODE_STARTED,
                        EventId.EPOCH_STARTED,
                        EventId.CONNECTIONS_TERMINATED,
                        EventId.SETTINGS_CHANGED,
                        EventId.EPOCH_STARTED);
        assertThat(epochs).as("every epoch is counted by one of the two lines").hasValue(100_000);
    }

    @Test
    void aFullQueueKeepsWhatCameFirstAndCountsTheRest() throws InterruptedException {
        offer(EventId.EPISODE_STARTED);
        assertThat(busy.await(30, TimeUnit.SECONDS)).isTrue();
        for (int i = 0; i < EventWriter.CAPACITY; i++) {
            offer(EventId.PROFILE_CHANGED);
        }
        assertThat(writer.dropped()).isZero();
        offer(EventId.SETTINGS_CHANGED);
        assertThat(writer.dropped()).isEqualTo(1);
        open.countDown();
        writer.close();

        assertThat(written).hasSize(EventWriter.CAPACITY + 1).doesNotContain(EventId.SETTINGS_CHANGED);
    }

    @Test
    void whatComesAfterTheEndIsCounted() {
        open.countDown();
        writer.close();
        offer(EventId.SETTINGS_CHANGED);
        offer(EventId.EPOCH_STARTED);

        assertThat(writer.dropped()).isEqualTo(2);
        assertThat(written).isEmpty();
    }
}
