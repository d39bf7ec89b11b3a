package dev.spillway.bench.jmh;

import dev.spillway.connection.ConnectionFacts;
import dev.spillway.pressure.Demand;
import dev.spillway.pressure.Demand.Reach;
import dev.spillway.pressure.Signal;
import dev.spillway.prune.PrunePlan;
import dev.spillway.prune.PruneSettings;
import dev.spillway.prune.Pruner;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** One plan: facts of all connections in, victims out. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class VictimChoiceBenchmark {
    private static final int MOST_VICTIMS = 1000;
    private static final int FEW_SOURCES = 10;
    private static final long LITTLE_BYTES = 1 << 20;

    /** How many connections there are. */
    @Param({"1000", "10000", "100000"})
    public int connections;

    /** Whether they come from ten sources or each from its own. */
    @Param({"few", "each"})
    public String sources = "few";

    private final Pruner pruner = new Pruner(new PruneSettings(Duration.ofMillis(250), MOST_VICTIMS, 32, 64));
    private final Demand little = new Demand(Signal.KERNEL_TCP, LITTLE_BYTES, Reach.ANYONE);
    private final Demand much = new Demand(Signal.KERNEL_TCP, Long.MAX_VALUE / 2, Reach.ANYONE);
    private List<ConnectionFacts> crowd = List.of();

    /** Makes the crowd. */
    @Setup
    public void connect() {
        crowd = Crowd.of(connections, sources.equals("few") ? FEW_SOURCES : connections);
    }

    /** A MiB of kernel memory: a handful of victims. */
    @Benchmark
    public PrunePlan little() {
        return pruner.plan(little, crowd);
    }

    /** As many victims as one epoch may have by default. */
    @Benchmark
    public PrunePlan anEpochsMost() {
        return pruner.plan(much, crowd);
    }
}
