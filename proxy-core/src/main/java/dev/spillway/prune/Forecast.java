package dev.spillway.prune;

import dev.spillway.pressure.Reading;
import dev.spillway.pressure.Watermarks;
import java.util.Optional;

/**
 * Who would be closed if nothing else changed: the plans of all epochs of one episode, one after the other.
 *
 * @param reading the signal it is for, as it is or as it was supposed to be
 * @param marks its watermarks
 * @param plan the victims in the order in which they would go; empty if the level is below the high mark, or nothing has
 *     to be freed
 * @param eligible connections that might be closed at all
 * @param exempt connections that may not
 */
public record Forecast(Reading reading, Watermarks marks, Optional<PrunePlan> plan, int eligible, int exempt) {}
