package dev.spillway.server.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.spillway.control.ControlEvent.ConnectionsTerminated;
import dev.spillway.server.FakeProxy;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;

@Timeout(60)
class LogLinesTest {
    private final Logger logger = (Logger) LoggerFactory.getLogger(EventLog.class);
    private final Lines lines = new Lines();
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);

    /** What was logged; can be made to wait like a full pipe. */
    private static final class Lines extends AppenderBase<ILoggingEvent> {
        private final List<ILoggingEvent> written = new CopyOnWriteArrayList<>();
        private volatile CountDownLatch open = new CountDownLatch(0);

        @Override
        protected void append(ILoggingEvent line) {
            try {
                open.await();
            } catch (InterruptedException interrupted) {
                throw new AssertionError("nobody interrupts the writer", interrupted);
            }
            written.add(line);
        }
    }

    @BeforeEach
    void listen() {
        lines.start();
        logger.addAppender(lines);
        logger.setAdditive(false);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(lines);
        logger.setAdditive(true);
    }

    private EventLog log() {
        return new EventLog(new EventSettings(10_000), Clock.systemUTC(), nanos::get);
    }

    @Test
    void anEventIsOneLineWithItsIdAndFields() {
        try (EventLog log = log()) {
            log.accept(new ConnectionsTerminated(3, 12, 1_200_000, FakeProxy.evaluation(0.93), false));
        }

        assertThat(lines.written).hasSize(1);
        ILoggingEvent line = lines.written.get(0);
        assertThat(line.getLevel()).isEqualTo(Level.WARN);
        assertThat(line.getFormattedMessage()).startsWith("High memory utilisation was detected");
        assertThat(pairs(line))
                .containsEntry("event", 4229)
                .containsEntry("name", "connections-terminated")
                .containsEntry("sequence", 1L)
                .containsEntry("closed", 12)
                .containsEntry("signal", "ledger")
                .containsEntry("low", 0.7)
                .doesNotContainKey("count");
    }

    @Test
    void epochsAreOneLineASecondWithTheirCount() {
        try (EventLog log = log()) {
            log.accept(EventLogTest.epoch(1));
            await().until(() -> lines.written.size() == 1);
            for (int i = 2; i <= 50; i++) {
                log.accept(EventLogTest.epoch(i));
            }
            log.record(LifecycleEvents.stopped(0));
            await().until(() -> lines.written.size() == 2);
            nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
            log.accept(EventLogTest.epoch(51));
            await().until(() -> lines.written.size() == 3);
        }

        assertThat(pairs(lines.written.get(0))).containsEntry("epoch", 1L).containsEntry("count", 1);
        assertThat(pairs(lines.written.get(1))).containsEntry("event", 1003);
        assertThat(pairs(lines.written.get(2))).containsEntry("epoch", 51L).containsEntry("count", 50);
        assertThat(lines.written).hasSize(3);
    }

    @Test
    void theLastEpochsOfAQuietSecondAreWrittenWhenItIsOver() {
        try (EventLog log = new EventLog(new EventSettings(10))) {
            log.accept(EventLogTest.epoch(1));
            log.accept(EventLogTest.epoch(2));
            log.accept(EventLogTest.epoch(3));

            await().until(() -> lines.written.size() == 2);
        }
        assertThat(pairs(lines.written.get(1))).containsEntry("epoch", 3L).containsEntry("count", 2);
    }

    @Test
    void theEndOfAnEpisodeStandsForTheEpochsThatStillWait() {
        try (EventLog log = log()) {
            log.accept(EventLogTest.epoch(1));
            log.accept(EventLogTest.epoch(2));
            log.accept(EventLogTest.ended());
        }

        assertThat(lines.written).hasSize(2);
        assertThat(pairs(lines.written.get(1))).containsEntry("event", 2003).containsEntry("epochs", 9L);
    }

    @Test
    void aLogThatBlocksHoldsUpNobodyAndWhatIsDroppedIsCounted() {
        lines.open = new CountDownLatch(1);
        EventLog log = log();
        int events = 5_000;
        for (int i = 0; i < events; i++) {
            log.record(LifecycleEvents.stopped(0));
        }

        assertThat(log.latest(events).events()).hasSize(events);
        assertThat(log.droppedLines()).isBetween(events - 1100L, events - 1024L);
        lines.open.countDown();
        log.close();
        assertThat(lines.written).hasSize((int) (events - log.droppedLines()));
        assertThat(lines.written.stream()
                        .flatMap(line -> pairs(line).entrySet().stream())
                        .filter(pair -> pair.getKey().equals("droppedLines"))
                        .mapToLong(pair -> (Long) pair.getValue())
                        .sum())
                .isEqualTo(log.droppedLines());
    }

    @Test
    void closingWritesWhatWaitsAndMayBeDoneTwice() {
        EventLog log = log();
        for (int i = 0; i < 100; i++) {
            log.record(LifecycleEvents.stopped(i));
        }
        log.close();
        log.close();

        assertThat(lines.written).hasSize(100);
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().equals("spillway-events"));
    }

    private static Map<String, Object> pairs(ILoggingEvent line) {
        Map<String, Object> pairs = new TreeMap<>();
        for (KeyValuePair pair : line.getKeyValuePairs()) {
            pairs.put(pair.key, pair.value);
        }
        return pairs;
    }
}
