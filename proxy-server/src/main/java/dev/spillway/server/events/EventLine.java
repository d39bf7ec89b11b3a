package dev.spillway.server.events;

import dev.spillway.server.spelling.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** An event as one line of JSON in UTF-8, with a line feed at its end. */
final class EventLine {
    /** No line is longer; one that would be is shortened and says so. */
    static final int MAX_BYTES = EventFileSettings.MIN_SIZE;

    private static final int SHORTENED_MESSAGE = 4_000;

    private EventLine() {}

    /**
     * @param run which process wrote it
     * @param count how many epochs an epoch stands for
     * @param dropped lines that are missing before this one; told if there are any
     * @throws IllegalArgumentException if a field has a value that is none of those an {@link Event} may have
     */
    static byte[] of(String run, LoggedEvent logged, int count, long dropped) {
        Map<String, Object> line = head(run, logged, count, dropped);
        line.put("message", logged.event().message());
        line.put("fields", logged.event().fields());
        byte[] bytes = bytes(line);
        if (bytes.length > MAX_BYTES) {
            line.put("message", Excerpt.of(logged.event().message(), SHORTENED_MESSAGE));
            line.put("fields", Map.of());
            line.put("shortened", true);
            bytes = bytes(line);
        }
        return bytes;
    }

    private static Map<String, Object> head(String run, LoggedEvent logged, int count, long dropped) {
        Event event = logged.event();
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("time", logged.time().toString());
        line.put("run", run);
        line.put("sequence", logged.sequence());
        line.put("id", event.id().number());
        line.put("name", event.id().label());
        line.put("severity", event.severityLabel());
        if (event.id() == EventId.EPOCH_STARTED) {
            line.put("count", count);
        }
        if (dropped > 0) {
            line.put("droppedLines", dropped);
        }
        return line;
    }

    private static byte[] bytes(Map<String, Object> line) {
        // By way of a string, since half a surrogate pair then becomes a question mark and not an error.
        return (JsonText.of(line) + "\n").getBytes(StandardCharsets.UTF_8);
    }
}
