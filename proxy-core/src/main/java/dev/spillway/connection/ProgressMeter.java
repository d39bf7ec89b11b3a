package dev.spillway.connection;

/**
 * Measures how one peer takes what waits for it, from looks at the total it has taken so far. Pure: time is passed in. Not
 * thread-safe: owned by one caller.
 *
 * <p><b>Spell.</b> A time in which something waited at every look. What was before it does not count: a peer that emptied its
 * queue has shown all that can be asked of it, and one for which nothing waits can't be measured.
 *
 * <p><b>Turn.</b> A spell is cut into turns. One ends at the first look by which everything that waited at its begin has been
 * taken, whatever came after. The pace is the mean over the last whole turn and the one that runs. So the time what waits will
 * take at this pace is, in a queue of constant length, how long its bytes lie in it, which is what CoDel calls sojourn time
 * (RFC 8289) and is the one figure about a queue that its reader can't make look better without taking bytes:
 *
 * <ul>
 *   <li>One that trickles is known at once, however much it took before: its turn does not end, and the mean falls with each
 *       second. A mean that forgets over a time constant would believe it for many of them.
 *   <li>One that takes in bursts is known by what it takes from one burst to the next, for no turn ends before all that waited
 *       is gone.
 *   <li>One that pauses and goes on is forgiven two turns later, at its own speed.
 * </ul>
 *
 * <p><b>Standstill</b> ends when {@code 1/}{@value #NOTICEABLE} of what waits has been taken since it began, and not with the first byte: a
 * peer that takes a few bytes a second to look alive stands still. One that takes so much each quarter of a second turns its queue
 * over in half a minute.
 *
 * <p><b>Taking.</b> A balance, as a time: a noticeable share of at least {@value #LEAST_WAITING} bytes that waited earns the time since
 * the one before, but no more than {@value #VOUCHED_MILLIS} ms, nor than the share of a turn of {@value #TURN_SECONDS} s that it is. A standstill longer than
 * that costs a {@value #COST}th of it. It is never more than {@value #MOST_MILLIS} ms. So a peer that swallows one window has earned next to
 * nothing, however large the window was; one on a slow line has it all within a second; and one that pauses for longer than it takes
 * uses it up.
 *
 * <p><b>Between looks</b> nobody knows. What moved between the last two looks is taken to move on, and is not blamed for the time
 * since; what stood is taken to stand.
 */
public final class ProgressMeter {
    static final long NOTICEABLE = 128;

    static final long LEAST_WAITING = 4096;
    static final long VOUCHED_MILLIS = 250;
    static final long MOST_MILLIS = 750;
    static final long TURN_SECONDS = 8;
    static final long COST = 40;

    private static final long NANOS_PER_MILLI = 1_000_000;

    private static final double NANOS_PER_SECOND = 1e9;

    private boolean seen;
    /** Whether nothing was taken between the last two looks, though something waited. */
    private boolean standing;

    private long seenAt;
    private long taken;
    /** When a noticeable share was last taken, and the total then. */
    private long noticedAt;

    private long takenAtNoticed;
    private long waitingSince;
    private long waitingBytes;
    /** Where the last whole turn began; where the running one did if it is the first of its spell. */
    private long paceFrom;

    private long takenAtPaceFrom;
    private long turnFrom;
    private long takenAtTurnFrom;
    /** The total at which all that waited at the begin of this turn has been taken. */
    private long turnEnds;

    private long takingNanos;
    private long roundTripNanos;
    private WindowState window = WindowState.UNKNOWN;

    /** Of a peer that nobody has looked at. */
    public ProgressMeter() {
        this(0);
    }

    /** Of a peer that has earned so much with an earlier meter. */
    public ProgressMeter(long takingNanos) {
        this.takingNanos = takingNanos;
    }

    /**
     * A look at {@code now}, nanoseconds of any origin that may wrap around. One before the last look counts as at the same time.
     *
     * @param totalTaken bytes the peer has taken since the connection began; if it is less than at the last look, another
     *     peer has taken its place, and nothing of the old one counts for it
     * @param waiting bytes that wait for it now
     * @param roundTrip the shortest time the peer was seen to take for an answer, in nanoseconds; 0 if nobody tells
     */
    public void look(long now, long totalTaken, long waiting, WindowState windowNow, long roundTrip) {
        long at = seen && now - seenAt < 0 ? seenAt : now;
        if (totalTaken < taken) {
            takingNanos = 0;
        }
        if (!seen || waitingBytes == 0 || totalTaken < taken) {
            begin(at, totalTaken, waiting);
        } else {
            goOn(at, totalTaken, waiting);
        }
        seen = true;
        seenAt = at;
        taken = totalTaken;
        waitingBytes = waiting;
        window = windowNow;
        roundTripNanos = roundTrip;
    }

    /** A look that says nothing of round trips. */
    public void look(long now, long totalTaken, long waiting, WindowState windowNow) {
        look(now, totalTaken, waiting, windowNow, 0);
    }

    private void begin(long at, long totalTaken, long waiting) {
        standing = false;
        noticed(at, totalTaken);
        waitingSince = at;
        paceFrom = at;
        takenAtPaceFrom = totalTaken;
        turn(at, totalTaken, waiting);
    }

    private void goOn(long at, long totalTaken, long waiting) {
        if (totalTaken != taken) {
            standing = false;
        } else if (at != seenAt) {
            standing = true;
        }
        if (totalTaken != taken && totalTaken - takenAtNoticed >= Math.max(1, waitingBytes / NOTICEABLE)) {
            earn(at - noticedAt, totalTaken - takenAtNoticed);
            noticed(at, totalTaken);
        }
        if (totalTaken >= turnEnds && at != turnFrom) {
            paceFrom = turnFrom;
            takenAtPaceFrom = takenAtTurnFrom;
            turn(at, totalTaken, waiting);
        }
    }

    private void earn(long gap, long share) {
        if (gap > VOUCHED_MILLIS * NANOS_PER_MILLI) {
            takingNanos = Math.max(0, takingNanos - gap / COST);
        } else if (waitingBytes >= LEAST_WAITING) {
            long earned = (long) Math.min(gap, share * (TURN_SECONDS * NANOS_PER_SECOND) / waitingBytes);
            takingNanos = Math.min(MOST_MILLIS * NANOS_PER_MILLI, takingNanos + earned);
        }
    }

    private void noticed(long at, long totalTaken) {
        noticedAt = at;
        takenAtNoticed = totalTaken;
    }

    private void turn(long at, long totalTaken, long waiting) {
        turnFrom = at;
        takenAtTurnFrom = totalTaken;
        turnEnds = totalTaken + waiting;
    }

    /** What the looks so far say, at {@code now}, not before the last of them. */
    public Progress at(long now) {
        if (waitingBytes == 0) {
            return Progress.NOTHING_WAITS;
        }
        long until = standing && now - seenAt > 0 ? now : seenAt;
        double seconds = (until - paceFrom) / NANOS_PER_SECOND;
        double pace = seconds > 0 ? (taken - takenAtPaceFrom) / seconds : 0;
        return new Progress(
                until - noticedAt, until - waitingSince, waitingBytes, pace, window, takingNanos, roundTripNanos);
    }

    /** What the peer has earned by taking, in nanoseconds. */
    public long takingNanos() {
        return takingNanos;
    }
}
