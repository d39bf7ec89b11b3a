package dev.spillway.prune;

import dev.spillway.connection.ConnectionFacts;
import dev.spillway.connection.Progress;
import dev.spillway.connection.WindowState;
import dev.spillway.pressure.Demand;
import dev.spillway.pressure.Signal;

/**
 * The ranking of victims (S25): cost × lack of progress, less what a connection has earned.
 *
 * <h2>The question</h2>
 *
 * <p>How long will what a connection holds be kept from the others? In a burst nobody has stood still for long, so the past alone
 * does not tell. What tells is <em>how a peer has behaved for as long as it was known</em>. A program that does not read lets its kernel
 * swallow one window, in milliseconds, and then stands still; a phone on a bad line takes little, but does so for seconds before
 * it pauses. So patience is not given by bytes, which one window gives in plenty, but earned by time spent taking.
 *
 * <h2>Terms</h2>
 *
 * <p><b>Cost</b>: what closing it gives back of what is short, in the unit of that.
 *
 * <p><b>Standing</b>: the time since its peer last took a share worth the name of what waits ({@link
 * dev.spillway.connection.ProgressMeter}), of the direction that fares worst; of one that would need {@value #NEVER} ×
 * {@link PruneSettings#slowAfter} for what waits, which is never, the time for which something has waited. Bounded by the age.
 *
 * <p><b>Turnover</b>: what waits ÷ the pace at which it is taken, which is how long a byte lies there.
 *
 * <p><b>Pause</b>: how long a peer may stand still by what it has earned: {@value #LONGEST_PAUSE} × (the balance of the time it was seen to
 * take − half of {@link PruneSettings#stallAfter}), at most {@value #LONGEST_PAUSE} × stall-after. The first half of stall-after earns nothing: a
 * window is swallowed in it.
 *
 * <p><b>Credit</b>, a ratio: what it has delivered in its life, to either peer, ÷ everything it takes; {@value #MOST_CREDIT} at
 * most. What it holds is not delivered. Credit excuses a part of a standstill and of a lack: of each, <i>min(time, slow-after) × credit ÷ (1 +
 * credit)</i>. No more than slow-after is excusable, so credit can't be bought for ever.
 *
 * <p><b>Lack</b>, a time: how long what it holds is kept, and will be: of who stands still {@value #NEVER} × slow-after, and as long as it has
 * stood; of others what they have stood so far or the turnover, whichever is longer, the turnover bounded by the same. A pace is believed when it was watched for a pause, or for stall-after if that is
 * longer; before, the lack is bounded by the longest pause for one that has taken for stall-after in its life, and by {@value #STRANGER} ×
 * slow-after for one that nobody knows, which is more than any known one is given before it is called slow beyond reason. Where nothing waits the lack is 0.
 *
 * <p><b>Guilt</b> is the lack less what credit excuses, {@value #LEAST_MILLIS} ms at least, so that cost decides among those that progress. One that
 * never said a word ({@link ConnectionFacts#silent}) is guilty of {@value #NEVER} × slow-after and the time it has been so, or of its lack if that is more. Where slots or fixed costs
 * are short quiet is guilt too: the time since a byte last moved, up to slow-after of it, ÷ (1 + credit), so that who came to stay is
 * told from who came to sit by it.
 *
 * <p><b>Score</b> = cost × guilt.
 *
 * <h2>Kinds</h2>
 *
 * <p>All of one {@link Guilt} go before any of the next, whatever their scores.
 *
 * <ol>
 *   <li><b>Stalled</b>: something waits, and its standing reaches its pause and, less what credit excuses, stall-after and a round trip (of which
 *       {@value #MOST_ROUND_TRIP} × stall-after count); or its turnover is slow-after or more, and something has waited, less what credit excuses, for a
 *       {@value #SLOW_PART}rd of slow-after. Where slots or fixed costs are short, the silent too, after stall-after.
 *   <li><b>Stalling</b>: its standing reaches its pause and, less what credit excuses, a {@value #HASTE}th of stall-after if its kernel says that it
 *       has no room, and so has answered, else twice that and a round trip; the silent, after twice that. An episode has no time to wait until they are
 *       stalled.
 *   <li><b>Idle</b>: where slots or fixed costs are short, no byte moved for stall-after. Quiet and cheap is not guilty:
 *       where bytes are short one that holds none is never a victim, for closing it would free nothing.
 *   <li><b>Active</b>: the others.
 * </ol>
 *
 * <p>The stalled and the stalling give of all that is asked for; the idle and active only what is above the high mark ({@link
 * Demand#fromAnyone}), and the active nothing where exempt ones take more of what is short than all others together. One that is not
 * eligible is never a victim, under any demand (S5, S8).
 *
 * <p>The factors were found with the simulator, whose table in {@code docs/pressure.md} says what they achieve; decision 36 says what
 * lost.
 *
 * <h2>What an attacker gets out of it</h2>
 *
 * <ul>
 *   <li><b>Take one window, however large, then nothing:</b> a {@value #HASTE}th of stall-after, or two and a round trip.
 *   <li><b>Trickle, or bursts with pauses between:</b> nothing. To look better than it is, a peer has to take at least what
 *       waits for it within {@code slowAfter}, over and over, which is honest use of a slow line; and its turnover still puts it first among
 *       the active.
 *   <li><b>Take for a second first, then nothing:</b> a pause of {@value #LONGEST_PAUSE} × stall-after, as a phone has, and while it lasts nobody can
 *       tell the two apart. It is spent by pausing ({@link dev.spillway.connection.ProgressMeter}): who squats by the rules, a second of taking
 *       for each pause of four, has used it up after three or four of them. The simulator shows what they get out of it until then ("mimic").
 *   <li><b>A stream of small bytes first, then the stall:</b> credit, for {@code slowAfter} at most, and at {@value #MOST_CREDIT}
 *       times as much traffic as it will hold. Small connections can't have it cheaper: their objects count as what they take.
 *       And what is never taken lacks so much more than {@code slowAfter} that credit hardly shows in its score.
 *   <li><b>Answer late, to seem far away:</b> {@value #MOST_ROUND_TRIP} × stall-after at most.
 *   <li><b>Many connections from one source:</b> the scores of a source add up, and the heaviest source pays first ({@link Pruner}). A sum does not
 *       fall when a connection is split.
 *   <li><b>One connection from each of many sources:</b> nothing; each is ranked by what it does.
 *   <li><b>Bytes in the kernel's queue only:</b> they are cost where kernel memory is short, and wait as those in our buffers do.
 *   <li><b>A big push at a server that takes slowly:</b> the worse direction counts, whoever is to blame for it: the bytes are held for this client, and
 *       received bytes are credit only when the server took them.
 *   <li><b>Half-closing:</b> nothing; what is held then is held for the same peer, and stands still or does not.
 *   <li><b>Never speaking:</b> first where slots are short; worth nothing to close where bytes are, unless the kernel holds some for
 *       it, and then before all that move.
 *   <li><b>Coming back:</b> nothing; a new connection has earned no pause and no credit.
 * </ul>
 *
 * <p>Whether the peer's window is zero accuses only whom nobody knows yet, and only sooner: a peer that means harm leaves it open a little or does
 * not acknowledge, which gains it a round trip; and an honest player of videos, who shuts it whenever it has enough, has taken for seconds.
 */
