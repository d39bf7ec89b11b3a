package dev.spillway.control;

import dev.spillway.pressure.PressureSettings;
import dev.spillway.prune.PruneSettings;
import dev.spillway.prune.Pruner;

/** What the loop goes by; swapped as a whole. */
record Course(PressureSettings pressure, PruneSettings prune, Pruner pruner) {
    static Course of(PressureSettings pressure, PruneSettings prune) {
        return new Course(pressure, prune, new Pruner(prune));
    }
}
