package dev.spillway.server.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.spillway.control.ControlEvent;
import dev.spillway.flood.FloodEvent;
import dev.spillway.flood.FloodEvent.Ended;
import dev.spillway.flood.FloodEvent.Hit;
import dev.spillway.flood.FloodEvent.Started;
import dev.spillway.flood.Signs;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FloodEventsTest {
    private static Event told(FloodEvent event) {
        return PressureEvents.of(new ControlEvent.SynFlood(event));
    }

    @Test
    void theBeginningSaysHowManyOfWhatAndWhere() {
        Event event = told(new Started(1234, new Signs(900, 20, 300, 54, false), new Hit(Optional.of("web"), 354)));
        assertThat(event.id().number()).isEqualTo(2008);
        assertThat(event.message())
                .isEqualTo(
                        "More SYNs come than can be taken, 1234 a second: 880 cookies that nobody answered, 300 SYNs or"
                                + " ACKs dropped for want of room, 54 by the SYN gate. Most of what was dropped here, 354, was at"
                                + " listener web.");
        assertThat(event.fields())
                .containsExactly(
                        entry("perSecond", 1234L),
                        entry("cookiesSent", 900L),
                        entry("cookiesReceived", 20L),
                        entry("listenDrops", 300L),
                        entry("gateDrops", 54L),
                        entry("keptOut", false),
                        entry("listener", "web"),
                        entry("ofListener", 354L));
    }

    @Test
    void theEndHasPeakTotalAndLengthAndSaysWhatItCannotKnow() {
        Event event =
                told(new Ended(61_500_000_000L, 5000, new Signs(90_000, 1000, 11_000, 0, true), 77, 4000, Hit.NONE));
        assertThat(event.id().number()).isEqualTo(2009);
        assertThat(event.message())
                .isEqualTo(
                        "The flood of SYNs is over: 100000 in 61500 ms, 5000 a second at its peak: 89000 cookies that"
                                + " nobody answered, 11000 SYNs or ACKs dropped for want of room, 0 by the SYN gate, while"
                                + " newcomers were kept out. Nothing was dropped at our listeners; the counters are of the whole"
                                + " network namespace.");
        assertThat(event.fields())
                .containsExactly(
                        entry("durationMillis", 61_500L),
                        entry("peakPerSecond", 5000L),
                        entry("total", 100_000L),
                        entry("cookiesSent", 90_000L),
                        entry("cookiesReceived", 1000L),
                        entry("listenDrops", 11_000L),
                        entry("gateDrops", 0L),
                        entry("keptOut", true),
                        entry("cookiesFailed", 77L),
                        entry("overflows", 4000L),
                        entry("listener", ""),
                        entry("ofListener", 0L));
    }
}
