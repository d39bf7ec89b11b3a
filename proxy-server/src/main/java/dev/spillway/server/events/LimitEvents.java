package dev.spillway.server.events;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** The events of the connection rate limit (S16); {@link RateLimitBouts} makes two of them of whatever is refused. */
final class LimitEvents {
    private LimitEvents() {}

    /**
     * A limit begins to turn connections away.
     *
     * @param source the client or prefix; empty for a limit of the whole listener
     * @param refused connections so far
     */
    static Event hit(LimitKind kind, String listener, String source, long refused) {
        return new Event(
                EventId.RATE_LIMIT_HIT,
                "The connection rate limit %s of listener %s is hit%s: connections are turned away, %d so far."
                        .formatted(kind.label(), listener, by(source), refused),
                fields(kind, listener, source, refused));
    }

    /**
     * A limit has turned no connection away for a while.
     *
     * @param source the client or prefix; empty for a limit of the whole listener
     * @param refused connections from the beginning to the end
     * @param length from the first to the last of them
     */
    static Event ended(LimitKind kind, String listener, String source, long refused, Duration length) {
        Map<String, Object> fields = fields(kind, listener, source, refused);
        fields.put("durationMillis", length.toMillis());
        return new Event(
                EventId.RATE_LIMIT_ENDED,
                "The connection rate limit %s of listener %s is no longer hit%s: %d connections were turned away in %d ms."
                        .formatted(kind.label(), listener, by(source), refused, length.toMillis()),
                fields);
    }

    private static String by(String source) {
        return source.isEmpty() ? "" : " by " + source;
    }

    private static Map<String, Object> fields(LimitKind kind, String listener, String source, long refused) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("limit", kind.label());
        fields.put("listener", listener);
        fields.put("source", source);
        fields.put("refused", refused);
        return fields;
    }
}
