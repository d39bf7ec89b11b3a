package dev.spillway.prune;

import dev.spillway.connection.ConnectionFacts;
import dev.spillway.connection.Progress;
import dev.spillway.pressure.Demand;
import dev.spillway.pressure.Signal;

/**
 * The ranking of victims (S25): cost × lack of progress, less what a connection has earned.
 *
 * <h2>Terms</h2>
 *
 * <p><b>Cost</b>: what closing it gives back of what is short, in the unit of that.
 *
 * <p><b>Lack</b>, a time: how long what a connection holds is kept from the others, and will be. Of the direction that fares worst,
 *
 * <pre>lack = max(stalled, min(turnover, {@value #MOST_LACK} × slow-after))</pre>
 *
 * <p><i>stalled</i> is the time since its peer last took a share worth the name of what waits; <i>turnover</i> is what waits ÷ the
 * pace at which it is taken, which is how long a byte lies there ({@link dev.spillway.connection.ProgressMeter}). The lack is not
 * bounded by the time it has been so: in a burst nobody has stood still for long, and a phone that needs ten seconds for what waits
 * would go before an attacker who will never take any. So a peer that takes nothing, or ten bytes a second, lacks the most there is,
 * from the first look on; a phone seconds; and a fast one, for which something always waits too, milliseconds. Where nothing
 * waits the lack is 0.
 *
 * <p><b>Credit</b>, a ratio: what it has delivered in its life, to either peer, ÷ everything it takes; {@value #MOST_CREDIT} at
 * most. What it holds is not delivered.
 *
 * <p><b>Guilt</b> is the lack, less what credit excuses of it: <i>lack − min(lack, slow-after) × credit ÷ (1 + credit)</i>. No more than
 * {@link PruneSettings#slowAfter} is excusable, so credit can't be bought for ever. Guilt is {@value #LEAST_MILLIS} ms at least, so that cost
 * decides among those that progress. One that never said a word ({@link ConnectionFacts#silent}) is guilty of {@value #MOST_LACK} ×
 * slow-after and the time it has been so. Where slots or fixed costs are short quiet is guilt too: the time since a byte last moved,
 * up to slow-after of it, ÷ (1 + credit), so that who came to stay is told from who came to sit by it.
 *
 * <p><b>Score</b> = cost × guilt.
 *
 * <h2>Kinds</h2>
 *
 * <p>All of one {@link Guilt} go before any of the next, whatever their scores. Times are those of the guilt: bounded by the age, and less what credit
 * excuses.
 *
 * <ol>
 *   <li><b>Stalled</b>: something waits, and its turnover is {@value #MOST_LACK} × slow-after or more, which is never, and it has waited for
 *       {@link PruneSettings#stallAfter}; or its turnover is slow-after or more and it has waited for {@value #PAUSES} × stall-after; or it has stood
 *       still for as long as that, whatever its pace was before. A phone pauses for seconds and goes on, so a pause alone is no standstill. Where
 *       slots or fixed costs are short, the silent too, after stall-after.
 *   <li><b>Stalling</b>: the same but for a {@value #HASTE}th of stall-after, of those whose turnover is never or who are silent, and whose credit is
 *       less than 1. An episode has no time to wait until they are stalled.
 *   <li><b>Idle</b>: where slots or fixed costs are short, no byte moved for stall-after. Quiet and cheap is not guilty:
 *       where bytes are short one that holds none is never a victim, for closing it would free nothing.
 *   <li><b>Active</b>: the others.
 * </ol>
 *
 * <p>The stalled and the stalling give of all that is asked for; the idle and active only what is above the high mark ({@link
 * Demand#fromAnyone}), and nothing where exempt ones take more of what is short than all others together. One that is not
 * eligible is never a victim, under any demand (S5, S8).
 *
 * <h2>What an attacker gets out of it</h2>
 *
 * <ul>
 *   <li><b>Trickle, or bursts with pauses between:</b> nothing. To look better than it is, a peer has to take at least what
 *       waits for it within {@code slowAfter}, over and over, which is honest use of a slow line; and its turnover still puts it first among
 *       the active.
 *   <li><b>Take one window, then nothing:</b> {@value #PAUSES} × stall-after below the high mark, as a phone that pauses has. At the
 *       high mark it goes with the active, by its turnover.
 *   <li><b>A stream of small bytes first, then the stall:</b> credit, for {@code slowAfter} at most, and at {@value #MOST_CREDIT}
 *       times as much traffic as it will hold. Small connections can't have it cheaper: their objects count as what they take.
 *       And what is never taken lacks so much more than {@code slowAfter} that credit hardly shows in its score.
 *   <li><b>Many connections from one source:</b> the scores of a source add up, and the heaviest source pays first ({@link Pruner}). A sum does not
 *       fall when a connection is split.
 *   <li><b>One connection from each of many sources:</b> nothing; each is ranked by what it does.
 *   <li><b>Bytes in the kernel's queue only:</b> they are cost where kernel memory is short, and wait as those in our buffers do.
 *   <li><b>A big push at a server that takes slowly:</b> the worse direction counts, whoever is to blame for it: the bytes are held for this client, and
 *       received bytes are credit only when the server took them.
 *   <li><b>Half-closing:</b> nothing; what is held then is held for the same peer, and stands still or does not.
 *   <li><b>Never speaking:</b> first where slots are short; worth nothing to close where bytes are, unless the kernel holds some for
 *       it, and then before all that move.
 *   <li><b>Coming back:</b> nothing; the lack of a new connection is not bounded by its age, and it has no credit.
 * </ul>
 *
 * <p>Whether the peer's window is zero is no term: a peer that means harm leaves it open a little or does not acknowledge, and an honest
 * player of videos shuts it whenever it has enough.
 */
