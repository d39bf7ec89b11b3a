package dev.spillway.bench.attack;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One contender under one attack.
 *
 * @param services what was left of each service's rate
 * @param longLived of the long-lived connections, how many were lost from the beginning of the attack on
 * @param lateLives how many of their exchanges were not answered in time
 * @param crossing milliseconds from the beginning of the attack until its TCP memory reached the high mark; of Spillway, until what
 *     started its first episode did; empty if never
 * @param toFirstKill milliseconds from that until the first attackers were closed, as the proxy says if it does
 * @param seenFirstKill the same, as the attackers saw it
 * @param toTarget most milliseconds from the high mark to below the low one, of all times that it was reached
 * @param aboveHigh most milliseconds at or above the high mark at a time
 * @param memory the group's TCP memory in bytes
 * @param machine the whole machine's TCP memory in bytes: clients and upstream too
 * @param back milliseconds from the end of the attack until the group's memory was back; empty if it was not within the wait
 * @param attackers how they fared at the end of the attack
 * @param residentBytes resident set of the proxy's processes at the end of the attack
 * @param self what Spillway says of it
 */
public record AttackOutcome(
        Attack attack,
        String contender,
        Map<String, Kept> services,
        long longLived,
        long lateLives,
        OptionalDouble crossing,
        OptionalDouble toFirstKill,
        OptionalDouble seenFirstKill,
        double toTarget,
        double aboveHigh,
        BeforePeakAfter memory,
        BeforePeakAfter machine,
        OptionalDouble back,
        Attackers attackers,
        long residentBytes,
        Optional<Self> self) {
    /**
     * One service.
     *
     * @param calmRate exchanges a second, undisturbed: before and after the attack together
     * @param attackRate exchanges a second from the low mark to the end of the attack
     * @param failed connections that failed while it lasted
     * @param late exchanges that took too long
     * @param calmMillis 99th percentile of the latency, undisturbed
     * @param attackMillis the same under attack
     */
    public record Kept(
            double calmRate, double attackRate, long failed, long late, double calmMillis, double attackMillis) {
        /** The share of the undisturbed rate that was left. */
        public double share() {
            return attackRate / calmRate;
        }
    }

    /** Bytes. */
    public record BeforePeakAfter(long before, long peak, long after) {}

    /**
     * How the attackers fared.
     *
     * @param connected that held a connection at the end
     * @param connects they made
     * @param closed connections that the proxy closed on them
     * @param refused connects that were refused or not answered
     */
    public record Attackers(int connected, long connects, long closed, long refused) {}

    /**
     * What Spillway says.
     *
     * @param signal that was short first; empty if none was
     * @param episodes of pressure
     * @param closed connections that MPP closed
     */
    public record Self(String signal, long episodes, long closed) {}
}
