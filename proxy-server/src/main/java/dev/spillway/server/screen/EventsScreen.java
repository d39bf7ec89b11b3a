package dev.spillway.server.screen;

import dev.spillway.server.client.Node;
import dev.spillway.server.spelling.Amount;
import java.util.ArrayList;
import java.util.List;

/** {@code show events}: one line an event, oldest first, its full text last (S23). */
public final class EventsScreen {
    private EventsScreen() {}

    /** The screen for a body of {@code /api/v1/events}. */
    public static List<String> lines(Node body) {
        List<String> lines = new ArrayList<>();
        Table table = new Table("Number", "Time", "Event", "Severity", "Name", "Message");
        for (Node event : body.nodes("events")) {
            table.row(
                    event.orDash("sequence"),
                    Amount.time(event.orDash("time")),
                    event.orDash("id"),
                    event.orDash("severity"),
                    event.orDash("name"),
                    event.orDash("message"));
        }
        lines.addAll(table.hasRows() ? table.lines() : List.of("no events"));
        if (body.number("missed") > 0) {
            lines.add("(" + body.number("missed") + " that were asked for are no longer kept)");
        }
        if (!table.hasRows() && body.number("lastSequence") >= 0) {
            lines.add("(the newest event is number " + body.number("lastSequence") + ")");
        }
        return lines;
    }
}
