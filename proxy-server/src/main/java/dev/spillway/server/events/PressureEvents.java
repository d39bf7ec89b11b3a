package dev.spillway.server.events;

import dev.spillway.control.ControlEvent;
import dev.spillway.control.ControlEvent.ConnectionsTerminated;
import dev.spillway.control.ControlEvent.ExemptAlarm;
import dev.spillway.control.ControlEvent.Restraint;
import dev.spillway.pressure.Evaluation;
import dev.spillway.pressure.PressureEvent;
import dev.spillway.pressure.PressureEvent.EpisodeEnded;
import dev.spillway.pressure.PressureEvent.EpisodeStarted;
import dev.spillway.pressure.PressureEvent.EpochStarted;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Words and fields for what the control loop tells. The figures are those of the original's trace events under the
 * names they have there (S24): SynDropRate and TcbKillRate old and new, current, peak, low, high, re-entry.
 */
final class PressureEvents {
    /** Digits of a level or a rate that are kept: a tenth of a per mille. */
    private static final int DIGITS = 4;

    private PressureEvents() {}

    static Event of(ControlEvent event) {
        if (event instanceof ControlEvent.RateLimit limit) {
            return LimitEvents.of(limit.event());
        }
        if (event instanceof ControlEvent.SynFlood flood) {
            return FloodEvents.of(flood.event());
        }
        if (event instanceof ControlEvent.Room room) {
            return RoomEvents.of(room.event());
        }
        if (event instanceof ConnectionsTerminated terminated) {
            return terminated(terminated);
        }
        if (event instanceof ControlEvent.Network network) {
            return NetworkEvents.of(network.change());
        }
        if (event instanceof ControlEvent.Gate gate) {
            return NetworkEvents.gateRefuses(gate.refusing(), gate.reason());
        }
        if (event instanceof ControlEvent.Restraint restraint) {
            return restraint(restraint);
        }
        if (event instanceof ControlEvent.ExemptAlarm alarm) {
            return exempt(alarm);
        }
        PressureEvent pressure = ((ControlEvent.Pressure) event).event();
        if (pressure instanceof EpisodeStarted started) {
            return started(started);
        }
        if (pressure instanceof EpochStarted epoch) {
            return epoch(epoch);
        }
        return ended((EpisodeEnded) pressure);
    }

