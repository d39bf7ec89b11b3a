package dev.spillway.bench;

import dev.spillway.bench.load.Backend;
import dev.spillway.bench.load.LoadFailure;
import dev.spillway.bench.load.OpenLoop;
import dev.spillway.bench.load.Pauses;
import dev.spillway.bench.load.Unit;
import dev.spillway.bench.measure.Measurements;
import dev.spillway.bench.measure.Metric;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;

/**
 * Latency at a rate of requests that is the same for all subjects. What the load generator itself is late with, what it sees
 * without a proxy, and what it sees of pauses that it makes itself, are the controls.
 *
 * @param perSecond requests a second, over all connections
 * @param duration of a sample
 * @param turn takes it
 * @param separation keeps all others out of its way
 * @param into where the figures go
 * @param progress told of each sample
 */
record LatencyTrial(
        double perSecond,
        Duration duration,
        Turn turn,
        Separation separation,
        Measurements into,
        Consumer<String> progress)
        implements Trial {
    /** High percentiles differ more from round to round than costs do, so they have so many times the rounds. */
    static final int ROUNDS_FACTOR = 3;

    static final int SIZE = 64;
    static final int CONNECTIONS = 64;

    /** Its name in {@code --only}, and the beginning of those of its metrics. */
    static final String ID = "latency-" + SIZE + "B-" + CONNECTIONS;

    /** The metric that a target is set for. */
    static final String P99 = ID + ".p99";

    private static final double NANOS_PER_MICRO = 1e3;

    /**
     * A warm-up sample is so many times as long as the others: a JVM's compilers work for seconds after the cost has become
     * steady, and have the proxy's processor for milliseconds at a time.
     */
    private static final int WARM_UP_FACTOR = 3;

    /** Of a sample, before it: who stood still has to get going, and connections are made. */
    private static final int RUN_IN_SHARE = 4;

    /** Processors that others may have without being suspected: the kernel's own threads and a shell have up to two thirds of it. */
    private static final double DISTURBED = 0.03;

    /** Samples taken at most for one that is not disturbed. */
    private static final int ATTEMPTS = 3;

    /** Connecting and ending take their share of a sample. */
    private static final double KEPT_UP = 0.9;

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String unit() {
        return "CPU s/" + Unit.EXCHANGES.title();
    }

    @Override
    public double warmUp(Subject subject) throws IOException, LoadFailure, InterruptedException {
        separation.only(subject);
        Duration longer = duration.multipliedBy(WARM_UP_FACTOR);
        Sample sample = turn.take(subject, () -> ask(subject, longer, false).exchanges());
        return per(sample, subject.proxy().isPresent() ? sample.proxyCpuSeconds() : sample.loadCpuSeconds());
    }

    @Override
    public void measure(Subject subject, int round) throws IOException, LoadFailure, InterruptedException {
        Timed timed = calmest(subject);
        Sample sample = timed.sample();
        Histogram latency = timed.outcome().latency();
        addPercentile("p50", "half of all requests", 50, latency, subject, round);
        addPercentile("p90", "90 % of all requests", 90, latency, subject, round);
        addPercentile("p99", "99 % of all requests", 99, latency, subject, round);
        addPercentile("p999", "99.9 % of all requests", 99.9, latency, subject, round);
        if (subject.proxy().isPresent()) {
            add("cpu", title("CPU"), unit(), Metric.Kind.COST, subject, round, per(sample, sample.proxyCpuSeconds()));
            control("busy", "CPUs", subject, round, sample.proxyBusy());
        } else {
            Histogram paused = ask(subject, duration, true).latency();
            control("paused", "µs, 99 %", subject, round, micros(paused, 99));
        }
        double rate = Unit.EXCHANGES.rate(sample.count(), sample.seconds());
        double late = micros(timed.outcome().lateness(), 99);
        control("rate", Unit.EXCHANGES.rateTitle(), subject, round, rate);
        control("late", "µs, 99 %", subject, round, late);
        control("load", "CPUs", subject, round, sample.loadBusy());
        sample.othersBusy().ifPresent(busy -> control("others", "CPUs", subject, round, busy));
        noteIfBehind(subject, round, rate);
        progress.accept(String.format(
                Locale.ROOT,
                "%s round %d %s: %.0f, %.0f, %.0f µs for 50, 99, 99.9 %% at %.1f k/s; sent late by %.0f µs for 99 %%; others had %s",
                ID,
                round + 1,
                subject.name(),
                micros(latency, 50),
                micros(latency, 99),
                micros(latency, 99.9),
                rate,
                late,
                sample.othersBusyInWords()));
    }

    /** A sample and what was seen in it. */
    private record Timed(Sample sample, OpenLoop.Outcome outcome) {}

    /** The first sample that nobody else on the machine disturbed, or else the one of a few that was disturbed least. */
    private Timed calmest(Subject subject) throws IOException, LoadFailure, InterruptedException {
        separation.only(subject);
        Timed best = timed(subject);
        for (int more = 1; more < ATTEMPTS && disturbance(best) > DISTURBED; more++) {
            Timed next = timed(subject);
            best = disturbance(next) < disturbance(best) ? next : best;
        }
        return best;
    }

    /** Where nobody tells, nobody is suspected. */
    private static double disturbance(Timed timed) {
        return timed.sample().othersBusy().orElse(0);
    }

    private Timed timed(Subject subject) throws IOException, LoadFailure, InterruptedException {
        ask(subject, duration.dividedBy(RUN_IN_SHARE), false);
        OpenLoop.Outcome[] outcome = new OpenLoop.Outcome[1];
        Sample sample = turn.take(subject, () -> {
            outcome[0] = ask(subject, duration, false);
            return outcome[0].exchanges();
        });
        return new Timed(sample, outcome[0]);
    }

    /** Who does not keep up has latencies that grow with the length of the sample, and say nothing else. */
    private void noteIfBehind(Subject subject, int round, double rate) {
        double asked = perSecond / 1e3;
        if (rate < KEPT_UP * asked) {
            into.note(String.format(
                    Locale.ROOT,
                    "%s answered only %.3g k/s of the %.3g k/s asked of it in round %d of %s: its latencies there are those of"
                            + " a queue that grows.",
                    subject.name(),
                    rate,
                    asked,
                    round + 1,
                    ID));
        }
    }

    /** Asks, and serves the backend's part on the same thread; {@code pausing} now and then, as a bad proxy would. */
    private OpenLoop.Outcome ask(Subject subject, Duration time, boolean pausing)
            throws LoadFailure, InterruptedException {
        try (Backend.EchoLoan echo = turn.lendEcho()) {
            return new OpenLoop(subject.endpoints().echo(), SIZE, CONNECTIONS, perSecond)
                    .run(time, pausing ? new Pauses(echo) : echo);
        }
    }

    private static double per(Sample sample, double cpuSeconds) {
        return cpuSeconds / Unit.EXCHANGES.quantity(sample.count());
    }

    private static double micros(Histogram histogram, double percentile) {
        return histogram.getValueAtPercentile(percentile) / NANOS_PER_MICRO;
    }

    private void addPercentile(
            String what, String of, double percentile, Histogram latency, Subject subject, int round) {
        Metric.Kind kind = Metric.Kind.COST;
        add(what, title("Latency, " + of), "µs", kind, subject, round, micros(latency, percentile));
    }

    private String title(String what) {
        return String.format(
                Locale.ROOT, "%s at %.3g k/s of %d B over %d connections", what, perSecond / 1e3, SIZE, CONNECTIONS);
    }

    private void control(String what, String unit, Subject subject, int round, double figure) {
        add(what, title("Latency"), unit, Metric.Kind.CONTROL, subject, round, figure);
    }

    private void add(
            String what, String title, String unit, Metric.Kind kind, Subject subject, int round, double figure) {
        into.add(new Metric(ID + "." + what, title, unit, kind), subject.name(), round, figure);
    }
}
