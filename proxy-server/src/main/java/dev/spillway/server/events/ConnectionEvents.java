package dev.spillway.server.events;

import java.math.BigDecimal;
import java.util.AbstractList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Words and fields for what administrators do beside changing settings: the audit trail of it. */
public final class ConnectionEvents {
    private static final int MOST_LISTED = 20;
    private static final int LONGEST_NAME = 200;

    private ConnectionEvents() {}

    /**
     * Connections were closed because somebody asked for it.
     *
     * @param who an address or the name of a token
     * @param ids those that are closed, or will be: as many as a request may name. The event has them all, since it is the
     *     audit trail; its message has the first {@value #MOST_LISTED}
     * @param unknown how many that were asked for are no connection any more
     * @param pending how many of {@code ids} wait for an event loop that is behind
     */
    public static Event closedByAdministrator(String who, List<Long> ids, int unknown, int pending) {
        List<Long> listed = ids.stream().limit(MOST_LISTED).toList();
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("who", Excerpt.of(who, LONGEST_NAME));
        fields.put("closed", ids.size() - pending);
        fields.put("unknown", unknown);
        fields.put("pending", pending);
        fields.put("ids", new Ids(ids));
        return new Event(
                EventId.CONNECTIONS_CLOSED_BY_ADMIN,
                "Connections were closed by %s: %d%s%s%s."
                        .formatted(
                                fields.get("who"),
                                ids.size(),
                                listed.isEmpty() ? "" : " (" + Excerpt.joined(listed, ids.size()) + ")",
                                pending > 0 ? ", of which " + pending + " wait for an event loop that is behind" : "",
                                unknown > 0 ? "; " + unknown + " that were asked for had ended" : ""),
                fields);
    }

    /** Somebody has the signal {@code injected} stand at {@code level}, 0 to 1, for {@code seconds}. */
    public static Event injected(String who, double level, int seconds) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("who", Excerpt.of(who, LONGEST_NAME));
        fields.put("level", level);
        fields.put("seconds", seconds);
        return new Event(
                EventId.SIGNAL_INJECTED,
                "The signal injected was set to %s for %d s by %s."
                        .formatted(BigDecimal.valueOf(level).toPlainString(), seconds, fields.get("who")),
                fields);
    }

    /** Somebody ended that. */
    public static Event injectionEnded(String who) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("who", Excerpt.of(who, LONGEST_NAME));
        fields.put("level", 0.0);
        fields.put("seconds", 0);
        return new Event(
                EventId.SIGNAL_INJECTED,
                "The signal injected was set free by %s.".formatted(fields.get("who")),
                fields);
    }

    /** Ids as text, in eight bytes each, since events are kept: a thousand strings would take more than all other events. */
    private static final class Ids extends AbstractList<String> {
        private final long[] ids;

        private Ids(List<Long> ids) {
            this.ids = ids.stream().mapToLong(Long::longValue).toArray();
        }

        @Override
        public String get(int index) {
            return Long.toString(ids[index]);
        }

        @Override
        public int size() {
            return ids.length;
        }
    }
}
