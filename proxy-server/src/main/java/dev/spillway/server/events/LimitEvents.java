package dev.spillway.server.events;

import dev.spillway.limit.Entry.Denial;
import dev.spillway.limit.RateLimitEvent;
import dev.spillway.limit.RateLimitEvent.Hit;
import dev.spillway.limit.RateLimitEvent.Over;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Words and fields for what the connection rate limit tells (S16): two events for a bout of refusals. */
final class LimitEvents {
    private LimitEvents() {}

    static Event of(RateLimitEvent event) {
        return event instanceof Hit hit ? hit(hit) : ended((Over) event);
    }

    private static Event hit(Hit hit) {
        Map<String, Object> fields = fields(hit);
        fields.put("source", hit.source().toString());
        fields.put("refused", hit.refused());
        return new Event(
                EventId.RATE_LIMIT_HIT,
                "Listener %s turns new connections away: more than its connection rate limit (%s, %s) allows; %d so far, the first from %s."
                        .formatted(hit.listener(), hit.scope().label(), of(hit.denial()), hit.refused(), hit.source()),
                fields);
    }

    private static Event ended(Over over) {
        long millis = TimeUnit.NANOSECONDS.toMillis(over.durationNanos());
        Map<String, Object> fields = fields(over);
        fields.put("refused", over.refused());
        fields.put("durationMillis", millis);
        fields.put("sources", over.sources());
        fields.put("moreSources", over.more());
        fields.put("heaviest", over.heaviest().toString());
        fields.put("ofHeaviest", over.ofHeaviest());
        return new Event(
                EventId.RATE_LIMIT_ENDED,
                "Listener %s no longer turns connections away for its connection rate limit (%s, %s): %d were, in %d ms, of %s%d sources; most of them, %d%s, from %s."
                        .formatted(
                                over.listener(),
                                over.scope().label(),
                                of(over.denial()),
                                over.refused(),
                                millis,
                                over.more() ? "more than " : "",
                                over.sources(),
                                over.ofHeaviest(),
                                over.more() ? " at most" : "",
                                over.heaviest()),
                fields);
    }

    private static Map<String, Object> fields(RateLimitEvent event) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("listener", event.listener());
        fields.put("limit", event.scope().label());
        fields.put("of", of(event.denial()));
        return fields;
    }

    private static String of(Denial denial) {
        return denial.label();
    }
}
