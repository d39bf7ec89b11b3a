package dev.spillway.control;

import dev.spillway.pressure.Evaluation;
import dev.spillway.pressure.Rates;
import dev.spillway.pressure.Signal;
import java.util.Map;
import java.util.Optional;

/**
 * The pressure at one moment, for whoever watches. Immutable.
 *
 * @param evaluation the last one; empty until the first reading
 * @param unavailable signals that can't be read here, each with the reason
 * @param rates in force
 * @param episode number of the running episode, or 0
 * @param epoch number of the running epoch, or 0
 * @param episodes episodes so far
 * @param epochs epochs so far
 * @param closed connections closed by MPP so far
 * @param freedBytes what they had cost, in bytes
 * @param dryRun whether protection only records what it would do
 * @param wouldClose connections that dry runs have recorded so far
 * @param heldBack connections whose reading is stopped now because they are greedy
 * @param exempt what connections that may not be closed take, as it was when it was last looked at
 */
public record PressureView(
        Optional<Evaluation> evaluation,
        Map<Signal, String> unavailable,
        Rates rates,
        long episode,
        long epoch,
        long episodes,
        long epochs,
        long closed,
        long freedBytes,
        boolean dryRun,
        long wouldClose,
        int heldBack,
        ExemptCost exempt) {}
