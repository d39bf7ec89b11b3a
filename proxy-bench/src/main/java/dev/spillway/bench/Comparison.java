package dev.spillway.bench;

import dev.spillway.bench.contender.ChildProcesses;
import dev.spillway.bench.contender.Contender;
import dev.spillway.bench.load.Backend;
import dev.spillway.bench.measure.Measurements;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** One run: everything in the plan, for each contender. What fails for one of them is recorded and the rest goes on. */
final class Comparison {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Plan plan;
    private final List<Entry> entries;
    private final Consumer<String> progress;

    Comparison(Plan plan, List<Entry> entries, Consumer<String> progress) {
        this.plan = plan;
        this.entries = List.copyOf(entries);
        this.progress = progress;
    }

    /** Runs, and leaves no process and no file behind. */
    Measurements run() throws IOException, InterruptedException {
        Measurements into = new Measurements();
        try (Backend backend = Backend.start();
                ChildProcesses children = ChildProcesses.create()) {
            Turn turn = new Turn(backend);
            new FootprintComparison(plan, children, backend, turn, into, progress).run(entries);
            if (plan.hasTraffic()) {
                new TrafficComparison(plan, turn, into, progress).run(start(children, backend, into));
            }
        }
        return into;
    }

    private List<Subject> start(ChildProcesses children, Backend backend, Measurements into)
            throws InterruptedException {
        List<Subject> subjects = new ArrayList<>();
        subjects.add(Subject.direct(backend.endpoints()));
        for (Entry entry : entries) {
            Contender contender = entry.traffic();
            try {
                subjects.add(
                        Subject.of(children.start(contender, backend.endpoints(), Plan.TRAFFIC_CAPACITY, PATIENCE)));
            } catch (IOException e) {
                into.fail("start", contender.name(), String.valueOf(e.getMessage()));
            }
        }
        return subjects;
    }
}
