package dev.spillway.flood;

import dev.spillway.flood.FloodEvent.Ended;
import dev.spillway.flood.FloodEvent.Hit;
import dev.spillway.flood.FloodEvent.Started;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Finds out from counters whether more SYNs come than can be taken, and makes two events of each such flood, its beginning
 * and its end.
 *
 * <p>Signs of a flood are cookies that nobody answers, SYNs and ACKs that the kernel drops for want of room, and SYNs that a
 * filter of the gate drops. Cookies that are answered are none: an honest burst is answered, and with {@code tcp_syncookies}
 * 2 every connection begins with one. They are counted over windows of a second or a little more. Two windows in a row with
 * enough signs begin a flood, so that a short burst is none; it is over when no window had enough to keep it up for a while,
 * for which a quarter is enough. So there is one event in ten seconds at most, whatever the counters do.
 *
 * <p>What newcomers meet while they are kept out on purpose, by the SYN gate or a full proxy, is no sign that somebody floods
 * us: it begins a flood at ten times as many only, for clients that are kept out ask again, but a few times. It keeps one up,
 * for a flood that the gate swallows is not over.
 *
 * <p>What it can't know: the counters are of the network namespace, so a flood may be somebody else's, which {@link Hit}
 * shows; nor who sends, for the sources of SYNs are forged as a rule; nor how many SYNs came that were served.
 *
 * <p>One thread at a time. Time is passed in, nanoseconds of any origin that may wrap around. Its size does not change.
 */
public final class FloodDetector {
    private final Thresholds thresholds;
    private @Nullable Mark window;
    private @Nullable Mark candidate;
    private long candidatePeak;
    private @Nullable Bout bout;

    /**
     * When a flood begins and ends.
     *
     * @param windowNanos over how long signs are counted, at least
     * @param startPerSecond signs a second that begin one; positive
     * @param onPurposeFactor how many times as many it takes while newcomers are kept out on purpose; 1 or more
     * @param endPerSecond signs a second that keep it up; positive, at most {@code startPerSecond}
     * @param quietNanos for how long there have to be fewer
     */
    public record Thresholds(
            long windowNanos, double startPerSecond, double onPurposeFactor, double endPerSecond, long quietNanos) {
        /** A hundred a second: more than a crowd of impatient clients, and a tenth of what the weakest flood tool sends. */
        public static final Thresholds DEFAULTS =
                new Thresholds(TimeUnit.SECONDS.toNanos(1), 100, 10, 25, TimeUnit.SECONDS.toNanos(10));

        public Thresholds {
            if (!(endPerSecond > 0 && endPerSecond <= startPerSecond)) {
                throw new IllegalArgumentException(
                        "endPerSecond: " + endPerSecond + " (expected: above 0, at most " + startPerSecond + ")");
            }
        }
    }

    /** A reading and when it was taken. */
    private record Mark(long at, FloodReading reading) {}

    /** A flood that goes on. */
    private static final class Bout {
        private final Mark first;
        private Mark last;
        private long peakPerSecond;
        private long perSecond;

        Bout(Mark first, Mark last) {
            this.first = first;
            this.last = last;
        }

        void peak(long now) {
            perSecond = now;
            peakPerSecond = Math.max(peakPerSecond, now);
        }
    }

    /**
     * A flood that goes on.
     *
     * @param durationNanos how long it has gone on, by the last window that kept it up
     * @param perSecond signs a second, in the last window
     * @param peakPerSecond the most so far
     * @param signs those so far
     * @param hit where ours were dropped so far
     */
    public record Flood(long durationNanos, long perSecond, long peakPerSecond, Signs signs, Hit hit) {}

    /** One that has seen nothing. */
    public FloodDetector(Thresholds thresholds) {
        this.thresholds = thresholds;
    }

    /** Takes what was read at {@code now}, and says whether a flood has begun or ended. */
    public Optional<FloodEvent> take(long now, FloodReading reading) {
        Mark last = window;
        Mark mark = new Mark(now, reading);
        if (last == null) {
            window = mark;
            return Optional.empty();
        }
        if (now - last.at() < thresholds.windowNanos()) {
            return Optional.empty();
        }
        window = mark;
        double seconds = (double) (now - last.at()) / TimeUnit.SECONDS.toNanos(1);
        Signs signs = Signs.between(last.reading(), reading);
        long perSecond = Math.round(signs.count() / seconds);
        Bout running = bout;
        if (running != null) {
            return goOn(running, mark, signs, seconds);
        }
        return signs.startOne(seconds, thresholds) ? begin(last, mark, signs, perSecond) : calm();
    }

    private Optional<FloodEvent> calm() {
        candidate = null;
        return Optional.empty();
    }

    private Optional<FloodEvent> begin(Mark from, Mark mark, Signs signs, long perSecond) {
        Mark first = candidate;
        if (first == null) {
            candidate = from;
            candidatePeak = perSecond;
            return Optional.empty();
        }
        candidate = null;
        Bout begun = new Bout(first, mark);
        begun.peak(candidatePeak);
        begun.peak(perSecond);
        bout = begun;
        return Optional.of(new Started(perSecond, signs, hit(first, mark)));
    }

    private Optional<FloodEvent> goOn(Bout running, Mark mark, Signs signs, double seconds) {
        running.peak(Math.round(signs.count() / seconds));
        if (signs.keepOneUp(seconds, thresholds)) {
            running.last = mark;
            return Optional.empty();
        }
        return mark.at() - running.last.at() < thresholds.quietNanos() ? Optional.empty() : end(running);
    }

    /** The counters can't be read any more: a flood that goes on is given up, with what is known of it. */
    public Optional<FloodEvent> lost() {
        window = null;
        candidate = null;
        Bout running = bout;
        return running == null ? Optional.empty() : end(running);
    }

    private Optional<FloodEvent> end(Bout running) {
        bout = null;
        Mark first = running.first;
        Mark last = running.last;
        KernelCounters before = first.reading().counters();
        KernelCounters after = last.reading().counters();
        return Optional.of(new Ended(
                last.at() - first.at(),
                running.peakPerSecond,
                Signs.between(first.reading(), last.reading()),
                after.since(before, KernelCounter.COOKIES_FAILED),
                Math.max(
                        0,
                        after.since(before, KernelCounter.LISTEN_OVERFLOWS)
                                - Signs.sunk(first.reading(), last.reading())),
                hit(first, last)));
    }

    /** The flood that goes on, if one does. */
    public Optional<Flood> flood() {
        Bout running = bout;
        return running == null
                ? Optional.empty()
                : Optional.of(new Flood(
                        running.last.at() - running.first.at(),
                        running.perSecond,
                        running.peakPerSecond,
                        Signs.between(running.first.reading(), running.last.reading()),
                        hit(running.first, running.last)));
    }

    private static Hit hit(Mark from, Mark to) {
        Hit most = Hit.NONE;
        for (String listener : to.reading().dropped().keySet()) {
            long dropped = Signs.droppedAt(listener, from.reading(), to.reading());
            if (dropped > most.dropped()) {
                most = new Hit(Optional.of(listener), dropped);
            }
        }
        return most;
    }
}
