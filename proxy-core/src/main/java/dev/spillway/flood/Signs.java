package dev.spillway.flood;

import dev.spillway.flood.FloodDetector.Thresholds;
import java.util.Map;

/**
 * By how much the counters grew from one reading to another, as far as that tells of a flood.
 *
 * @param cookiesSent SYNs answered with a cookie
 * @param cookiesReceived cookies that came back
 * @param listenDrops SYNs and ACKs for which there was no room, of all listeners in the network namespace; not those that a
 *     sinkhole of ours has no room for on purpose
 * @param gateDrops SYNs that a filter or a sinkhole of the SYN gate dropped, at least: what was dropped at our sockets beyond
 *     those
 * @param onPurpose whether newcomers were kept out or waiting on purpose
 */
public record Signs(long cookiesSent, long cookiesReceived, long listenDrops, long gateDrops, boolean onPurpose) {
    static Signs between(FloodReading before, FloodReading now) {
        // The two are not read at the same moment: a window may have some of the next one's.
        long listenDrops =
                Math.max(0, now.counters().since(before.counters(), KernelCounter.LISTEN_DROPS) - sunk(before, now));
        long ours = 0;
        for (Map.Entry<String, Long> each : now.dropped().entrySet()) {
            ours += droppedAt(each.getKey(), before, now);
        }
        return new Signs(
                now.counters().since(before.counters(), KernelCounter.COOKIES_SENT),
                now.counters().since(before.counters(), KernelCounter.COOKIES_RECEIVED),
                listenDrops,
                Math.max(0, ours - listenDrops),
                before.keepingOut() || now.keepingOut());
    }

    /** SYNs that sinkholes dropped, which the kernel counts as overflows of their queues and so as drops. */
    static long sunk(FloodReading before, FloodReading now) {
        return Math.max(0, now.sunk() - before.sunk());
    }

    /** Segments dropped at one listener; of one that is new all, of one that is gone none. */
    static long droppedAt(String listener, FloodReading before, FloodReading now) {
        return Math.max(
                0, now.dropped().getOrDefault(listener, 0L) - before.dropped().getOrDefault(listener, 0L));
    }

    /** SYNs that were answered with a cookie and by nobody since. */
    public long unanswered() {
        return Math.max(0, cookiesSent - cookiesReceived);
    }

    /** All of them. */
    public long count() {
        return unanswered() + listenDrops + gateDrops;
    }

    /** Those that nobody of this process has brought about. */
    long suffered() {
        return unanswered() + (onPurpose ? 0 : listenDrops);
    }

    /** Whether as many in {@code seconds} are a flood. */
    boolean startOne(double seconds, Thresholds thresholds) {
        return suffered() >= thresholds.startPerSecond() * seconds
                || count() >= thresholds.startPerSecond() * thresholds.onPurposeFactor() * seconds;
    }

    boolean keepOneUp(double seconds, Thresholds thresholds) {
        return count() >= thresholds.endPerSecond() * seconds;
    }
}
