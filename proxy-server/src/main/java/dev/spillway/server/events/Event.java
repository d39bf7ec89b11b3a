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
 * @param fields its figures by name, in the order to show them; values are strings, numbers and booleans,
 *     and lists of strings and short ones of {@link SettingChange}
 */
public record Event(EventId id, Level severity, String message, Map<String, Object> fields) {
    public Event {
        fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }

    /** An event of its kind's usual severity. */
    public Event(EventId id, String message, Map<String, Object> fields) {
        this(id, id.severity(), message, fields);
    }

    /** The word for its severity in the event file and the API: {@code information}, {@code warning} or {@code error}. */
    public String severityLabel() {
        return label(severity);
    }

    /** The word for a severity; what is below information has the same. */
    public static String label(Level severity) {
        return switch (severity) {
            case ERROR -> "error";
            case WARN -> "warning";
            case INFO, DEBUG, TRACE -> "information";
        };
    }
}
