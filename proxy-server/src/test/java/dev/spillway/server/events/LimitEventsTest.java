package dev.spillway.server.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.spillway.connection.SourceGroup;
import dev.spillway.control.ControlEvent;
import dev.spillway.limit.Entry.Denial;
import dev.spillway.limit.RateLimitEvent;
import dev.spillway.limit.RateLimitEvent.Hit;
import dev.spillway.limit.RateLimitEvent.Over;
import dev.spillway.limit.RateLimitEvent.Scope;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

/** S16: what the administrator reads when the connection rate limit is met. */
class LimitEventsTest {
    private final SourceGroup source = SourceGroup.of(InetAddress.getByName("203.0.113.7"), 32, 64);

    LimitEventsTest() throws UnknownHostException {}

    private static Event told(RateLimitEvent event) {
        return PressureEvents.of(new ControlEvent.RateLimit(event));
    }

    @Test
    void aHitSaysWhichLimitWhereAndWhoWasTheFirst() {
        Event event = told(new Hit("web", Denial.HALF_OPEN, Scope.SOURCE, source, 12));
        assertThat(event.id().number()).isEqualTo(3005);
        assertThat(event.message())
                .isEqualTo("Listener web turns new connections away: more than its connection rate limit (per-source,"
                        + " half-open) allows; 12 so far, the first from 203.0.113.7.");
        assertThat(event.fields())
                .containsExactly(
                        entry("listener", "web"),
                        entry("limit", "per-source"),
                        entry("of", "half-open"),
                        entry("source", "203.0.113.7"),
                        entry("refused", 12L));
    }

    @Test
    void theEndSumsTheBoutUp() {
        Event event = told(new Over("web", Denial.RATE, Scope.LISTENER, 59_000_000_000L, 6000, 3, false, source, 5000));
        assertThat(event.id().number()).isEqualTo(3006);
        assertThat(event.message())
                .isEqualTo("Listener web no longer turns connections away for its connection rate limit (per-listener,"
                        + " rate): 6000 were, in 59000 ms, of 3 sources; most of them, 5000, from 203.0.113.7.");
        assertThat(event.fields())
                .containsExactly(
                        entry("listener", "web"),
                        entry("limit", "per-listener"),
                        entry("of", "rate"),
                        entry("refused", 6000L),
                        entry("durationMillis", 59_000L),
                        entry("sources", 3),
                        entry("moreSources", false),
                        entry("heaviest", "203.0.113.7"),
                        entry("ofHeaviest", 5000L));
    }

    @Test
    void moreSourcesThanCanBeToldApartAreSaidToBeMore() {
        assertThat(told(new Over("web", Denial.RATE, Scope.SOURCE, 0, 100, 16, true, source, 9))
                        .message())
                .contains("of more than 16 sources; most of them, 9 at most, from");
    }
}
