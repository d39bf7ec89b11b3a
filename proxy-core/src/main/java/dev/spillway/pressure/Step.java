package dev.spillway.pressure;

import java.util.List;
import java.util.Optional;

/**
 * What one turn of the controller asks for.
 *
 * @param evaluation what it saw
 * @param rates in force from now on
 * @param demands what is to be pruned now, most urgent first; {@code prune.EpochPlan} says how they are met together. Empty
 *     where no epoch began or nothing is needed
 * @param events what there is to tell, in order
 */
public record Step(Evaluation evaluation, Rates rates, List<Demand> demands, List<PressureEvent> events) {
    /** Whether an epoch began with it. */
    public boolean epochBegan() {
        return events.stream().anyMatch(event -> event instanceof PressureEvent.EpochStarted);
    }

    /** The most urgent demand, if there is one. */
    public Optional<Demand> demand() {
        return demands.stream().findFirst();
    }
}
