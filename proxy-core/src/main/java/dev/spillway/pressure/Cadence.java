package dev.spillway.pressure;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How soon to read again.
 *
 * <p>Only two things make memory grow: a proxy that reads or accepts, and a peer that pushes what is not read from it. The
 * first is known before it happens, for every read takes room in the ledger first; so while nothing moves and nothing waits a
 * loop may <em>rest</em>, and is woken by the first byte or connection that comes. The second can happen behind its back
 * only where somebody is not read from, and that is so while bytes wait for a peer that does not take them. So there are
 * three paces:
 *
 * <ul>
 *   <li><b>Alert</b>, every {@code alertInterval}: bytes have moved or connections have come since the last reading; or a
 *       signal would reach its high mark within an {@code interval} at its slope; or an episode runs. If it would get there
 *       sooner than the next reading, that comes after half of the time that is left, but never sooner than
 *       {@value #FLOOR_MILLIS} ms. As long as bytes move far from any mark, all signals below half of their low one, which is most of a
 *       proxy's life, the next reading comes after half of the time in which the fastest growth there can be would bring one of them to its high
 *       mark, though after two {@code alertInterval}s at the soonest and {@value #LONGEST_FAR_MILLIS} ms, or an {@code interval}, at the latest. That is
 *       {@value #LONGEST_FAR_MILLIS} ms where memory is in gigabytes, and two {@code alertInterval}s in a small container. What is copied counts only
 *       where it could get there before the ledger, in which it takes room first, tells of its own mark.
 *   <li><b>Watchful</b>, every two {@code alertInterval}s: nothing moves, but bytes wait somewhere, or a signal that can
 *       grow by what others do is at its low mark or above. Thousands of idle connections keep descriptors there for hours.
 *   <li><b>Resting</b>, every {@code interval}: none of it.
 * </ul>
 *
 * <p>So a crossing is read within one or two alert intervals, wherever memory went, or before it can have happened. What may be seen later, by an interval at
 * the most: what a peer pushes into a connection whose server is still being connected, or into the queue of a listener that
 * does not accept, in a proxy in which nothing else moves; and a file that somebody writes.
 *
 * <p>Not thread-safe. Time is passed in, nanoseconds of any origin that may wrap around.
 */
public final class Cadence {
    static final long FLOOR_MILLIS = 2;

    /** Reckoned growth is not everything: what a heap's next collection leaves, nobody knows before. */
    static final long LONGEST_FAR_MILLIS = 100;

    /**
     * What a buffer can take for each byte of its capacity: Netty's pool has four sizes to a doubling, as jemalloc, from 64 bytes on. What
     * smaller ones waste is bounded by 15 bytes for each direction of a connection.
     */
    private static final double SIZE_CLASS = 1.25;

    private static final long LONGEST_FAR = TimeUnit.MILLISECONDS.toNanos(LONGEST_FAR_MILLIS);
    private static final long FLOOR = TimeUnit.MILLISECONDS.toNanos(FLOOR_MILLIS);

    private final Map<Signal, Before> before = new EnumMap<>(Signal.class);
    private final int loops;
    private PressureSettings settings;
    private Pace pace = Pace.ALERT;
    private long activity;
    private int signals;
    private boolean any;
    private boolean soon;

    /** How closely the signals are watched. */
    public enum Pace {
        /** Nothing moves and nothing waits; woken by what moves. */
        RESTING,
        /** Nothing moves, but something might grow unseen. */
        WATCHFUL,
        /** Things move. */
        ALERT
    }

    /** One signal at the last reading. */
    private static final class Before {
        private double level;
        private long at;
    }

    /**
     * Nothing was read yet.
     *
     * @param loops event loops that move bytes; positive
     */
    public Cadence(PressureSettings settings, int loops) {
        this.settings = settings;
        this.loops = loops;
    }

    /** Goes by other times and marks. */
    public void follow(PressureSettings next) {
        settings = next;
    }

    /**
     * Takes what was read at {@code now}.
     *
     * @param activityNow what grows with every byte and connection
     * @param waiting whether bytes wait for a peer, so that its other side is not read from
     * @param episode whether one runs
     * @return in how many nanoseconds to read again
     */
    public long read(long now, List<Reading> readings, long activityNow, boolean waiting, boolean episode) {
        long reach = Long.MAX_VALUE;
        long leap = Long.MAX_VALUE;
        boolean low = false;
        boolean far = any;
        double told = untilTold(readings);
        for (Reading reading : readings) {
            Watermarks marks = settings.watermarks().get(reading.signal());
            if (marks != null) {
                reach = Math.min(reach, untilHigh(now, reading, marks));
                low |= reading.level() >= marks.low() && !reading.signal().growsByActivityAlone();
                far &= reading.level() < marks.low() / 2;
                leap = Math.min(leap, atBest(reading, marks, told));
            }
        }
        // Whatever could not be read this time may stand anywhere.
        far &= readings.size() >= signals;
        signals = readings.size();
        boolean moved = !any || activityNow != activity;
        any = true;
        activity = activityNow;
        long interval = settings.interval().toNanos();
        long alert = Math.min(interval, settings.alertInterval().toNanos());
        soon = reach <= interval;
        if (moved || episode || soon) {
            pace = Pace.ALERT;
            long unhurried = Math.min(interval, Math.max(2 * alert, Math.min(LONGEST_FAR, leap / 2)));
            long pause = far && !episode && !soon ? unhurried : alert;
            return Math.max(FLOOR, Math.min(pause, reach / 2));
        }
        if (waiting || low) {
            pace = Pace.WATCHFUL;
            return Math.max(FLOOR, Math.min(interval, 2 * alert));
        }
        pace = Pace.RESTING;
        return Math.max(FLOOR, interval);
    }

    /** How many bytes can be copied, at the most, until the ledger tells of its mark; infinite if it is not watched, 0 or less above it. */
    private double untilTold(List<Reading> readings) {
        Watermarks marks = settings.watermarks().get(Signal.LEDGER);
        for (Reading reading : readings) {
            if (marks != null && reading.signal() == Signal.LEDGER) {
                return room(reading, marks);
            }
        }
        return Double.POSITIVE_INFINITY;
    }

    private static double room(Reading reading, Watermarks marks) {
        return marks.high() * reading.limit() - reading.used();
    }

    /** Nanoseconds until a signal can be at its high mark, whatever happens. */
    private long atBest(Reading reading, Watermarks marks, double untilTold) {
        double room = room(reading, marks);
        // Above its mark the ledger does not tell once more.
        boolean told = untilTold > 0 && room >= SIZE_CLASS * untilTold;
        double growth = reading.signal().fastestGrowth(loops, reading.limit(), told);
        return (long) (room / growth * TimeUnit.SECONDS.toNanos(1));
    }

    /** At the slope since the last reading; for ever if it does not rise, or is there already. */
    private long untilHigh(long now, Reading reading, Watermarks marks) {
        Before last = before.get(reading.signal());
        double level = reading.level();
        long until = Long.MAX_VALUE;
        if (last == null) {
            last = new Before();
            before.put(reading.signal(), last);
        } else if (level > last.level && level < marks.high() && now - last.at > 0) {
            double perNano = (level - last.level) / (now - last.at);
            double nanos = (marks.high() - level) / perNano;
            until = nanos < Long.MAX_VALUE ? (long) nanos : Long.MAX_VALUE;
        }
        last.level = level;
        last.at = now;
        return until;
    }

    /** Whether a signal will be at its high mark within an interval of the last reading, at its slope. */
    public boolean soon() {
        return soon;
    }

    /** What the last reading has led to. */
    public Pace pace() {
        return pace;
    }
}
