package dev.spillway.bench.jmh;

import dev.spillway.pressure.EpisodeController;
import dev.spillway.pressure.PressureSettings;
import dev.spillway.pressure.Reading;
import dev.spillway.pressure.Signal;
import dev.spillway.pressure.Step;
import dev.spillway.pressure.Watermarks;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** A turn of the controller in which nothing happens: every signal read, all of them well below their marks. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class EvaluationBenchmark {
    private static final long LIMIT = 1 << 30;
    private static final long INTERVAL_NANOS = 5_000_000;

    private final EpisodeController controller = new EpisodeController(settings());
    private final List<Reading> readings = Stream.of(Signal.values())
            .map(signal -> new Reading(signal, LIMIT / 3, LIMIT))
            .toList();
    private long now;

    private static PressureSettings settings() {
        Map<Signal, Watermarks> marks = new EnumMap<>(Signal.class);
        for (Signal signal : Signal.values()) {
            marks.put(signal, new Watermarks(0.7, 0.8, 0.9));
        }
        return PressureSettings.of(Duration.ofMillis(50), Duration.ofMillis(100), Duration.ofSeconds(10), marks);
    }

    /** The turn. */
    @Benchmark
    public Step calm() {
        now += INTERVAL_NANOS;
        return controller.advance(now, readings);
    }
}
