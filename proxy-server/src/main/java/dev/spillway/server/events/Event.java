package dev.spillway.server.events;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.event.Level;

/**
 * Something that happened, before the log gives it a number and a time. Immutable.
 *
 * @param id what kind of thing
 * @param severity how bad it is
 * @param message the full text, readable without any other source
 * @param fields its figures by name, in the order to show them; values are strings, numbers and booleans
 */
public record Event(EventId id, Level severity, String message, Map<String, Object> fields) {
    public Event {
        fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }

    /** An event of its kind's usual severity. */
    public Event(EventId id, String message, Map<String, Object> fields) {
        this(id, id.severity(), message, fields);
    }
}
