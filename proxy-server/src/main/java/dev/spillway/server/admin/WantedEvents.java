package dev.spillway.server.admin;

import dev.spillway.server.admin.Query.BadParameter;
import dev.spillway.server.events.Event;
import dev.spillway.server.events.EventId;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.slf4j.event.Level;

/** Which events a request asks for: {@code id}, a number or a name, and {@code severity}, that or worse. */
final class WantedEvents {
    private static final Map<String, Level> SEVERITIES =
            Map.of("information", Level.INFO, "warning", Level.WARN, "error", Level.ERROR);

    private static final String KNOWN_SEVERITIES = "information, warning or error: that severe or worse";

    private static final String KNOWN_IDS = "the number or the name of an event: "
            + Arrays.stream(EventId.values())
                    .map(id -> id.number() + " " + id.label())
                    .collect(Collectors.joining(", "));

    private WantedEvents() {}

    static Predicate<Event> of(Query query) throws BadParameter {
        Predicate<Event> wanted = every -> true;
        if (query.has("id")) {
            EventId only = id(query.text("id", KNOWN_IDS));
            wanted = wanted.and(event -> event.id() == only);
        }
        if (query.has("severity")) {
            int least = severity(query.text("severity", KNOWN_SEVERITIES)).toInt();
            wanted = wanted.and(event -> event.severity().toInt() >= least);
        }
        return wanted;
    }

    private static EventId id(String text) throws BadParameter {
        return Arrays.stream(EventId.values())
                .filter(id ->
                        id.label().equals(text) || Integer.toString(id.number()).equals(text))
                .findFirst()
                .orElseThrow(() -> new BadParameter("parameter id: " + Query.shortened(text), KNOWN_IDS));
    }

    private static Level severity(String text) throws BadParameter {
        Level level = SEVERITIES.get(text);
        if (level == null) {
            throw new BadParameter("parameter severity: " + Query.shortened(text), KNOWN_SEVERITIES);
        }
        return level;
    }
}