    private static Event terminated(ConnectionsTerminated terminated) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("episode", terminated.episode());
        fields.put("closed", terminated.closed());
        fields.put("freedBytes", terminated.freedBytes());
        fields.put("dryRun", terminated.dryRun());
        putEvaluation(fields, terminated.evaluation());
        return new Event(
                EventId.CONNECTIONS_TERMINATED,
                ("High memory utilisation was detected: %s. Some existing connections %s terminated to keep the proxy"
                                + " stable: %d so far, which %s %d bytes. Episode %d.%s")
                        .formatted(
                                terminated.evaluation().describe(),
                                terminated.dryRun() ? "would have been" : "were",
                                terminated.closed(),
                                terminated.dryRun() ? "cost" : "had cost",
                                terminated.freedBytes(),
                                terminated.episode(),
                                terminated.dryRun() ? " This is a dry run: nobody was touched." : ""),
                fields);
    }

    private static Event started(EpisodeStarted started) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("episode", started.episode());
        fields.put("byReentry", started.reentry());
        putEvaluation(fields, started.evaluation());
        return new Event(
                EventId.EPISODE_STARTED,
                "Memory pressure: episode %d started by the %s mark, %s."
                        .formatted(
                                started.episode(),
                                started.reentry() ? "re-entry" : "high",
                                started.evaluation().describe()),
                fields);
    }

    private static Event epoch(EpochStarted epoch) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("episode", epoch.episode());
        fields.put("epoch", epoch.epoch());
        fields.put("synDropRateOld", rounded(epoch.before().synDrop()));
        fields.put("synDropRateNew", rounded(epoch.now().synDrop()));
        fields.put("tcbKillRateOld", rounded(epoch.before().kill()));
        fields.put("tcbKillRateNew", rounded(epoch.now().kill()));
        putEvaluation(fields, epoch.evaluation());
        return new Event(
                EventId.EPOCH_STARTED,
                "Episode %d, epoch %d started: SynDropRate %s -> %s, TcbKillRate %s -> %s, %s."
                        .formatted(
                                epoch.episode(),
                                epoch.epoch(),
                                plain(epoch.before().synDrop()),
                                plain(epoch.now().synDrop()),
                                plain(epoch.before().kill()),
                                plain(epoch.now().kill()),
                                epoch.evaluation().describe()),
                fields);
    }

    private static Event ended(EpisodeEnded ended) {
        long millis = TimeUnit.NANOSECONDS.toMillis(ended.durationNanos());
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("episode", ended.episode());
        fields.put("durationMillis", millis);
        fields.put("epochs", ended.epochs());
        fields.put("closed", ended.closed());
        fields.put("freedBytes", ended.freedBytes());
        fields.put("refused", ended.refused());
        fields.put("peak", rounded(ended.peak().worst().level()));
        fields.put("peakSignal", ended.peak().worst().signal().label());
        putEvaluation(fields, ended.evaluation());
        return new Event(
                EventId.EPISODE_ENDED,
                ("Memory pressure is over: episode %d ended after %d ms and %d epochs. %d connections were closed, which"
                                + " had cost %d bytes; %d new ones were refused. Peak: %s. Now: %s.")
                        .formatted(
                                ended.episode(),
                                millis,
                                ended.epochs(),
                                ended.closed(),
                                ended.freedBytes(),
                                ended.refused(),
                                ended.peak().describe(),
                                ended.evaluation().describe()),
                fields);
    }

    private static Event restraint(Restraint restraint) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("old", restraint.on() ? "off" : "on");
        fields.put("new", restraint.on() ? "on" : "off");
        fields.put("reason", restraint.reason());
        return new Event(
                EventId.RESTRAINT_CHANGED,
                (restraint.on()
                                ? "Before anybody is closed, connections that take most are not read and idle timeouts are"
                                        + " shorter: %s."
                                : "Connections are read and timeouts are as configured again: %s.")
                        .formatted(restraint.reason()),
                fields);
    }

    private static Event exempt(ExemptAlarm alarm) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("listener", alarm.listener());
        fields.put("bytes", alarm.bytes());
        fields.put("budget", alarm.budget());
        String most = alarm.listener().isEmpty() ? "" : "; most of them came in by listener " + alarm.listener();
        return alarm.raised()
                ? new Event(
                        EventId.EXEMPT_COST_HIGH,
                        ("Connections that MPP may not close, on exempt ports and private or domain networks, take %d bytes,"
                                        + " more than pressure.exempt-budget = %d%s. MPP can't free any of it.")
                                .formatted(alarm.bytes(), alarm.budget(), most),
                        fields)
                : new Event(
                        EventId.EXEMPT_COST_NORMAL,
                        "Connections that MPP may not close take %d bytes now, which pressure.exempt-budget = %d allows for."
                                .formatted(alarm.bytes(), alarm.budget()),
                        fields);
    }

    private static void putEvaluation(Map<String, Object> fields, Evaluation evaluation) {
        fields.put("signal", evaluation.worst().signal().label());
        fields.put("current", rounded(evaluation.worst().level()));
        fields.put("used", evaluation.worst().used());
        fields.put("limit", evaluation.worst().limit());
        fields.put("unit", evaluation.worst().signal().unit());
        fields.put("low", rounded(evaluation.marks().low()));
        fields.put("high", rounded(evaluation.marks().high()));
        fields.put("reentry", rounded(evaluation.marks().reentry()));
    }

    private static double rounded(double share) {
        return BigDecimal.valueOf(share).setScale(DIGITS, RoundingMode.HALF_UP).doubleValue();
    }

    private static String plain(double rate) {
        return BigDecimal.valueOf(rounded(rate)).stripTrailingZeros().toPlainString();
    }
}
