package dev.spillway.prune;

import dev.spillway.connection.ConnectionFacts;
import dev.spillway.pressure.Demand;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Turns a demand into a plan, fairly between sources.
 *
 * <p>Within each kind of {@link Guilt}, the victim is always the highest score of the source group whose remaining
 * scores are the highest in sum: a crowd behind one address pays before a single connection from another, and one
 * source cannot hide behind many small connections: whatever it is split into, no other source pays while its candidates together
 * weigh more than that one's. Ties go to the newer connection, so that the plan is repeatable and the client who was there first
 * stays.
 *
 * <p>A plan stops with the victim that meets the demand, so it exceeds the demand by less than one victim; and a larger
 * demand yields the same victims and perhaps more.
 *
 * <p>Time is one look at each connection, and for n candidates and v victims O(n + v log n) after it; a kind that is not reached is
 * not looked at twice. Memory is some thirty bytes a connection in a few arrays, only while a plan is made.
 */
public final class Pruner {
    private final VictimOrder order;
    private final int maxVictims;

    /** A pruner that chooses as {@code settings} say. */
    public Pruner(PruneSettings settings) {
        this.order = new VictimOrder(settings);
        this.maxVictims = settings.maxPerEpoch();
    }

    /** Whom of {@code connections} to close for {@code demand}. Any thread; the caller's collection is only read. */
    public PrunePlan plan(Demand demand, Collection<ConnectionFacts> connections) {
        Candidates candidates = new Candidates(order, demand, connections);
        return plan(demand, candidates, candidates.exemptWeighMore());
    }

    /**
     * The same, where some of {@code all} have been chosen already.
     *
     * @param all by which it is judged who fills the memory
     */
    PrunePlan plan(Demand demand, Collection<ConnectionFacts> left, Collection<ConnectionFacts> all) {
        return left == all
                ? plan(demand, all)
                : plan(
                        demand,
                        new Candidates(order, demand, left),
                        new Candidates(order, demand, all).exemptWeighMore());
    }

    /**
     * @param sparesActive whether {@link Guilt#ACTIVE} ones are left alone. They are where those that may not be closed take more of what is
     *     short than all others together: it is they who fill it, and however many who progress were closed, they would take the room
     */
    private PrunePlan plan(Demand demand, Candidates candidates, boolean sparesActive) {
        List<Victim> victims = new ArrayList<>();
        long gain = 0;
        for (Guilt kind : Guilt.values()) {
            long enough = kind.standsStill() ? demand.amount() : demand.fromAnyone();
            if (kind == Guilt.ACTIVE && sparesActive) {
                continue;
            }
            if (candidates.count(kind) == 0 || gain >= enough || victims.size() >= maxVictims) {
                continue;
            }
            SourceQueue queue = new SourceQueue(candidates, kind, maxVictims - victims.size());
            while (gain < enough && victims.size() < maxVictims && !queue.isEmpty()) {
                Victim victim = candidates.victim(queue.remove());
                victims.add(victim);
                gain += victim.gain();
            }
        }
        return new PrunePlan(demand, List.copyOf(victims), gain);
    }
}
