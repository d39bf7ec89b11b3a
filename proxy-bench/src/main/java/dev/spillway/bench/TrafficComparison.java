package dev.spillway.bench;

import dev.spillway.bench.load.Exchanges;
import dev.spillway.bench.load.LoadFailure;
import dev.spillway.bench.load.Workload;
import dev.spillway.bench.measure.Measurements;
import dev.spillway.bench.report.Target;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * CPU time per unit of work, and latency at a rate. All proxies stand ready the whole time, and each workload goes to them
 * in {@link Rounds}.
 */
final class TrafficComparison {
    /** The traffic whose greatest rate is the peak. */
    private static final Exchanges PEAK = new Exchanges(LatencyTrial.SIZE, LatencyTrial.CONNECTIONS);

    /** Samples whose best is the peak, once two in a row were as good as the same. */
    private static final int PEAK_SAMPLES = 3;

    private final Plan plan;
    private final Turn turn;
    private final Measurements into;
    private final Consumer<String> progress;

    TrafficComparison(Plan plan, Turn turn, Measurements into, Consumer<String> progress) {
        this.plan = plan;
        this.turn = turn;
        this.into = into;
        this.progress = progress;
    }

    void run(List<Subject> subjects) throws InterruptedException {
        Rounds rounds = new Rounds(plan, into, progress);
        for (Workload workload : Workload.all()) {
            if (plan.includes(workload.id())) {
                rounds.run(new WorkloadTrial(workload, plan, turn, into, progress), subjects);
            }
        }
        if (plan.includes(LatencyTrial.ID)) {
            double rate = plan.requestRate() > 0 ? plan.requestRate() : halfThePeak(subjects);
            if (rate > 0) {
                latency(rate, subjects);
            }
        }
    }

    private void latency(double rate, List<Subject> subjects) throws InterruptedException {
        try (Separation separation = Separation.of(subjects, into::note)) {
            new Rounds(plan.withRounds(plan.rounds() * LatencyTrial.ROUNDS_FACTOR), into, progress)
                    .run(new LatencyTrial(rate, plan.duration(), turn, separation, into, progress), subjects);
        } catch (IOException e) {
            into.note("After latency was measured, the processors could not be given back: " + e.getMessage() + ".");
        }
    }

    /** Half of the most that the reference can do, or whoever is there in its place; 0 if that could not be found. */
    private double halfThePeak(List<Subject> subjects) throws InterruptedException {
        Subject reference = subjects.stream()
                .filter(subject -> subject.name().equals(CompareCommand.REFERENCE))
                .findFirst()
                .orElse(standIn(subjects));
        try {
            double peak = peak(reference);
            into.note(String.format(
                    Locale.ROOT,
                    "Latency is measured at half of the %.1f k/s that %s reached in a closed loop, the best of %d samples"
                            + " of %s.",
                    peak / 1e3,
                    reference.name(),
                    PEAK_SAMPLES,
                    PEAK.id()));
            return peak / 2;
        } catch (IOException | LoadFailure e) {
            into.fail(LatencyTrial.ID, reference.name(), "its peak rate was not found: " + e.getMessage());
            progress.accept("%s: the peak rate was not found: %s".formatted(LatencyTrial.ID, e.getMessage()));
            return 0;
        }
    }

    /** The last of them that is a proxy, or just the last. */
    private static Subject standIn(List<Subject> subjects) {
        return subjects.stream()
                .filter(subject -> subject.proxy().isPresent()
                        && Target.FLOORS.stream()
                                .noneMatch(floor -> floor.contender().equals(subject.name())))
                .reduce((before, last) -> last)
                .orElse(subjects.get(subjects.size() - 1));
    }

    /** Exchanges a second. */
    private double peak(Subject subject) throws IOException, LoadFailure, InterruptedException {
        List<Double> times = new ArrayList<>();
        while (!plan.warmUp().isOver(times)) {
            times.add(1 / rate(subject));
        }
        double best = 0;
        for (int i = 0; i < PEAK_SAMPLES; i++) {
            best = Math.max(best, rate(subject));
        }
        progress.accept(String.format(Locale.ROOT, "peak of %s: %.1f k/s", subject.name(), best / 1e3));
        return best;
    }

    private double rate(Subject subject) throws IOException, LoadFailure, InterruptedException {
        Sample sample = turn.take(PEAK, subject, plan.duration());
        return sample.count() / sample.seconds();
    }
}
