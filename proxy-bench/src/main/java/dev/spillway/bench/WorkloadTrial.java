package dev.spillway.bench;

import dev.spillway.bench.load.LoadFailure;
import dev.spillway.bench.load.Unit;
import dev.spillway.bench.load.Workload;
import dev.spillway.bench.measure.Measurements;
import dev.spillway.bench.measure.Metric;
import java.io.IOException;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * CPU time per unit of work of one workload, and the controls that say how far to trust it.
 *
 * @param workload what is sent
 * @param plan how long a sample is
 * @param turn takes it
 * @param into where the figures go
 * @param progress told of each sample
 */
record WorkloadTrial(Workload workload, Plan plan, Turn turn, Measurements into, Consumer<String> progress)
        implements Trial {
    @Override
    public String id() {
        return workload.id();
    }

    @Override
    public String unit() {
        return "CPU s/" + workload.unit().title();
    }

    @Override
    public double warmUp(Subject subject) throws IOException, LoadFailure, InterruptedException {
        Sample sample = turn.take(workload, subject, plan.duration());
        // The control has no cost of its own; what has to become steady there is the load generator.
        return per(sample, subject.proxy().isPresent() ? sample.proxyCpuSeconds() : sample.loadCpuSeconds());
    }

    @Override
    public void measure(Subject subject, int round) throws IOException, LoadFailure, InterruptedException {
        Sample sample = turn.take(workload, subject, plan.duration());
        Unit unit = workload.unit();
        double rate = unit.rate(sample.count(), sample.seconds());
        if (subject.proxy().isPresent()) {
            into.add(cost(), subject.name(), round, per(sample, sample.proxyCpuSeconds()));
            add("user", unit(), subject, round, per(sample, sample.userSeconds()));
            add("system", unit(), subject, round, per(sample, sample.systemSeconds()));
            add("busy", "CPUs", subject, round, sample.proxyBusy());
        }
        add("rate", unit.rateTitle(), subject, round, rate);
        add("load", "CPUs", subject, round, sample.loadBusy());
        progress.accept(String.format(
                Locale.ROOT,
                "%s round %d %s: %.3f %s, %.2f %s, %.2f CPUs busy",
                id(),
                round + 1,
                subject.name(),
                per(sample, sample.proxyCpuSeconds()),
                unit(),
                rate,
                unit.rateTitle(),
                sample.proxyBusy()));
    }

    private double per(Sample sample, double cpuSeconds) {
        return cpuSeconds / workload.unit().quantity(sample.count());
    }

    private Metric cost() {
        return new Metric(id(), workload.title(), unit(), Metric.Kind.COST);
    }

    private void add(String what, String unit, Subject subject, int round, double figure) {
        into.add(
                new Metric(id() + "." + what, workload.title(), unit, Metric.Kind.CONTROL),
                subject.name(),
                round,
                figure);
    }
}
