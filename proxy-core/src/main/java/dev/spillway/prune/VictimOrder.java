package dev.spillway.prune;

import dev.spillway.connection.ConnectionFacts;
import dev.spillway.pressure.Demand;
import dev.spillway.pressure.Signal;
import java.util.Optional;

/**
 * The ranking of victims (S25).
 *
 * <p>First by {@link Guilt}: a connection that stands still goes before one that moves, whatever they cost. Within a
 * kind by score = cost × time without progress, in byte-seconds: the memory a connection has kept from the others, and
 * for how long. The cost is what its closing would relieve: held bytes where those are short, everything it takes
 * where slots or fixed costs are.
 *
 * <p>Quiet and cheap is not guilty: where held bytes are short, a connection that holds none is never a victim, for
 * closing it would free nothing. Idle and active ones are reached only from the high mark up ({@link
 * Demand.Reach#ANYONE}). One that is not eligible is never a victim, under any demand (S5, S8).
 */
final class VictimOrder {
    private static final double NANOS_PER_SECOND = 1e9;

    private final long stallNanos;

    VictimOrder(PruneSettings settings) {
        this.stallNanos = settings.stallAfter().toNanos();
    }

    /** How {@code connection} ranks for {@code demand}, or empty if it is no victim. */
    Optional<Victim> rank(ConnectionFacts connection, Demand demand) {
        long gain = demand.signal().gain(connection);
        if (!connection.verdict().eligible() || gain <= 0) {
            return Optional.empty();
        }
        Guilt guilt = guilt(connection, demand.signal());
        if (guilt != Guilt.STALLED && demand.reach() == Demand.Reach.STALLED) {
            return Optional.empty();
        }
        long cost = demand.signal().relievedByBurden() ? connection.cost().burdenBytes() : connection.costBytes();
        return Optional.of(new Victim(connection, guilt, cost * (standstill(connection) / NANOS_PER_SECOND), gain));
    }

    private Guilt guilt(ConnectionFacts connection, Signal signal) {
        if (connection.progress().waitingBytes() > 0 && connection.stalledNanos() >= stallNanos) {
            return Guilt.STALLED;
        }
        if (!signal.relievedByBurden() && connection.idleNanos() >= stallNanos) {
            return connection.silent() ? Guilt.STALLED : Guilt.IDLE;
        }
        return Guilt.ACTIVE;
    }

    /** Time without progress: of the direction that stands still longest, or of the whole connection. */
    private static long standstill(ConnectionFacts connection) {
        return Math.max(connection.stalledNanos(), connection.idleNanos());
    }
}
