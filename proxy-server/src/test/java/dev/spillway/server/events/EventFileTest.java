package dev.spillway.server.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.spillway.control.ControlEvent.ConnectionsTerminated;
import dev.spillway.server.FakeProxy;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

@Timeout(60)
class EventFileTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Clock NOON = Clock.fixed(Instant.parse("2026-11-21T12:00:00Z"), ZoneOffset.UTC);

    @TempDir
    Path folder;

    private final Logger logger = (Logger) LoggerFactory.getLogger("dev.spillway.server.EventFile");
    private final Logger logLines = (Logger) LoggerFactory.getLogger(EventLog.class);
    private final Told told = new Told();
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private Path path;

    private static final class Told extends AppenderBase<ILoggingEvent> {
        private final List<ILoggingEvent> lines = new CopyOnWriteArrayList<>();

        @Override
        protected void append(ILoggingEvent line) {
            lines.add(line);
        }

        List<String> errors() {
            return lines.stream()
                    .filter(line -> line.getLevel() == Level.ERROR)
                    .map(ILoggingEvent::getFormattedMessage)
                    .toList();
        }
    }

    @BeforeEach
    void listen() {
        path = folder.resolve("events.jsonl");
        told.start();
        logger.addAppender(told);
        logger.setAdditive(false);
        // The log lines of the same events are another test's.
        logLines.setAdditive(false);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(told);
        logger.setAdditive(true);
        logLines.setAdditive(true);
    }

    private EventFileSettings settings() {
        return new EventFileSettings(path, 1 << 20, 2);
    }

    private EventLog log() {
        return new EventLog(new EventSettings(10_000, Optional.of(settings())), NOON, nanos::get);
    }

    private EventLog log(EventFile.Opener opener) {
        return new EventLog(
                new EventSettings(10_000),
                NOON,
                nanos::get,
                Optional.of(new EventFile(settings(), "run", nanos::get, opener)));
    }

    private static Event event(int number) {
        return new Event(EventId.PROXY_STOPPED, "Event " + number + ".", Map.of("cut", number));
    }

    private static List<JsonNode> parsed(Path file) {
        try {
            List<JsonNode> lines = new ArrayList<>();
            for (String line : Files.readAllLines(file)) {
                lines.add(JSON.readTree(line));
            }
            return lines;
        } catch (JsonProcessingException torn) {
            throw new AssertionError("a line is no JSON", torn);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static List<Long> sequences(Path file) {
        return parsed(file).stream().map(line -> line.get("sequence").asLong()).toList();
    }

    @Test
    void anEventIsOneLineOfJson() throws IOException {
        try (EventLog log = log()) {
            log.accept(new ConnectionsTerminated(3, 12, 1_200_000, FakeProxy.evaluation(0.93), false));
            log.record(SettingsEvents.changed(
                    "127.0.0.1",
                    "command",
                    "persistent",
                    18,
                    List.of(new SettingChange("mpp", "default", "disabled"))));
        }

        String run = "2026-11-21T12:00:00Z/" + ProcessHandle.current().pid();
        assertThat(Files.readAllLines(path))
                .containsExactly(
                        "{\"time\":\"2026-11-21T12:00:00Z\",\"run\":\"" + run + "\",\"sequence\":1,\"id\":4229,"
                                + "\"name\":\"connections-terminated\",\"severity\":\"warning\",\"message\":\"High memory"
                                + " utilisation was detected: ledger at 93 % (14880000 of 16000000 bytes; low 70 %, high"
                                + " 90 %). Some existing connections were terminated to keep the proxy stable: 12 so far,"
                                + " which had cost 1200000 bytes. Episode 3.\",\"fields\":{\"episode\":3,\"closed\":12,"
                                + "\"freedBytes\":1200000,\"dryRun\":false,\"signal\":\"ledger\",\"current\":0.93,\"used\":14880000,"
                                + "\"limit\":16000000,\"unit\":\"bytes\",\"low\":0.7,\"high\":0.9,\"reentry\":0.8}}",
                        "{\"time\":\"2026-11-21T12:00:00Z\",\"run\":\"" + run + "\",\"sequence\":2,\"id\":3001,"
                                + "\"name\":\"settings-changed\",\"severity\":\"information\",\"message\":\"Security"
                                + " settings were changed by 127.0.0.1 (command, store persistent), generation 18: mpp:"
                                + " default -> disabled.\",\"fields\":{\"who\":\"127.0.0.1\",\"origin\":\"command\","
                                + "\"store\":\"persistent\",\"generation\":18,\"changed\":1,\"changes\":[{\"key\":\"mpp\","
                                + "\"old\":\"default\",\"new\":\"disabled\"}]}}");
    }

    @Test
    void aFileIsContinuedAfterARestartAndRunsCanBeToldApart() throws IOException {
        for (int start = 0; start < 3; start++) {
            Clock clock = Clock.offset(NOON, Duration.ofHours(start));
            try (EventLog log = new EventLog(new EventSettings(10, Optional.of(settings())), clock, System::nanoTime)) {
                log.record(event(1));
                log.record(event(2));
            }
        }

        assertThat(sequences(path)).containsExactly(1L, 2L, 1L, 2L, 1L, 2L);
        assertThat(parsed(path)).extracting(line -> line.get("run").asText()).doesNotContainNull();
        assertThat(parsed(path).stream().map(line -> line.get("run")).distinct())
                .hasSize(3);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void othersMayNotReadWhoDidWhat() throws IOException {
        log().close();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .startsWith("rw-")
                .endsWith("---");
    }

    @Test
    void epochsAreOneLineASecondWithTheirCount() {
        try (EventLog log = log()) {
            for (int i = 1; i <= 50; i++) {
                log.accept(EventLogTest.epoch(i));
            }
            log.record(event(1));
            await().until(() -> Files.exists(path) && sequences(path).size() == 2);
            nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
            log.accept(EventLogTest.epoch(51));
        }

        List<JsonNode> epochs =
                parsed(path).stream().filter(line -> line.has("count")).toList();
        // A third one, if the second that has passed is noticed before the last epoch is told.
        assertThat(epochs).hasSizeBetween(2, 3);
        assertThat(epochs.stream().mapToInt(line -> line.get("count").asInt()).sum())
                .isEqualTo(51);
        assertThat(epochs.get(epochs.size() - 1).at("/fields/epoch").asInt()).isEqualTo(51);
    }

    @Test
    void aLineTornByACrashIsLeftAndTheNextOneStartsAnew() throws IOException {
        Files.writeString(path, "{\"time\":\"2026-11-20T12:00:00Z\",\"seq");
        try (EventLog log = log()) {
            log.record(event(1));
        }

        List<String> lines = Files.readAllLines(path);
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0)).endsWith("\"seq");
        assertThat(JSON.readTree(lines.get(1)).get("sequence").asInt()).isEqualTo(1);
    }

    @Test
    void aFileThatIsMovedAwayIsOpenedAnew() throws IOException {
        try (EventLog log = log()) {
            log.record(event(1));
            await().until(() -> Files.exists(path) && sequences(path).equals(List.of(1L)));
            Files.move(path, folder.resolve("away"));
            log.record(event(2));
            await().until(() -> Files.exists(path) && sequences(path).equals(List.of(2L)));
            Files.delete(path);
            log.record(event(3));
            await().until(() -> Files.exists(path) && sequences(path).equals(List.of(3L)));
            Files.move(path, folder.resolve("away-too"));
            Files.writeString(path, "");
            log.record(event(4));
            await().until(() -> sequences(path).equals(List.of(4L)));

            assertThat(log.fileFailures()).isZero();
            assertThat(log.droppedFileLines()).isZero();
        }
        assertThat(sequences(folder.resolve("away"))).containsExactly(1L);
        assertThat(sequences(folder.resolve("away-too"))).containsExactly(3L);
    }

    @Test
    void aFileThatIsTruncatedIsWrittenFromItsNewEnd() throws IOException {
        try (EventLog log = log()) {
            log.record(event(1));
            await().until(() -> Files.exists(path) && sequences(path).size() == 1);
            Files.write(path, new byte[0], StandardOpenOption.TRUNCATE_EXISTING);
            log.record(event(2));
        }

        assertThat(sequences(path)).containsExactly(2L);
        assertThat(Files.readAllBytes(path)[0]).isEqualTo((byte) '{');
    }

    @Test
    void aDirectoryThatIsNotThereStopsNobodyAndIsTriedAgain() throws IOException {
        path = folder.resolve("later").resolve("events.jsonl");
        try (EventLog log = log()) {
            await().until(() -> log.fileFailures() > 0);
            for (int i = 1; i <= 100; i++) {
                log.record(event(i));
            }
            await().until(() -> log.fileFailures() > 2);
            assertThat(log.latest(1000).events()).hasSize(100);
            assertThat(told.errors())
                    .as("one line for a minute")
                    .singleElement()
                    .asString()
                    .contains(path.toString(), "NoSuchFileException", "tried again every second");

            Files.createDirectory(path.getParent());
            await().until(() -> Files.exists(path) && sequences(path).size() == 100);
            assertThat(log.droppedFileLines()).isZero();
        }
        assertThat(told.lines)
                .last()
                .extracting(ILoggingEvent::getFormattedMessage)
                .asString()
                .endsWith("written again");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aPipeThatNobodyReadsIsNoEventFileAndHangsNobody() throws Exception {
        assertThat(new ProcessBuilder("mkfifo", path.toString()).start().waitFor())
                .isZero();
        EventLog log = log();
        for (int i = 1; i <= 5_000; i++) {
            log.record(event(i));
        }
        await().until(() -> log.fileFailures() > 0);
        assertThat(log.droppedFileLines()).isBetween(5_000L - 1025, 5_000L - 1024);
        assertThat(told.errors()).singleElement().asString().contains("not a regular file");
        log.close();

        assertThat(log.droppedFileLines()).as("what waited is lost as well").isEqualTo(5_000);
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().equals("spillway-event-file"));
    }

    @Test
    void aDiskThatHangsHoldsUpNobodyAndWhatIsDroppedIsTold() {
        CountDownLatch answers = new CountDownLatch(1);
        EventLog log = log(at -> new FileOutputStream(at.toFile(), true) {
            @Override
            public void write(byte[] bytes) throws IOException {
                try {
                    answers.await();
                } catch (InterruptedException interrupted) {
                    throw new AssertionError("nobody interrupts the writer", interrupted);
                }
                super.write(bytes);
            }
        });
        int events = 5_000;
        for (int i = 1; i <= events; i++) {
            log.record(event(i));
        }

        assertThat(log.latest(events).events()).hasSize(events);
        long dropped = log.droppedFileLines();
        assertThat(dropped).isBetween(events - 1025L, events - 1024L);
        answers.countDown();
        await().until(() -> sequences(path).size() == events - dropped);
        log.record(event(0));
        log.close();

        assertThat(parsed(path)).hasSize((int) (events - dropped + 1));
        assertThat(toldDropped()).isEqualTo(dropped).isEqualTo(log.droppedFileLines());
        assertThat(log.fileFailures()).isZero();
    }

    @Test
    void theEndDoesNotWaitForADiskThatHangs() throws InterruptedException {
        CountDownLatch answers = new CountDownLatch(1);
        CountDownLatch hangs = new CountDownLatch(1);
        EventLog log = log(at -> {
            hangs.countDown();
            try {
                answers.await();
            } catch (InterruptedException interrupted) {
                throw new AssertionError("nobody interrupts the writer", interrupted);
            }
            return new FileOutputStream(at.toFile(), true);
        });
        assertThat(hangs.await(30, TimeUnit.SECONDS)).isTrue();
        log.record(event(1));
        log.close();

        assertThat(answers.getCount()).as("it still hangs, and close came back").isEqualTo(1);
        answers.countDown();
        await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().equals("spillway-event-file")));
        assertThat(sequences(path)).containsExactly(1L);
    }

    @Test
    void aFullDiskLosesNothingWhileLinesHaveRoomToWaitAndTearsNone() {
        AtomicLong room = new AtomicLong(1000);
        try (EventLog log = log(at -> new FileOutputStream(at.toFile(), true) {
            @Override
            public void write(byte[] bytes) throws IOException {
                int fits = (int) Math.min(bytes.length, room.get());
                super.write(bytes, 0, fits);
                room.addAndGet(-fits);
                if (fits < bytes.length) {
                    throw new IOException("No space left on device");
                }
            }
        })) {
            for (int i = 1; i <= 500; i++) {
                log.record(event(i));
            }
            await().until(() -> log.fileFailures() >= 2);
            assertThat(told.errors()).singleElement().asString().contains("No space left on device");
            assertThat(sequences(path)).as("whole lines only").startsWith(1L).hasSizeLessThan(10);

            room.set(Long.MAX_VALUE);
            await().until(() -> sequences(path).size() == 500);
            assertThat(sequences(path)).isSorted().doesNotHaveDuplicates();
            assertThat(log.droppedFileLines()).isZero();
        }
    }

    @Test
    void manyThreadsLoseNothingUntold() throws Exception {
        int threads = 8;
        int each = 1_000;
        EventLog log = log();
        ExecutorService crowd = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> done = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                done.add(crowd.submit(() -> {
                    for (int k = 0; k < each; k++) {
                        log.record(event(k));
                    }
                }));
            }
            for (Future<?> one : done) {
                one.get();
            }
        } finally {
            crowd.shutdown();
        }
        await().until(() -> Files.exists(path) && sequences(path).size() + log.droppedFileLines() == threads * each);
        log.record(event(0));
        log.close();

        assertThat(sequences(path)).isSorted().doesNotHaveDuplicates().endsWith(threads * each + 1L);
        assertThat(sequences(path).size() + log.droppedFileLines()).isEqualTo(threads * each + 1);
        assertThat(toldDropped()).isEqualTo(log.droppedFileLines());
        assertThat(log.counts()).containsEntry(EventId.PROXY_STOPPED, threads * each + 1L);
    }

    @Test
    void anEventThatIsTooLongForALineIsShortenedAndSaysSo() {
        try (EventLog log = log()) {
            log.record(new Event(
                    EventId.PROXY_STARTED, "\u00e4\n".repeat(50_000), Map.of("listeners", "x".repeat(100_000))));
        }

        JsonNode line = parsed(path).get(0);
        assertThat(line.get("shortened").asBoolean()).isTrue();
        assertThat(line.get("message").asText())
                .startsWith("\u00e4 \u00e4 ")
                .endsWith("...")
                .hasSize(4_003);
        assertThat(line.get("fields")).isEmpty();
    }

    @Test
    void everyConnectionThatAnAdministratorClosedIsInTheFileAsManyAsARequestMayName() {
        List<Long> ids = LongStream.rangeClosed(Long.MAX_VALUE - 999, Long.MAX_VALUE)
                .boxed()
                .toList();
        try (EventLog log = log()) {
            log.record(ConnectionEvents.closedByAdministrator("somebody", ids, 0, 1000));
        }

        JsonNode line = parsed(path).get(0);
        assertThat(line.get("message").asText()).contains("; and 980 more").hasSizeLessThan(600);
        assertThat(line.get("fields").get("ids"))
                .extracting(JsonNode::asText)
                .containsExactlyElementsOf(
                        ids.stream().map(id -> Long.toString(id)).toList());
        assertThat(line.has("shortened")).isFalse();
    }

    @Test
    void anEventThatIsNoJsonIsDroppedAndCountedAndTheNextIsWritten() {
        try (EventLog log = log()) {
            log.record(new Event(EventId.PROXY_STARTED, "bad", Map.of("self", new Object() {})));
            log.record(new Event(EventId.PROXY_STARTED, "half a pair: \ud83d, and \"quotes\"\n", Map.of()));
            log.close();

            assertThat(log.droppedFileLines()).isEqualTo(1);
        }
        assertThat(parsed(path)).hasSize(1);
        assertThat(parsed(path).get(0).get("message").asText()).isEqualTo("half a pair: ?, and \"quotes\"\n");
        assertThat(toldDropped()).isEqualTo(1);
    }

    private long toldDropped() {
        return parsed(path).stream()
                .mapToLong(line -> line.path("droppedLines").asLong(0))
                .sum();
    }
}
