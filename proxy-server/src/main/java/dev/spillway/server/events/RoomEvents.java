package dev.spillway.server.events;

import dev.spillway.limit.RoomEvent;
import dev.spillway.limit.RoomEvent.Begun;
import dev.spillway.limit.RoomEvent.Over;
import dev.spillway.limit.Shortage;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Words and fields for silent connections that make room (S16): two events for a bout. */
final class RoomEvents {
    private RoomEvents() {}

    static Event of(RoomEvent event) {
        return event instanceof Begun begun ? begun(begun) : over((Over) event);
    }

    private static Event begun(Begun begun) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("shortage", begun.shortage().label());
        fields.put("closed", begun.closed());
        fields.put("halfOpen", begun.halfOpen());
        fields.put("mostHalfOpen", begun.mostHalfOpen());
        return new Event(
                EventId.MAKING_ROOM,
                "Silent connections are closed so that newcomers find room: %s. %d so far; %d are half-open, and %d may be."
                        .formatted(why(begun.shortage()), begun.closed(), begun.halfOpen(), begun.mostHalfOpen()),
                fields);
    }

    private static Event over(Over over) {
        long millis = TimeUnit.NANOSECONDS.toMillis(over.durationNanos());
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("shortage", over.shortage().label());
        fields.put("closed", over.closed());
        fields.put("durationMillis", millis);
        fields.put("peakPerSecond", over.peakPerSecond());
        return new Event(
                EventId.MAKING_ROOM_ENDED,
                "Silent connections no longer have to make room (%s): %d were closed in %d ms, %d a second at the peak."
                        .formatted(over.shortage().label(), over.closed(), millis, over.peakPerSecond()),
                fields);
    }

    private static String why(Shortage shortage) {
        return switch (shortage) {
            case HALF_OPEN -> "as many are half-open as limits.max-half-open allows";
            case MAX_CONNECTIONS -> "there are as many connections as limits.max-connections allows";
            case DESCRIPTORS -> "the descriptors of the process are nearly used up";
        };
    }
}
