package dev.spillway.server.events;

import dev.spillway.flood.FloodEvent;
import dev.spillway.flood.FloodEvent.Ended;
import dev.spillway.flood.FloodEvent.Hit;
import dev.spillway.flood.FloodEvent.Started;
import dev.spillway.flood.Signs;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Words and fields for floods of SYNs: two events for each. */
final class FloodEvents {
    private FloodEvents() {}

    static Event of(FloodEvent event) {
        return event instanceof Started started ? started(started) : ended((Ended) event);
    }

    private static Event started(Started started) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("perSecond", started.perSecond());
        putSigns(fields, started.signs());
        putHit(fields, started.hit());
        return new Event(
                EventId.SYN_FLOOD_STARTED,
                "More SYNs come than can be taken, %d a second: %s. %s"
                        .formatted(started.perSecond(), signs(started.signs()), hit(started.hit())),
                fields);
    }

    private static Event ended(Ended ended) {
        long millis = TimeUnit.NANOSECONDS.toMillis(ended.durationNanos());
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("durationMillis", millis);
        fields.put("peakPerSecond", ended.peakPerSecond());
        fields.put("total", ended.signs().count());
        putSigns(fields, ended.signs());
        fields.put("cookiesFailed", ended.cookiesFailed());
        fields.put("overflows", ended.overflows());
        putHit(fields, ended.hit());
        return new Event(
                EventId.SYN_FLOOD_ENDED,
                "The flood of SYNs is over: %d in %d ms, %d a second at its peak: %s. %s"
                        .formatted(
                                ended.signs().count(),
                                millis,
                                ended.peakPerSecond(),
                                signs(ended.signs()),
                                hit(ended.hit())),
                fields);
    }

    private static void putSigns(Map<String, Object> fields, Signs signs) {
        fields.put("cookiesSent", signs.cookiesSent());
        fields.put("cookiesReceived", signs.cookiesReceived());
        fields.put("listenDrops", signs.listenDrops());
        fields.put("gateDrops", signs.gateDrops());
        fields.put("keptOut", signs.onPurpose());
    }

    private static void putHit(Map<String, Object> fields, Hit hit) {
        fields.put("listener", hit.listener().orElse(""));
        fields.put("ofListener", hit.dropped());
    }

    private static String signs(Signs signs) {
        return "%d cookies that nobody answered, %d SYNs or ACKs dropped for want of room, %d by the SYN gate%s"
                .formatted(
                        signs.unanswered(),
                        signs.listenDrops(),
                        signs.gateDrops(),
                        signs.onPurpose() ? ", while newcomers were kept out" : "");
    }

    private static String hit(Hit hit) {
        return hit.listener()
                .map(name -> "Most of what was dropped here, " + hit.dropped() + ", was at listener " + name + ".")
                .orElse("Nothing was dropped at our listeners; the counters are of the whole network namespace.");
    }
}
