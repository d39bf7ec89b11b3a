package dev.spillway.server.admin;

import dev.spillway.ProxyView;
import dev.spillway.control.PressureView;
import dev.spillway.prune.KillRecord;
import java.time.Instant;
import java.util.List;

/**
 * Those that MPP closed last, newest first, as {@code /api/v1/kills} shows it.
 *
 * @param limit how many were asked for
 * @param closed how many there have been since the start, of which the last few thousand are kept
 * @param freedBytes what those had cost
 * @param wouldClose how many dry runs would have closed
 */
record KillsReport(int limit, long closed, long freedBytes, long wouldClose, boolean dryRun, List<Kill> kills) {
    /** One of them; {@code time} is ISO 8601 in UTC, {@code unit} that of the signal, in which the victim's gain is. */
    record Kill(
            String time, long episode, long epoch, String signal, String unit, boolean dryRun, VictimReport victim) {
        static Kill of(KillRecord kill) {
            return new Kill(
                    Instant.ofEpochMilli(kill.at()).toString(),
                    kill.episode(),
                    kill.epoch(),
                    kill.signal().label(),
                    kill.signal().unit(),
                    kill.dryRun(),
                    VictimReport.of(kill.victim()));
        }
    }

    static KillsReport of(ProxyView proxy, int limit) {
        PressureView pressure = proxy.pressure();
        return new KillsReport(
                limit,
                pressure.closed(),
                pressure.freedBytes(),
                pressure.wouldClose(),
                pressure.dryRun(),
                proxy.kills(limit).stream().map(Kill::of).toList());
    }
}
