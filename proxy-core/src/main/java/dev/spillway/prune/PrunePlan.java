package dev.spillway.prune;

import dev.spillway.pressure.Demand;
import java.util.List;

/**
 * Whom to close for a demand.
 *
 * @param demand what was asked for
 * @param victims in the order of closing
 * @param gain what they are expected to give back together, in the unit of the demand's signal
 */
public record PrunePlan(Demand demand, List<Victim> victims, long gain) {
    /** Whether the demand can't be met: too few are eligible, or too many would have to go in one epoch. */
    public boolean fallsShort() {
        return gain < demand.amount();
    }
}