final class VictimOrder {
    static final double MOST_CREDIT = 3;
    static final double MOST_LACK = 20;
    static final long PAUSES = 20;
    static final long HASTE = 5;
    static final double LEAST_MILLIS = 1;

    /** What a credit of 1 leaves of an excusable lack. */
    private static final double LITTLE_CREDIT = 0.5;

    /** What {@link #rank} says of one that is no victim. */
    static final long NO_VICTIM = -1;

    static final double UNITS_PER_BYTE_SECOND = 1000;

    /**
     * Scores have so many bits, in byte-milliseconds, and are cut off there: 256 KiB for half a year, or 1 GiB for an hour. So
     * the sum of two million of them fits into a long, exactly, and does not depend on the order of adding.
     */
    private static final int SCORE_BITS = 42;

    private static final long MOST_SCORE = (1L << SCORE_BITS) - 1;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final Guilt[] KINDS = Guilt.values();

    private final double stallNanos;
    private final double slowNanos;
    private final double neverNanos;

    VictimOrder(PruneSettings settings) {
        this.stallNanos = settings.stallAfter().toNanos();
        this.slowNanos = settings.slowAfter().toNanos();
        this.neverNanos = MOST_LACK * slowNanos;
    }

    /**
     * How {@code connection} ranks for {@code demand}: {@link #kind} and {@link #score} in one number, so that no object is made for
     * each of a hundred thousand; or {@link #NO_VICTIM}.
     */
    long rank(ConnectionFacts connection, Demand demand) {
        Signal signal = demand.signal();
        long gain = signal.gain(connection);
        if (!connection.verdict().eligible() || gain <= 0) {
            return NO_VICTIM;
        }
        double inexcusable = inexcusable(connection);
        double turnover = connection.progress().turnoverNanos();
        Guilt kind = kind(connection, signal, turnover, inexcusable);
        if (!kind.standsStill() && demand.reach() == Demand.Reach.STALLED) {
            return NO_VICTIM;
        }
        double score = gain * (guiltNanos(connection, signal, turnover, inexcusable) / NANOS_PER_MILLI);
        return (long) kind.ordinal() << SCORE_BITS | (long) Math.min(MOST_SCORE, score);
    }

    /** The kind in a rank that is not {@link #NO_VICTIM}. */
    static Guilt kind(long rank) {
        return KINDS[(int) (rank >> SCORE_BITS)];
    }

    /** The score in such a rank, in byte-milliseconds. */
    static long score(long rank) {
        return rank & MOST_SCORE;
    }

    private Guilt kind(ConnectionFacts connection, Signal signal, double turnover, double inexcusable) {
        Progress progress = connection.progress();
        long idle = connection.idleNanos();
        boolean quietCounts = !signal.relievedByBurden();
        // For how long it has taken next to nothing, or said nothing.
        double hopeless = quietCounts && connection.silent() ? idle : 0;
        if (progress.waitingBytes() > 0) {
            long age = connection.ageNanos();
            double stalled = excused(Math.min(age, progress.stalledNanos()), inexcusable);
            double slow = Math.max(stalled, excused(Math.min(age, progress.waitingNanos()), inexcusable));
            if (stalled >= PAUSES * stallNanos || turnover >= slowNanos && slow >= PAUSES * stallNanos) {
                return Guilt.STALLED;
            }
            hopeless = turnover >= neverNanos ? Math.max(hopeless, slow) : hopeless;
        }
        if (hopeless >= stallNanos) {
            return Guilt.STALLED;
        }
        if (hopeless >= stallNanos / HASTE && inexcusable > LITTLE_CREDIT) {
            return Guilt.STALLING;
        }
        return quietCounts && idle >= stallNanos ? Guilt.IDLE : Guilt.ACTIVE;
    }

    private double guiltNanos(ConnectionFacts connection, Signal signal, double turnover, double inexcusable) {
        double guilt = Math.max(excused(lackNanos(connection, turnover), inexcusable), LEAST_MILLIS * NANOS_PER_MILLI);
        long idle = connection.idleNanos();
        if (connection.silent()) {
            return Math.max(guilt, neverNanos + idle);
        }
        return signal.relievedByBurden() ? guilt : Math.max(guilt, Math.min(slowNanos, idle) * inexcusable);
    }

    /** How long what waits in it is kept from the others, and will be, in nanoseconds. */
    private double lackNanos(ConnectionFacts connection, double turnover) {
        Progress progress = connection.progress();
        return progress.waitingBytes() == 0
                ? 0
                : Math.max(Math.min(connection.ageNanos(), progress.stalledNanos()), Math.min(turnover, neverNanos));
    }

    private double excused(double lackNanos, double inexcusable) {
        return lackNanos - Math.min(lackNanos, slowNanos) * (1 - inexcusable);
    }

    /** 1 ÷ (1 + credit): the share of an excusable lack that stays. */
    private static double inexcusable(ConnectionFacts connection) {
        long takes = Math.max(1, connection.costBytes());
        long delivered = connection.receivedBytes()
                + connection.sentBytes()
                - connection.cost().burdenBytes();
        return delivered <= 0 ? 1 : Math.max(1 / (1 + MOST_CREDIT), takes / ((double) takes + delivered));
    }
}
