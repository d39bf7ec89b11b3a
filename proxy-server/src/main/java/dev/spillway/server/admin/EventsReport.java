package dev.spillway.server.admin;

import dev.spillway.server.events.EventPage;
import dev.spillway.server.events.LoggedEvent;
import java.util.List;
import java.util.Map;

/**
 * A part of the event log, oldest first, as {@code /api/v1/events} shows it.
 *
 * @param lastSequence the newest event there is
 * @param missed events that were asked for and are no longer kept
 */
record EventsReport(long lastSequence, long missed, List<Entry> events) {
    /** One event; {@code time} is ISO 8601 in UTC. */
    record Entry(
            long sequence,
            String time,
            int id,
            String name,
            String severity,
            String message,
            Map<String, Object> fields) {
        static Entry of(LoggedEvent logged) {
            return new Entry(
                    logged.sequence(),
                    logged.time().toString(),
                    logged.event().id().number(),
                    logged.event().id().label(),
                    logged.event().severityLabel(),
                    logged.event().message(),
                    logged.event().fields());
        }
    }

    static EventsReport of(EventPage page) {
        return new EventsReport(
                page.lastSequence(),
                page.missed(),
                page.events().stream().map(Entry::of).toList());
    }
}
