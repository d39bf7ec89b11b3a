package dev.spillway.server.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an attacker or a script can cause at will is a few events, and nothing is lost of its number. */
class AggregationTest {
    private final EmbeddedChannel loop = new EmbeddedChannel();
    private final List<Event> events = new ArrayList<>();
    private final SettingsRefusals refusals = new SettingsRefusals(events::add, loop.eventLoop());

    AggregationTest() {
        loop.freezeTime();
    }

    @AfterEach
    void close() {
        loop.close();
    }

    private void pass(int seconds) {
        for (int i = 0; i < seconds; i++) {
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
}
