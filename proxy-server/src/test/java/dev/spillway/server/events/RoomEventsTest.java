package dev.spillway.server.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.spillway.control.ControlEvent;
import dev.spillway.limit.RoomEvent;
import dev.spillway.limit.Shortage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** S16: what the administrator reads when silent connections make room. */
class RoomEventsTest {
    private static Event told(RoomEvent event) {
        return PressureEvents.of(new ControlEvent.Room(event));
    }

    @Test
    void theBeginningSaysWhatThereIsTooLittleOf() {
        Event event = told(new RoomEvent.Begun(Shortage.HALF_OPEN, 159, 4442, 4442));
        assertThat(event.id().number()).isEqualTo(2011);
        assertThat(event.message())
                .isEqualTo("Silent connections are closed so that newcomers find room: as many are half-open as"
                        + " limits.max-half-open allows. 159 so far; 4442 are half-open, and 4442 may be.");
        assertThat(event.fields())
                .containsExactly(
                        entry("shortage", "half-open"),
                        entry("closed", 159L),
                        entry("halfOpen", 4442L),
                        entry("mostHalfOpen", 4442L));
    }

    @ParameterizedTest
    @EnumSource(Shortage.class)
    void theEndSumsTheBoutUp(Shortage shortage) {
        Event event = told(new RoomEvent.Over(shortage, 7_500_000_000L, 10_561, 2004));
        assertThat(event.id().number()).isEqualTo(2012);
        assertThat(event.message())
                .isEqualTo("Silent connections no longer have to make room (" + shortage.label()
                        + "): 10561 were closed in 7500 ms, 2004 a second at the peak.");
        assertThat(event.fields())
                .containsExactly(
                        entry("shortage", shortage.label()),
                        entry("closed", 10_561L),
                        entry("durationMillis", 7500L),
                        entry("peakPerSecond", 2004L));
    }
}
