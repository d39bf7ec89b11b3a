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
 * <p><b>Cost</b>, in bytes: what closing it would give back, where bytes are short; everything it takes where slots, descriptors or
 * fixed costs are.
 *
 * <p><b>Lack</b>, a time: how long what a connection holds is kept from the others. Of the direction that fares worst,
 *
 * <pre>lack = min(age, max(stalled, min(turnover, waiting)))</pre>
 *
 * <p><i>stalled</i> is the time since its peer last took a share worth the name of what waits; <i>turnover</i> is what waits ÷ the pace at which it is taken, which
 * is how long a byte lies there ({@link dev.spillway.connection.ProgressMeter}); <i>waiting</i> is how long something has
 * waited without a break. So a peer that takes ten bytes a second lacks as much as one that takes none, and a fast one, for
 * which something always waits too, lacks milliseconds. Where nothing waits the lack is 0, but for one that never said a
 * word ({@link ConnectionFacts#silent}), and for any connection where slots or fixed costs are short: there it is the time
 * since a byte last moved, if that is longer.
 *
 * <p><b>Credit</b>, a ratio: what it has delivered in its life, to either peer, ÷ everything it takes; {@value #MOST_CREDIT} at
 * most. What it holds is not delivered.
 *
 * <p><b>Guilt</b> is the lack, less what credit excuses of it: <i>lack − excusable × credit ÷ (1 + credit)</i>. Of a lack of what
 * waits no more than {@link PruneSettings#slowAfter} is excusable, so credit can't be bought for ever: whoever has it is treated, that much
 * later, as one who has none. Of mere quiet everything is, for it harms nobody until slots are short, and then who came to
 * stay is told from who came to sit by it.
 *
 * <p><b>Score</b> = cost × guilt, in byte-seconds. A guilt below {@value #LEAST_MILLIS} ms counts as so much, so that cost decides
 * among those that progress.
 *
 * <h2>Kinds</h2>
 *
 * <p>All of one {@link Guilt} go before any of the next, whatever their scores.
 *
 * <ol>
 *   <li><b>Stalled</b>: something waits and the guilt of its standstill reaches {@link PruneSettings#stallAfter}; or its
 *       turnover reaches {@link PruneSettings#slowAfter} and the guilt of its waiting reaches {@code stallAfter}, which is slow beyond reason. Where slots or
 *       fixed costs are short, the silent too, after {@code stallAfter}.
 *   <li><b>Idle</b>: where slots or fixed costs are short, no byte moved for {@code stallAfter}. Quiet and cheap is not guilty:
 *       where bytes are short one that holds none is never a victim, for closing it would free nothing.
 *   <li><b>Active</b>: the others.
 * </ol>
 *
 * <p>Idle and active ones are reached only from the high mark up ({@link Demand.Reach#ANYONE}). One that is not eligible is never a
 * victim, under any demand (S5, S8).
 *
 * <h2>What an attacker gets out of it</h2>
 *
 * <ul>
 *   <li><b>Trickle, or bursts with pauses between:</b> nothing. To look better than it is, a peer has to take at least what
 *       waits for it within {@code slowAfter}, over and over, which is honest use of a slow line; and its turnover still puts it first among
 *       the active.
 *   <li><b>A stream of small bytes first, then the stall:</b> credit, for {@code slowAfter} at most, and at {@value #MOST_CREDIT}
 *       times as much traffic as it will hold. Small connections can't have it cheaper: their objects count as what they take.
 *   <li><b>Many connections from one source:</b> the scores of a source add up, and the heaviest source pays first ({@link Pruner}). Fixed costs keep
 *       a sum from falling when a connection is split.
 *   <li><b>One connection from each of many sources:</b> nothing; each is ranked by what it does.
 *   <li><b>Bytes in the kernel's queue only:</b> they are cost where kernel memory is short, and wait as those in our buffers do.
 *   <li><b>A big push at a server that takes slowly:</b> the worse direction counts, whoever is to blame for it: the bytes are held for this client, and
 *       received bytes are credit only when the server took them.
 *   <li><b>Half-closing:</b> nothing; what is held then is held for the same peer, and stands still or does not.
 *   <li><b>Never speaking:</b> first where slots are short; worth nothing to close where bytes are, unless the kernel holds some for
 *       it, and then before all that move.
 *   <li><b>Coming back:</b> a new connection lacks no more than its age, but the old one has given back what it held.
 * </ul>
 *
 * <p>Whether the peer's window is zero is no term: a peer that means harm leaves it open a little or does not acknowledge, and an honest
 * player of videos shuts it whenever it has enough.
 */
final class VictimOrder {
    static final double MOST_CREDIT = 31;
    static final double LEAST_MILLIS = 1;

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

    private final long stallNanos;
    private final long slowNanos;

    VictimOrder(PruneSettings settings) {
        this.stallNanos = settings.stallAfter().toNanos();
        this.slowNanos = settings.slowAfter().toNanos();
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
        Guilt kind = kind(connection, signal, inexcusable);
        if (kind != Guilt.STALLED && demand.reach() == Demand.Reach.STALLED) {
            return NO_VICTIM;
        }
        long cost = signal.relievedByBurden() ? gain : connection.costBytes();
        double score = cost * (guiltNanos(connection, signal, inexcusable) / NANOS_PER_MILLI);
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

    private Guilt kind(ConnectionFacts connection, Signal signal, double inexcusable) {
        if (connection.progress().waitingBytes() > 0 && stands(connection, inexcusable)) {
            return Guilt.STALLED;
        }
        if (!signal.relievedByBurden() && connection.idleNanos() >= stallNanos) {
            return connection.silent() ? Guilt.STALLED : Guilt.IDLE;
        }
        return Guilt.ACTIVE;
    }

    private boolean stands(ConnectionFacts connection, double inexcusable) {
        Progress progress = connection.progress();
        long age = connection.ageNanos();
        return excused(Math.min(age, progress.stalledNanos()), inexcusable) >= stallNanos
                || excused(Math.min(age, progress.waitingNanos()), inexcusable) >= stallNanos
                        && progress.turnoverNanos() >= slowNanos;
    }

    private double guiltNanos(ConnectionFacts connection, Signal signal, double inexcusable) {
        double guilt = Math.max(excused(lackNanos(connection), inexcusable), LEAST_MILLIS * NANOS_PER_MILLI);
        boolean quietCounts = !signal.relievedByBurden() || connection.silent();
        return quietCounts ? Math.max(guilt, connection.idleNanos() * inexcusable) : guilt;
    }

    /** How long what waits in it is kept from the others, in nanoseconds. */
    private static long lackNanos(ConnectionFacts connection) {
        Progress progress = connection.progress();
        if (progress.waitingBytes() == 0) {
            return 0;
        }
        long stalled = progress.stalledNanos();
        long waiting = progress.waitingNanos();
        // Where the one that is looked for can't be the turnover, the division is saved.
        long lack = stalled >= waiting ? stalled : Math.max(stalled, Math.min(progress.turnoverNanos(), waiting));
        return Math.min(connection.ageNanos(), lack);
    }

    private double excused(long lackNanos, double inexcusable) {
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
