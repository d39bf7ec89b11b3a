package dev.spillway.server.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an attacker or a script can cause at will is a few events, and nothing is lost of its number. */
class AggregationTest {
    private final EmbeddedChannel loop = new EmbeddedChannel();
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final List<Event> events = new ArrayList<>();
    private final SettingsRefusals refusals = new SettingsRefusals(events::add, loop.eventLoop());
    private final RateLimitBouts bouts = new RateLimitBouts(events::add, loop.eventLoop(), nanos::get);

    AggregationTest() {
        loop.freezeTime();
    }

    @AfterEach
    void close() {
        loop.close();
    }

    private void pass(int seconds) {
        for (int i = 0; i < seconds; i++) {
            nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
            loop.advanceTimeBy(1, TimeUnit.SECONDS);
            loop.runScheduledPendingTasks();
        }
    }

    private List<Event> taken() {
        List<Event> taken = List.copyOf(events);
        events.clear();
        return taken;
    }

    private static ScheduledExecutorService ended() {
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        timer.shutdown();
        return timer;
    }

    @Test
    void aRefusalIsToldAtOnceAndThoseAfterItTogether() {
        refusals.refused("127.0.0.1", "api", "first");
        assertThat(taken()).singleElement().satisfies(event -> {
            assertThat(event.id()).isEqualTo(EventId.SETTINGS_CHANGE_REFUSED);
            assertThat(event.fields()).contains(entry("why", "first"), entry("refused", 1L));
        });
        for (int i = 1; i <= 1000; i++) {
            refusals.refused("10.0.0." + i % 9, "command", "number " + i);
        }
        pass(9);
        assertThat(taken()).isEmpty();
        pass(1);
        assertThat(taken())
                .singleElement()
                .satisfies(event -> assertThat(event.fields())
                        .containsExactly(
                                entry("who", "10.0.0.1"),
                                entry("origin", "command"),
                                entry("why", "number 1000"),
                                entry("refused", 1000L)));
    }

    @Test
    void refusalsWithoutEndAreOneEventInTenSeconds() {
        for (int second = 0; second < 100; second++) {
            refusals.refused("127.0.0.1", "api", "again");
            pass(1);
        }
        pass(20);
        List<Event> told = taken();
        assertThat(told).hasSizeBetween(10, 11);
        assertThat(told.stream()
                        .mapToLong(event -> (Long) event.fields().get("refused"))
                        .sum())
                .isEqualTo(100);
    }

    @Test
    void aRefusalAfterAPauseIsToldAtOnceAgain() {
        refusals.refused("127.0.0.1", "api", "first");
        pass(10);
        refusals.refused("127.0.0.1", "api", "second");
        assertThat(taken())
                .hasSize(2)
                .allSatisfy(event -> assertThat(event.fields()).containsEntry("refused", 1L));
    }

    @Test
    void withoutATimerEveryRefusalIsTold() {
        SettingsRefusals late = new SettingsRefusals(events::add, ended());
        late.refused("127.0.0.1", "api", "first");
        late.refused("127.0.0.1", "api", "second");
        assertThat(taken()).hasSize(2);
    }

    @Test
    void aBoutIsTwoEvents() {
        for (int second = 0; second < 60; second++) {
            bouts.refused(LimitKind.PER_LISTENER, "web", "", 100);
            pass(1);
        }
        assertThat(taken()).singleElement().satisfies(event -> {
            assertThat(event.id().number()).isEqualTo(3005);
            assertThat(event.message())
                    .isEqualTo("The connection rate limit per-listener of listener web is hit: connections are turned"
                            + " away, 100 so far.");
            assertThat(event.fields())
                    .containsExactly(
                            entry("limit", "per-listener"),
                            entry("listener", "web"),
                            entry("source", ""),
                            entry("refused", 100L));
        });
        pass(8);
        assertThat(taken()).isEmpty();
        pass(1);
        assertThat(taken()).singleElement().satisfies(event -> {
            assertThat(event.id().number()).isEqualTo(3006);
            assertThat(event.message())
                    .isEqualTo(
                            "The connection rate limit per-listener of listener web is no longer hit: 6000 connections"
                                    + " were turned away in 59000 ms.");
            assertThat(event.fields()).contains(entry("refused", 6000L), entry("durationMillis", 59_000L));
        });
        pass(60);
        assertThat(taken()).isEmpty();
    }

    @Test
    void listenersLimitsAndSourcesHaveBoutsOfTheirOwn() {
        bouts.refused(LimitKind.PER_LISTENER, "web", "", 1);
        bouts.refused(LimitKind.PER_LISTENER, "mail", "", 1);
        bouts.refused(LimitKind.HALF_OPEN, "web", "", 1);
        bouts.refused(LimitKind.PER_SOURCE, "web", "203.0.113.7", 1);
        bouts.refused(LimitKind.PER_SOURCE, "web", "203.0.113.8", 1);
        assertThat(taken())
                .hasSize(5)
                .extracting(Event::message)
                .anyMatch(text -> text.contains("hit by 203.0.113.7:"));
    }

    @Test
    void anAttackFromEverywhereIsAHandfulOfEvents() {
        for (int i = 0; i < 100_000; i++) {
            bouts.refused(LimitKind.PER_SOURCE, "web", "source " + i, 2);
        }
        pass(11);
        List<Event> told = taken();
        assertThat(told).hasSize(2 * (RateLimitBouts.MOST_SOURCES + 1));
        assertThat(told.stream()
                        .filter(event -> event.id() == EventId.RATE_LIMIT_ENDED)
                        .mapToLong(event -> (Long) event.fields().get("refused"))
                        .sum())
                .isEqualTo(200_000);
        assertThat(told).anyMatch(event -> event.fields().get("source").equals(RateLimitBouts.OTHER_SOURCES));
        bouts.refused(LimitKind.PER_SOURCE, "web", "another", 1);
        assertThat(taken())
                .as("there is room again")
                .singleElement()
                .satisfies(event -> assertThat(event.fields()).containsEntry("source", "another"));
    }

    @Test
    void nothingRefusedIsNoBout() {
        bouts.refused(LimitKind.PER_LISTENER, "web", "", 0);
        assertThat(taken()).isEmpty();
    }

    @Test
    void theEndTellsOfBoutsThatLast() {
        RateLimitBouts late = new RateLimitBouts(events::add, ended(), nanos::get);
        late.refused(LimitKind.PER_LISTENER, "web", "", 3);
        late.refused(LimitKind.PER_LISTENER, "web", "", 4);
        late.close();
        late.close();
        assertThat(taken()).extracting(event -> event.fields().get("refused")).containsExactly(3L, 7L);
    }
}
