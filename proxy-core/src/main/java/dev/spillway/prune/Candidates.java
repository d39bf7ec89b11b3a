package dev.spillway.prune;

import dev.spillway.connection.ConnectionFacts;
import dev.spillway.connection.SourceGroup;
import dev.spillway.pressure.Demand;
import dev.spillway.pressure.Signal;
import java.util.Collection;

/**
 * The connections of one plan, how they rank ({@link VictimOrder}) and whose they are, by place, in arrays.
 *
 * <p>All that is known of a connection is read in one pass, while the processor has it at hand: for a hundred thousand of them this is some
 * twenty megabytes, which take longer to fetch than to judge. What comes after looks at the arrays alone, but to decide ties.
 *
 * <p><b>A source is told by a key</b> of 64 bits, into which all of its network is mixed. Addresses are chosen by attackers, who must not be able
 * to have their sources share a key, or a place in a table: each plan mixes them in a way of its own, by an age in nanoseconds, which nobody
 * knows from outside. IPv4 networks of one length never share a key, nor IPv6 ones of up to 64 bits, for each step of the mixing can be
 * undone. Of a hundred thousand others two share one in one of four billion plans, and count as one source in that.
 */
final class Candidates {
    private final Signal signal;
    /** Copied as they are: to make sure of what each is before it is looked at would fetch all of them once more. */
    private final Object[] connections;

    private final long[] ranks;
    private final long[] sourceKeys;
    private final boolean exemptWeighMore;
    private final int[] counts = new int[Guilt.values().length];

    /** All of {@code connections} as they rank for {@code demand}. */
    Candidates(VictimOrder order, Demand demand, Collection<ConnectionFacts> connections) {
        this.signal = demand.signal();
        this.connections = connections.toArray();
        this.ranks = new long[this.connections.length];
        this.sourceKeys = new long[ranks.length];
        long more = 0;
        long seed = ranks.length == 0 ? 0 : at(0).ageNanos();
        for (int i = 0; i < ranks.length; i++) {
            ConnectionFacts connection = at(i);
            long gain = signal.gain(connection);
            more += connection.verdict().eligible() ? -gain : gain;
            long rank = order.rank(connection, demand, gain);
            ranks[i] = rank;
            if (rank != VictimOrder.NO_VICTIM) {
                counts[VictimOrder.kind(rank).ordinal()]++;
                sourceKeys[i] = key(connection.source(), seed);
            }
        }
        this.exemptWeighMore = more > 0;
    }

    private ConnectionFacts at(int i) {
        return (ConnectionFacts) connections[i];
    }

    private static long key(SourceGroup source, long seed) {
        long kind = source.prefixLength() << 1 | (source.ipv6() ? 1 : 0);
        return mix(mix(source.high() ^ seed) ^ source.low() ^ kind);
    }

    /** The finalizer of MurmurHash3 with 64 bits (Appleby, public domain): each bit of the result depends on each of the input. */
    private static long mix(long bits) {
        long mixed = (bits ^ bits >>> 33) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ mixed >>> 33) * 0xc4ceb9fe1a85ec53L;
        return mixed ^ mixed >>> 33;
    }

    /** Whether those that may not be closed take more of what is short than all others together. */
    boolean exemptWeighMore() {
        return exemptWeighMore;
    }

    int size() {
        return ranks.length;
    }

    /** How many there are of {@code kind}. */
    int count(Guilt kind) {
        return counts[kind.ordinal()];
    }

    boolean isOf(Guilt kind, int i) {
        return ranks[i] != VictimOrder.NO_VICTIM && VictimOrder.kind(ranks[i]) == kind;
    }

    long score(int i) {
        return VictimOrder.score(ranks[i]);
    }

    /** Of one that may be a victim. */
    long sourceKey(int i) {
        return sourceKeys[i];
    }

    /** Whether {@code one} goes before {@code other}, if they are of one kind and one source. */
    boolean worse(int one, int other) {
        return ranks[one] != ranks[other]
                ? ranks[one] > ranks[other]
                : at(one).id() > at(other).id();
    }

    Victim victim(int i) {
        ConnectionFacts connection = at(i);
        return new Victim(
                connection, VictimOrder.kind(ranks[i]), VictimOrder.byteSeconds(ranks[i]), signal.gain(connection));
    }
}
