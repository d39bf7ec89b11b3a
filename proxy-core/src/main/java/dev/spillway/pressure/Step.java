package dev.spillway.pressure;

import java.util.List;
import java.util.Optional;

/**
 * What one turn of the controller asks for.
 *
 * @param evaluation what it saw
 * @param rates in force from now on
 * @param demand what is to be pruned now; empty where no epoch began or nothing is needed
 * @param events what there is to tell, in order
 */
public record Step(Evaluation evaluation, Rates rates, Optional<Demand> demand, List<PressureEvent> events) {}
