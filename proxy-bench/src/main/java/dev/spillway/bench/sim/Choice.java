package dev.spillway.bench.sim;

import dev.spillway.connection.ConnectionFacts;
import dev.spillway.pressure.Demand;
import dev.spillway.prune.Victim;
import java.util.List;

/** Who is closed in one epoch: what the compared policies differ in, and nothing else. */
interface Choice {
    /** The victims for {@code demands}, the most urgent of them first. */
    List<Victim> choose(List<Demand> demands, List<ConnectionFacts> connections);
}