final class VictimOrder {
    static final double MOST_CREDIT = 3;
    static final double NEVER = 20;
    static final long LONGEST_PAUSE = 20;
    static final double STRANGER = 2;
    static final double MOST_ROUND_TRIP = 3;
    static final long HASTE = 10;
    static final long SLOW_PART = 3;
    static final double LEAST_MILLIS = 1;

    /** What {@link #rank} says of one that is no victim. */
    static final long NO_VICTIM = -1;

    /**
     * Scores have so many bits and are cut off there, so that the sum of two million of them fits into a long, exactly, and does not depend on
     * the order of adding. Their unit is the byte-millisecond, but among those that stand still, who lack {@value #NEVER} × slow-after at the least, a
     * hundred times that: so what one of these can cost before cost decides nothing any more is 730 MB with a slow-after of 30 s, and 6 MB with one of an
     * hour.
     */
    private static final int SCORE_BITS = 42;

    private static final long MOST_SCORE = (1L << SCORE_BITS) - 1;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final Guilt[] KINDS = Guilt.values();

    private final double stallNanos;
    private final double slowNanos;
    private final double slowSeconds;
    private final double neverNanos;
    private final double hasteNanos;

    VictimOrder(PruneSettings settings) {
        this.stallNanos = settings.stallAfter().toNanos();
        this.slowNanos = settings.slowAfter().toNanos();
        this.slowSeconds = slowNanos / NANOS_PER_SECOND;
        this.neverNanos = NEVER * slowNanos;
        this.hasteNanos = stallNanos / HASTE;
    }

    /**
     * How {@code connection} ranks for {@code demand}: {@link #kind} and {@link #score} in one number, so that no object is made for
     * each of a hundred thousand; or {@link #NO_VICTIM}.
     */
    long rank(ConnectionFacts connection, Demand demand) {
        return rank(connection, demand, demand.signal().gain(connection));
    }

