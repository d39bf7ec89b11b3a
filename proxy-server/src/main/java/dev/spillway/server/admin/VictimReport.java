package dev.spillway.server.admin;

import dev.spillway.connection.ConnectionFacts;
import dev.spillway.connection.Phase;
import dev.spillway.connection.Progress;
import dev.spillway.connection.WindowState;
import dev.spillway.prune.Guilt;
import dev.spillway.prune.Victim;
import dev.spillway.server.spelling.Amount;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A connection that would be closed, or was, as it was when it was chosen.
 *
 * @param why in words
 * @param gain what closing it gives back, in the unit of the signal that is short
 * @param turnoverMillis how long its peer will take for what waits, at its pace; null for never
 */
record VictimReport(
        long id,
        String source,
        String listener,
        String guilt,
        String why,
        double score,
        long gain,
        String phase,
        long ageMillis,
        long idleMillis,
        long stalledMillis,
        long waitingMillis,
        long waitingBytes,
        long paceBytes,
        @Nullable Long turnoverMillis,
        String window,
        long fixedBytes,
        long heldBytes,
        long kernelBytes,
        long costBytes,
        long receivedBytes,
        long sentBytes) {
    static VictimReport of(Victim victim) {
        ConnectionFacts facts = victim.connection();
        Progress progress = facts.progress();
        return new VictimReport(
                facts.id(),
                facts.source().toString(),
                facts.listener(),
                victim.guilt().label(),
                why(victim),
                Math.rint(victim.score()),
                victim.gain(),
                facts.phase().label(),
                millis(facts.ageNanos()),
                millis(facts.idleNanos()),
                millis(facts.stalledNanos()),
                millis(progress.waitingNanos()),
                progress.waitingBytes(),
                Math.round(progress.pace()),
                turnover(progress),
                progress.window().label(),
                facts.cost().fixedBytes(),
                facts.cost().heldBytes(),
                facts.cost().kernelBytes(),
                facts.costBytes(),
                facts.receivedBytes(),
                facts.sentBytes());
    }

    static long millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }

    /** Null for never. */
    static @Nullable Long turnover(Progress progress) {
        return progress.turnoverNanos() == Long.MAX_VALUE ? null : millis(progress.turnoverNanos());
    }

    private static String why(Victim victim) {
        ConnectionFacts facts = victim.connection();
        if (facts.progress().waitingBytes() > 0) {
            return waiting(facts.progress());
        }
        if (facts.silent()) {
            return "never said a word in " + time(facts.ageNanos());
        }
        if (facts.phase() == Phase.CONNECTING) {
            return "waits for its server since " + time(facts.ageNanos());
        }
        return victim.guilt() == Guilt.ACTIVE
                ? "moves bytes, the last " + time(facts.idleNanos()) + " ago"
                : "no byte moved for " + time(facts.idleNanos());
    }

    private static String waiting(Progress progress) {
        String window = progress.window() == WindowState.ZERO ? ", zero window" : "";
        String waits = Amount.said(progress.waitingBytes()) + " wait" + window;
        Long turnover = turnover(progress);
        return turnover == null || progress.stalledNanos() >= progress.turnoverNanos()
                ? waits + ", none taken for " + time(progress.stalledNanos())
                : waits + ", taken at " + Amount.said(Math.round(progress.pace())) + "/s, " + Amount.millis(turnover)
                        + " to go";
    }

    private static String time(long nanos) {
        return Amount.millis(millis(nanos));
    }
}
