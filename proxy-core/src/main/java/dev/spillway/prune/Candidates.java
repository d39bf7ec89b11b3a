package dev.spillway.prune;

import dev.spillway.connection.ConnectionFacts;
import dev.spillway.connection.SourceGroup;
import dev.spillway.pressure.Demand;
import dev.spillway.pressure.Signal;
import java.util.Collection;

/** The connections of one plan, ranked, by place: what {@link VictimOrder} says of each, in arrays. */
final class Candidates {
    private static final byte NO_VICTIM = -1;

    private final Signal signal;
    private final ConnectionFacts[] connections;
    private final byte[] kinds;
    private final long[] scores;
    private final int[] counts = new int[Guilt.values().length];
    private long seed;

    private Candidates(Signal signal, ConnectionFacts[] connections) {
        this.signal = signal;
        this.connections = connections;
        this.kinds = new byte[connections.length];
        this.scores = new long[connections.length];
    }

    /** All of {@code connections} as they rank for {@code demand}. */
    static Candidates of(VictimOrder order, Demand demand, Collection<ConnectionFacts> connections) {
        Candidates candidates = new Candidates(demand.signal(), connections.toArray(new ConnectionFacts[0]));
        for (int i = 0; i < candidates.size(); i++) {
            candidates.rank(i, order, demand);
        }
        return candidates;
    }

    private void rank(int i, VictimOrder order, Demand demand) {
        ConnectionFacts connection = connections[i];
        seed = seed * 31 + connection.ageNanos();
        Guilt guilt = order.guilt(connection, demand);
        if (guilt == null) {
            kinds[i] = NO_VICTIM;
        } else {
            kinds[i] = (byte) guilt.ordinal();
            scores[i] = order.score(connection, signal);
            counts[guilt.ordinal()]++;
        }
    }

    int size() {
        return connections.length;
    }

    /** How many there are of {@code kind}. */
    int count(Guilt kind) {
        return counts[kind.ordinal()];
    }

    boolean isOf(Guilt kind, int i) {
        return kinds[i] == kind.ordinal();
    }

    long score(int i) {
        return scores[i];
    }

    SourceGroup source(int i) {
        return connections[i].source();
    }

    /** Made of ages in nanoseconds, which nobody knows from outside. */
    long seed() {
        return seed;
    }

    /** Whether {@code one} goes before {@code other}, if they are of one kind and one source. */
    boolean worse(int one, int other) {
        return scores[one] != scores[other]
                ? scores[one] > scores[other]
                : connections[one].id() > connections[other].id();
    }

    Victim victim(int i) {
        ConnectionFacts connection = connections[i];
        return new Victim(
                connection,
                Guilt.values()[kinds[i]],
                scores[i] / VictimOrder.UNITS_PER_BYTE_SECOND,
                signal.gain(connection));
    }
}
