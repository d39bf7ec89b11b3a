package dev.spillway.prune;

import dev.spillway.connection.ConnectionFacts;
import dev.spillway.pressure.Demand;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Whom to close in one epoch, for everything that is short at once.
 *
 * <p>Demands are met one after the other, the most urgent first. What the victims of one give back of the next is taken off
 * that, so that two signals that the same connections relieve are not paid for twice; and a shortage that no connection can
 * relieve does not hide one that can be relieved.
 *
 * @param plans those that have victims, in the order of the demands; no connection is in two of them
 */
public record EpochPlan(List<PrunePlan> plans) {
    /** Nobody has to go. */
    public static final EpochPlan NOBODY = new EpochPlan(List.of());

    /** The plans are copied. */
    public EpochPlan {
        plans = List.copyOf(plans);
    }

    /**
     * The plan for {@code demands}, the most urgent of them first.
     *
     * @param most how many victims there may be in all
     */
    public static EpochPlan of(List<Demand> demands, Collection<ConnectionFacts> connections, Pruner pruner, int most) {
        List<PrunePlan> plans = new ArrayList<>();
        List<Victim> victims = new ArrayList<>();
        Collection<ConnectionFacts> left = connections;
        for (Demand demand : demands) {
            long given = victims.stream()
                    .mapToLong(victim -> demand.signal().gain(victim.connection()))
                    .sum();
            if (given < demand.amount() && victims.size() < most) {
                Demand rest = demand.less(given);
                PrunePlan plan = atMost(pruner.plan(rest, left, connections), most - victims.size());
                if (!plan.victims().isEmpty()) {
                    plans.add(plan);
                    victims.addAll(plan.victims());
                    left = without(left, plan.victims());
                }
            }
        }
        return new EpochPlan(plans);
    }

    private static PrunePlan atMost(PrunePlan plan, int most) {
        if (plan.victims().size() <= most) {
            return plan;
        }
        List<Victim> first = List.copyOf(plan.victims().subList(0, most));
        return new PrunePlan(
                plan.demand(), first, first.stream().mapToLong(Victim::gain).sum());
    }

    private static List<ConnectionFacts> without(Collection<ConnectionFacts> all, List<Victim> victims) {
        Set<Long> gone = new HashSet<>();
        victims.forEach(victim -> gone.add(victim.connection().id()));
        return all.stream().filter(each -> !gone.contains(each.id())).toList();
    }

    /** Whether nobody has to go. */
    public boolean isEmpty() {
        return plans.isEmpty();
    }

    /** All victims, in the order of closing. */
    public List<Victim> victims() {
        return plans.stream().flatMap(plan -> plan.victims().stream()).toList();
    }
}
