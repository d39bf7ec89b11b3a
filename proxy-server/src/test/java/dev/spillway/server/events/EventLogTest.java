package dev.spillway.server.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.spillway.control.ControlEvent;
import dev.spillway.control.ControlEvent.ConnectionsTerminated;
import dev.spillway.pressure.PressureEvent;
import dev.spillway.pressure.PressureEvent.EpisodeEnded;
import dev.spillway.pressure.PressureEvent.EpisodeStarted;
import dev.spillway.pressure.PressureEvent.EpochStarted;
import dev.spillway.pressure.Rates;
import dev.spillway.server.FakeProxy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

class EventLogTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    private static EventLog log(int history) {
        return new EventLog(new EventSettings(history), Clock.fixed(NOW, ZoneOffset.UTC), System::nanoTime);
    }

    @Test
    void terminatedConnectionsAreEvent4229WithItsFullText() {
        try (EventLog log = log(10)) {
            log.accept(new ConnectionsTerminated(3, 12, 1_200_000, FakeProxy.evaluation(0.93), false));

            LoggedEvent logged = log.latest(1).events().get(0);
            assertThat(logged.sequence()).isEqualTo(1);
            assertThat(logged.time()).isEqualTo(NOW);
            assertThat(logged.event().id().number()).isEqualTo(4229);
            assertThat(logged.event().severity()).isEqualTo(Level.WARN);
            assertThat(logged.event().message())
                    .isEqualTo(
                            "High memory utilisation was detected: ledger at 93 % (14880000 of 16000000 bytes; low 70 %,"
                                    + " high 90 %). Some existing connections were terminated to keep the proxy stable: 12 so"
                                    + " far, which had cost 1200000 bytes. Episode 3.");
            assertThat(logged.event().fields())
                    .containsExactly(
                            entry("episode", 3L),
                            entry("closed", 12),
                            entry("freedBytes", 1_200_000L),
                            entry("dryRun", false),
                            entry("signal", "ledger"),
                            entry("current", 0.93),
                            entry("used", 14_880_000L),
                            entry("limit", 16_000_000L),
                            entry("unit", "bytes"),
                            entry("low", 0.7),
                            entry("high", 0.9),
                            entry("reentry", 0.8));
        }
    }

    @Test
    void anEpochCarriesBothRatesOldAndNew() {
        try (EventLog log = log(10)) {
            log.accept(epoch(7));

            Event event = log.latest(1).events().get(0).event();
            assertThat(event.message())
                    .startsWith(
                            "Episode 3, epoch 7 started: SynDropRate 0 -> 0.2, TcbKillRate 0.5 -> 1, ledger at 93 %");
            assertThat(event.fields())
                    .contains(
                            entry("synDropRateOld", 0.0),
                            entry("synDropRateNew", 0.2),
                            entry("tcbKillRateOld", 0.5),
                            entry("tcbKillRateNew", 1.0),
                            entry("current", 0.93));
        }
    }

    @Test
    void anEpisodeSaysHowItBeganAndSumsUpHowItWent() {
        try (EventLog log = log(10)) {
            log.accept(pressure(new EpisodeStarted(3, FakeProxy.evaluation(0.85), true)));
            log.accept(ended());

            List<LoggedEvent> events = log.latest(2).events();
            assertThat(events.get(0).event().message()).contains("episode 3 started by the re-entry mark");
            assertThat(events.get(0).event().fields()).containsEntry("byReentry", true);
            assertThat(events.get(1).event().message())
                    .contains(
                            "episode 3 ended after 2500 ms and 9 epochs",
                            "40 connections were closed",
                            "Peak: ledger at 97 %");
            assertThat(events.get(1).event().fields())
                    .containsEntry("durationMillis", 2500L)
                    .containsEntry("peak", 0.97)
                    .containsEntry("current", 0.5)
                    .containsEntry("refused", 6L)
                    .containsEntry("freedBytes", 3_000_000L);
        }
    }

    @Test
    void aLongEpisodeDoesNotPushOutHowItBegan() {
        try (EventLog log = log(20)) {
            log.accept(pressure(new EpisodeStarted(3, FakeProxy.evaluation(0.93), false)));
            log.accept(new ConnectionsTerminated(3, 12, 1_200_000, FakeProxy.evaluation(0.93), false));
            for (int i = 1; i <= 10_000; i++) {
                log.accept(epoch(i));
            }

            List<LoggedEvent> kept = log.latest(1000).events();
            assertThat(kept).hasSize(22);
            assertThat(kept.get(0).event().id()).isEqualTo(EventId.EPISODE_STARTED);
            assertThat(kept.get(1).event().id()).isEqualTo(EventId.CONNECTIONS_TERMINATED);
            assertThat(kept.get(21).event().fields()).containsEntry("epoch", 10_000L);
        }
    }

    @Test
    void whatCameSinceIsToldOldestFirstWithHowManyAreGone() {
        try (EventLog log = log(5)) {
            for (int i = 0; i < 12; i++) {
                log.record(LifecycleEvents.stopped(i));
            }

            assertThat(sequences(log.since(9, 100))).containsExactly(10L, 11L, 12L);
            assertThat(log.since(9, 100).missed()).isZero();
            assertThat(sequences(log.since(9, 2))).containsExactly(10L, 11L);
            assertThat(log.since(12, 100).events()).isEmpty();
            EventPage afterPause = log.since(2, 100);
            assertThat(sequences(afterPause)).containsExactly(8L, 9L, 10L, 11L, 12L);
            assertThat(afterPause.missed()).isEqualTo(5);
            assertThat(afterPause.lastSequence()).isEqualTo(12);
        }
    }

    @Test
    void aNumberFromBeforeARestartIsAnsweredWithAllThereIs() {
        try (EventLog log = log(5)) {
            log.record(LifecycleEvents.stopped(0));

            assertThat(sequences(log.since(4711, 10))).containsExactly(1L);
        }
    }

    @Property(tries = 50)
    void pagesAreBoundedInOrderAndMissNothingUntold(
            @ForAll @IntRange(min = 1, max = 30) int history,
            @ForAll @IntRange(max = 120) int count,
            @ForAll @IntRange(max = 120) int since,
            @ForAll @IntRange(min = 1, max = 40) int limit) {
        try (EventLog log = log(history)) {
            for (int i = 0; i < count; i++) {
                log.record(i % 3 == 0 ? LifecycleEvents.stopped(0) : PressureEvents.of(epoch(i)));
            }
            EventPage page = log.since(since, limit);
            List<Long> sequences = sequences(page);
            assertThat(sequences).isSorted().doesNotHaveDuplicates().hasSizeLessThanOrEqualTo(limit);
            long asked = count - (since > count ? 0 : since);
            assertThat(page.missed() + log.since(since, 1000).events().size()).isEqualTo(asked);
            assertThat(log.latest(1000).events()).hasSizeLessThanOrEqualTo(2 * history);
        }
    }

    @Test
    void everyKindIsCountedAlsoThoseNotKept() {
        try (EventLog log = log(1)) {
            for (int i = 0; i < 9; i++) {
                log.accept(epoch(i));
            }
            log.record(LifecycleEvents.draining(4, Duration.ofSeconds(30)));

            assertThat(log.counts())
                    .containsEntry(EventId.EPOCH_STARTED, 9L)
                    .containsEntry(EventId.PROXY_DRAINING, 1L)
                    .containsEntry(EventId.CONNECTIONS_TERMINATED, 0L)
                    .hasSize(EventId.values().length);
        }
    }

    @Test
    void lifecycleSaysWhatAnOperatorAsksFirst() {
        Event started = LifecycleEvents.started(new FakeProxy());
        assertThat(started.message())
                .contains("main 127.0.0.1 port 8080 (eligible)", "transport epoll", "SYN gate accept-pause");
        assertThat(LifecycleEvents.draining(4, Duration.ofSeconds(30)).fields())
                .containsExactly(entry("open", 4L), entry("deadlineMillis", 30_000L));
        assertThat(LifecycleEvents.stopped(0).severity()).isEqualTo(Level.INFO);
        assertThat(LifecycleEvents.stopped(2).severity()).isEqualTo(Level.WARN);
        assertThat(LifecycleEvents.stopped(2).message()).contains("2 connections were cut");
    }

    @Test
    void idsAndNamesAreDistinctAndStable() {
        Set<String> known = new TreeSet<>();
        Arrays.stream(EventId.values()).forEach(id -> known.add(id.number() + " " + id.label()));

        assertThat(known)
                .containsExactly(
                        "1001 proxy-started",
                        "1002 proxy-draining",
                        "1003 proxy-stopped",
                        "1004 configuration-reloaded",
                        "1005 reload-refused",
                        "2001 episode-started",
                        "2002 epoch-started",
                        "2003 episode-ended",
                        "2004 gate-changed",
                        "2005 exempt-cost-high",
                        "2006 exempt-cost-normal",
                        "2007 restraint-changed",
                        "2008 syn-flood-started",
                        "2009 syn-flood-ended",
                        "2011 making-room",
                        "2012 making-room-ended",
                        "3001 settings-changed",
                        "3002 settings-change-refused",
                        "3003 settings-store-trouble",
                        "3004 profile-changed",
                        "3005 rate-limit-hit",
                        "3006 rate-limit-ended",
                        "3007 connections-closed-by-admin",
                        "3008 signal-injected",
                        "4229 connections-terminated");
    }

    @Test
    void historyHasToBePositiveAndBounded() {
        assertThatThrownBy(() -> new EventSettings(0)).hasMessage("history: 0 (expected: 1-100000)");
        assertThatThrownBy(() -> new EventSettings(100_001)).hasMessage("history: 100001 (expected: 1-100000)");
        assertThat(new EventSettings(1).history()).isEqualTo(1);
    }

    @Test
    void anEventCanNotBeChangedAfterwards() {
        Event event = LifecycleEvents.stopped(0);
        Map<String, Object> fields = event.fields();
        assertThatThrownBy(() -> fields.put("cut", 5L)).isInstanceOf(UnsupportedOperationException.class);
    }

    static ControlEvent epoch(long number) {
        return pressure(new EpochStarted(3, number, new Rates(0, 0.5), new Rates(0.2, 1), FakeProxy.evaluation(0.93)));
    }

    static ControlEvent ended() {
        return pressure(new EpisodeEnded(
                3,
                TimeUnit.MILLISECONDS.toNanos(2500),
                9,
                FakeProxy.evaluation(0.97),
                FakeProxy.evaluation(0.5),
                40,
                3_000_000,
                6));
    }

    static ControlEvent pressure(PressureEvent event) {
        return new ControlEvent.Pressure(event);
    }

    private static List<Long> sequences(EventPage page) {
        return page.events().stream()
                .flatMapToLong(event -> LongStream.of(event.sequence()))
                .boxed()
                .toList();
    }
}