    /** @param gain what closing it gives back of what is short */
    long rank(ConnectionFacts connection, Demand demand, long gain) {
        Signal signal = demand.signal();
        if (!connection.verdict().eligible() || gain <= 0) {
            return NO_VICTIM;
        }
        double inexcusable = inexcusable(connection);
        Guilt kind = kind(connection, signal, inexcusable);
        if (!kind.standsStill() && demand.reach() == Demand.Reach.STALLED) {
            return NO_VICTIM;
        }
        double guilt = guiltNanos(connection, signal, kind, inexcusable);
        double score = gain * (guilt * (unitsPerByteSecond(kind) / NANOS_PER_SECOND));
        return (long) kind.ordinal() << SCORE_BITS | (long) Math.min(MOST_SCORE, score);
    }

    /** The kind in a rank that is not {@link #NO_VICTIM}. */
    static Guilt kind(long rank) {
        return KINDS[(int) (rank >> SCORE_BITS)];
    }

    /** The score in such a rank, to be compared and added within one kind. */
    static long score(long rank) {
        return rank & MOST_SCORE;
    }

    /** The score in such a rank, in byte-seconds. */
    static double byteSeconds(long rank) {
        return score(rank) / unitsPerByteSecond(kind(rank));
    }

    private static double unitsPerByteSecond(Guilt kind) {
        return kind.standsStill() ? 10 : 1000;
    }

    private Guilt kind(ConnectionFacts connection, Signal signal, double inexcusable) {
        Progress progress = connection.progress();
        long idle = connection.idleNanos();
        boolean quietCounts = !signal.relievedByBurden();
        if (quietCounts && connection.silent() && idle >= 2 * hasteNanos) {
            return idle >= stallNanos ? Guilt.STALLED : Guilt.STALLING;
        }
        if (progress.waitingBytes() > 0) {
            long standing = standingNanos(connection);
            double inexcused = excused(standing, inexcusable);
            boolean paused = standing < pauseNanos(progress);
            if (!paused && inexcused >= stallNanos + farNanos(progress) || slowBeyondReason(connection, inexcusable)) {
                return Guilt.STALLED;
            }
            if (!paused && inexcused >= leastPauseNanos(progress)) {
                return Guilt.STALLING;
            }
        }
        return quietCounts && idle >= stallNanos ? Guilt.IDLE : Guilt.ACTIVE;
    }

    /** How long a pause its peer has earned by taking. */
    private double pauseNanos(Progress progress) {
        return LONGEST_PAUSE * Math.min(stallNanos, progress.takingNanos() - stallNanos / 2);
    }

    /**
     * Who has not earned a pause: one whose peer says that it has no room, and so has answered, is given the least; another one a
     * round trip and twice as much.
     */
    private double leastPauseNanos(Progress progress) {
        return progress.window() == WindowState.ZERO ? hasteNanos : 2 * hasteNanos + farNanos(progress);
    }

    /** Nobody can answer sooner; but who answers late on purpose is not to gain much by it. */
    private double farNanos(Progress progress) {
        return Math.min(MOST_ROUND_TRIP * stallNanos, progress.roundTripNanos());
    }

    /** For how long its peer has taken next to nothing. */
    private long standingNanos(ConnectionFacts connection) {
        Progress progress = connection.progress();
        return Math.min(
                connection.ageNanos(),
                progress.needs(NEVER * slowSeconds) ? progress.waitingNanos() : progress.stalledNanos());
    }

    private boolean slowBeyondReason(ConnectionFacts connection, double inexcusable) {
        return connection.progress().needs(slowSeconds)
                && excused(Math.min(connection.ageNanos(), connection.progress().waitingNanos()), inexcusable)
                        >= slowNanos / SLOW_PART;
    }

    private double guiltNanos(ConnectionFacts connection, Signal signal, Guilt kind, double inexcusable) {
        long idle = connection.idleNanos();
        double lack = lackNanos(connection, kind);
        if (connection.silent()) {
            return Math.max(neverNanos + idle, lack);
        }
        double guilt = Math.max(excused(lack, inexcusable), LEAST_MILLIS * NANOS_PER_MILLI);
        return signal.relievedByBurden() ? guilt : Math.max(guilt, Math.min(slowNanos, idle) * inexcusable);
    }

    /** How long what waits in it is kept from the others, and will be, in nanoseconds. */
    private double lackNanos(ConnectionFacts connection, Guilt kind) {
        Progress progress = connection.progress();
        if (progress.waitingBytes() == 0) {
            return 0;
        }
        long stalled = Math.min(connection.ageNanos(), progress.stalledNanos());
        if (kind.standsStill()) {
            return neverNanos + stalled;
        }
        return Math.max(stalled, Math.min(progress.turnoverNanos(), mostLackNanos(progress)));
    }

    /** A pace is known when it was watched for a while; before, who has shown for as long that it takes is believed more. */
    private double mostLackNanos(Progress progress) {
        if (progress.waitingNanos() >= Math.max(stallNanos, pauseNanos(progress))) {
            return neverNanos;
        }
        return progress.takingNanos() >= stallNanos ? LONGEST_PAUSE * stallNanos : STRANGER * slowNanos;
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
