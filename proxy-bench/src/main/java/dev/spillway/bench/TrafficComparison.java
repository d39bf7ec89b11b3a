package dev.spillway.bench;

import dev.spillway.bench.contender.ProxyProcess;
import dev.spillway.bench.load.LoadFailure;
import dev.spillway.bench.load.Unit;
import dev.spillway.bench.load.Workload;
import dev.spillway.bench.measure.Measurements;
import dev.spillway.bench.measure.Metric;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;

/**
 * CPU time per unit of work. All proxies stand ready the whole time; each workload goes to them in turn, in rounds, each
 * round starting with another one, so that whatever else the machine does hits all of them alike.
 */
final class TrafficComparison {
    private final Plan plan;
    private final Turn turn;
    private final Measurements into;
    private final Consumer<String> progress;
    private final Set<Subject> quoted = new HashSet<>();

    TrafficComparison(Plan plan, Turn turn, Measurements into, Consumer<String> progress) {
        this.plan = plan;
        this.turn = turn;
        this.into = into;
        this.progress = progress;
    }

    void run(List<Subject> subjects) throws InterruptedException {
        for (Workload workload : Workload.all()) {
            if (plan.includes(workload.id())) {
                run(
                        workload,
                        subjects.stream()
                                .filter(subject -> subject.takes(workload.id()))
                                .toList());
            }
        }
    }

    private void run(Workload workload, List<Subject> subjects) throws InterruptedException {
        Set<Subject> failed = new HashSet<>();
        for (Subject subject : subjects) {
            attempt(workload, subject, failed, () -> warmUp(workload, subject));
        }
        for (int round = 0; round < plan.rounds(); round++) {
            for (Subject subject : Rotation.of(subjects, round)) {
                int number = round;
                if (!failed.contains(subject)) {
                    attempt(workload, subject, failed, () -> measure(workload, subject, number));
                }
            }
        }
    }

    /** What may fail for one subject without ending the run. */
    private interface Step {
        void run() throws IOException, LoadFailure, InterruptedException;
    }

    private void attempt(Workload workload, Subject subject, Set<Subject> failed, Step step)
            throws InterruptedException {
        try {
            step.run();
        } catch (IOException | LoadFailure e) {
            failed.add(subject);
            OptionalInt exit = subject.exit();
            String message =
                    exit.isPresent() ? "the process has ended with " + exit.getAsInt() : String.valueOf(e.getMessage());
            into.fail(workload.id(), subject.name(), message);
            progress.accept("%s %s failed: %s".formatted(workload.id(), subject.name(), message));
            if (quoted.add(subject)) {
                subject.proxy().ifPresent(this::quote);
            }
        }
    }

    /** A failure is mostly the proxy's, and what it has to say of it goes with its files at the end of the run. */
    private void quote(ProxyProcess proxy) {
        try {
            progress.accept("  %s said last: %s".formatted(proxy.contender().name(), proxy.lastWords()));
        } catch (IOException e) {
            progress.accept("  what %s said cannot be read: %s"
                    .formatted(proxy.contender().name(), e));
        }
    }

    private void warmUp(Workload workload, Subject subject) throws IOException, LoadFailure, InterruptedException {
        List<Double> costs = new ArrayList<>();
        while (!plan.warmUp().isOver(costs)) {
            Sample sample = turn.take(workload, subject, plan.duration());
            // The control has no cost of its own; what has to become steady there is the load generator.
            costs.add(perQuantity(
                    workload,
                    sample,
                    subject.proxy().isPresent() ? sample.proxyCpuSeconds() : sample.loadCpuSeconds()));
        }
        progress.accept("%s %s warmed up with %d samples".formatted(workload.id(), subject.name(), costs.size()));
        if (!plan.warmUp().isSteady(costs)) {
            into.note(String.format(
                    Locale.ROOT,
                    "%s was not steady in %s after %d warm-up samples: the last two gave %.3g and %.3g CPU s/%s.",
                    subject.name(),
                    workload.id(),
                    costs.size(),
                    costs.get(costs.size() - 2),
                    costs.get(costs.size() - 1),
                    workload.unit().title()));
        }
    }

    private void measure(Workload workload, Subject subject, int round)
            throws IOException, LoadFailure, InterruptedException {
        Sample sample = turn.take(workload, subject, plan.duration());
        Unit unit = workload.unit();
        double rate = unit.rate(sample.count(), sample.seconds());
        if (subject.proxy().isPresent()) {
            into.add(costOf(workload), subject.name(), round, cost(workload, sample));
            into.add(control(workload, "busy", "CPUs"), subject.name(), round, sample.proxyBusy());
        }
        into.add(control(workload, "rate", unit.rateTitle()), subject.name(), round, rate);
        into.add(control(workload, "load", "CPUs"), subject.name(), round, sample.loadBusy());
        progress.accept(String.format(
                Locale.ROOT,
                "%s round %d %s: %.3f CPU s/%s, %.2f %s, %.2f CPUs busy",
                workload.id(),
                round + 1,
                subject.name(),
                cost(workload, sample),
                unit.title(),
                rate,
                unit.rateTitle(),
                sample.proxyBusy()));
    }

    private static double cost(Workload workload, Sample sample) {
        return perQuantity(workload, sample, sample.proxyCpuSeconds());
    }

    private static double perQuantity(Workload workload, Sample sample, double cpuSeconds) {
        return cpuSeconds / workload.unit().quantity(sample.count());
    }

    static Metric costOf(Workload workload) {
        return new Metric(
                workload.id(), workload.title(), "CPU s/" + workload.unit().title(), Metric.Kind.COST);
    }

    private static Metric control(Workload workload, String what, String unit) {
        return new Metric(workload.id() + "." + what, workload.title(), unit, Metric.Kind.CONTROL);
    }
}
