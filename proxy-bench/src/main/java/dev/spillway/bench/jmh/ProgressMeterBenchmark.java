package dev.spillway.bench.jmh;

import dev.spillway.connection.Progress;
import dev.spillway.connection.ProgressMeter;
import dev.spillway.connection.WindowState;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** A look at one peer, and what it says. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ProgressMeterBenchmark {
    private static final long STEP_NANOS = 50_000_000;
    private static final long WAITING = 200_000;

    private final ProgressMeter meter = new ProgressMeter();
    private long now;
    private long taken;

    /** A look 50 ms after the last, at a peer that takes 100 kB/s. */
    @Benchmark
    public ProgressMeter look() {
        now += STEP_NANOS;
        taken += 5000;
        meter.look(now, taken, WAITING, WindowState.OPEN);
        return meter;
    }

    /** The look, and the record that is made of it for the facts of its connection. */
    @Benchmark
    public Progress lookAndTell() {
        look();
        return meter.at(now);
    }
}
