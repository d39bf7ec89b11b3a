package dev.spillway.bench;

import dev.spillway.bench.contender.ProxyProcess;
import dev.spillway.bench.load.LoadFailure;
import dev.spillway.bench.measure.Measurements;
import dev.spillway.bench.measure.Steadiness;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Puts all subjects to a trial: each is warmed up until it is steady, then they have their turns, round by round, each round
 * in another order, so that whatever else the machine does hits all of them alike. What fails for one subject is recorded, and
 * the others go on.
 */
final class Rounds {
    private final Plan plan;
    private final Measurements into;
    private final Consumer<String> progress;
    private final Set<Subject> quoted = new HashSet<>();

    Rounds(Plan plan, Measurements into, Consumer<String> progress) {
        this.plan = plan;
        this.into = into;
        this.progress = progress;
    }

    void run(Trial trial, List<Subject> subjects) throws InterruptedException {
        List<Subject> taking =
                subjects.stream().filter(subject -> subject.takes(trial.id())).toList();
        Set<Subject> failed = new HashSet<>();
        for (Subject subject : taking) {
            attempt(trial, subject, failed, () -> warmUp(trial, subject));
        }
        for (int round = 0; round < plan.rounds(); round++) {
            for (Subject subject : Rotation.of(taking, round)) {
                int number = round;
                if (!failed.contains(subject)) {
                    attempt(trial, subject, failed, () -> trial.measure(subject, number));
                }
            }
        }
    }

    /** What may fail for one subject without ending the run. */
    private interface Step {
        void run() throws IOException, LoadFailure, InterruptedException;
    }

    private void attempt(Trial trial, Subject subject, Set<Subject> failed, Step step) throws InterruptedException {
        try {
            step.run();
        } catch (IOException | LoadFailure e) {
            failed.add(subject);
            OptionalInt exit = subject.exit();
            String message =
                    exit.isPresent() ? "the process has ended with " + exit.getAsInt() : String.valueOf(e.getMessage());
            into.fail(trial.id(), subject.name(), message);
            progress.accept("%s %s failed: %s".formatted(trial.id(), subject.name(), message));
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

    private void warmUp(Trial trial, Subject subject) throws IOException, LoadFailure, InterruptedException {
        List<Double> figures = new ArrayList<>();
        while (!plan.warmUp().isOver(figures)) {
            figures.add(trial.warmUp(subject));
        }
        progress.accept("%s %s warmed up with %d samples".formatted(trial.id(), subject.name(), figures.size()));
        if (figures.size() < Steadiness.LEAST) {
            into.note("%s had %d warm-up samples in %s, too few to tell whether it was warm."
                    .formatted(subject.name(), figures.size(), trial.id()));
        } else if (!plan.warmUp().isSteady(figures)) {
            into.note(String.format(
                    Locale.ROOT,
                    "%s was still getting better in %s after %d warm-up samples, the most that was asked for: the last gave"
                            + " %.3g %s.",
                    subject.name(),
                    trial.id(),
                    figures.size(),
                    figures.get(figures.size() - 1),
                    trial.unit()));
        }
    }
}
