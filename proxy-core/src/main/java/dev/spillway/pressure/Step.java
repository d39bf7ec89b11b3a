package dev.spillway.pressure;

import java.util.List;
import java.util.Optional;

/**
 * What one turn of the controller asks for.
 *
 * @param evaluation what it saw
 * @param rates in force from now on
 * @param demands what is to be pruned now, most urgent first: the first that finds victims is the one to be met, for
 *     what no connection can give back must not hide what one can. Empty where no epoch began or nothing is needed
 * @param events what there is to tell, in order
 */
public record Step(Evaluation evaluation, Rates rates, List<Demand> demands, List<PressureEvent> events) {
    /** The most urgent demand, if there is one. */
    public Optional<Demand> demand() {
        return demands.stream().findFirst();
    }
}
