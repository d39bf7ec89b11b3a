package dev.spillway.server.demo;

import dev.spillway.pressure.Evaluation;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What came of the attack: figures, and one sentence that says whether the promises were kept.
 *
 * @param listeners how the honest clients of each listener fared
 * @param calm length of the calm phase that was measured
 * @param attack length of the attack
 * @param hostile how the hostile crowd had fared at its end
 * @param plan what it had set out to do
 * @param peak the highest pressure during the attack; empty if none was read
 * @param closed connections closed by MPP during the show
 * @param refused connections turned away during the show
 * @param recovered time from the attack's end until every signal was below its low mark; empty if that never came
 */
record AttackSummary(
        List<ListenerOutcome> listeners,
        Duration calm,
        Duration attack,
        HostileCrowd.Counts hostile,
        HostileCrowd.Plan plan,
        Optional<Evaluation> peak,
        long closed,
        long refused,
        Optional<Duration> recovered) {
    /** Share of the calm pace that honest clients on the public listener are promised under attack. */
    static final double PROMISED_SHARE = 0.9;

    /** Time in which pressure is promised to be gone when the attack is. */
    static final Duration PROMISED_RECOVERY = Duration.ofSeconds(2);

    /**
     * Honest clients of one listener.
     *
     * @param name of the listener
     * @param eligible whether MPP may close its connections
     * @param calm what they got done in the calm phase
     * @param attack what they got done during the attack
     */
    record ListenerOutcome(String name, boolean eligible, Exchanges calm, Exchanges attack) {}

    /** Exchanges a second under attack in proportion to those in the calm. */
    double kept(ListenerOutcome listener) {
        double before = listener.calm().done() / seconds(calm);
        return before == 0 ? 0 : listener.attack().done() / seconds(attack) / before;
    }

    private boolean pressed() {
        return peak.filter(evaluation -> evaluation.position() >= 1).isPresent();
    }

    /** What the promises were not kept in, in words; empty if all were. */
    List<String> broken() {
        Stream<String> honest = listeners.stream()
                .flatMap(listener -> listener.eligible()
                        ? Stream.of("honest clients on %s kept %.0f %% of their pace (promised: %.0f %%)"
                                        .formatted(listener.name(), kept(listener) * 100, PROMISED_SHARE * 100))
                                .filter(text -> kept(listener) < PROMISED_SHARE)
                        : Stream.of("%d exchanges failed on %s (promised: none)"
                                        .formatted(listener.attack().failed(), listener.name()))
                                .filter(text -> listener.attack().failed() > 0));
        Stream<String> pressure =
                recovered.filter(time -> time.compareTo(PROMISED_RECOVERY) <= 0).isPresent()
                        ? Stream.of()
                        : Stream.of(
                                "pressure was not below the low mark within " + PROMISED_RECOVERY.toSeconds() + " s");
        return Stream.concat(honest, pressure).toList();
    }

    /** One sentence. */
    String verdict() {
        if (!pressed()) {
            return "The crowd was too small to press the memory over its high mark, so nothing had to be protected.";
        }
        if (broken().isEmpty()) {
            return "Spillway closed what stood still, kept what moved, and was calm again at once.";
        }
        return "Spillway lived, but not every promise was kept: " + String.join("; ", broken()) + ".";
    }

    /** The lines to print. */
    String text(Palette palette) {
        StringBuilder text =
                new StringBuilder("\n").append(palette.bold("Summary")).append('\n');
        line(
                text,
                "attack",
                "%.0f s: %,d clients that never read, %,d that say nothing; %,d connections, %,d of them reset"
                        .formatted(
                                seconds(attack),
                                plan.zeroWindow(),
                                plan.silent(),
                                hostile.connects(),
                                hostile.reset()));
        line(
                text,
                "pressure",
                "peak %s; %s"
                        .formatted(
                                peak.map(Evaluation::describe).orElse("not read"),
                                recovered
                                        .map(time ->
                                                "below the low mark %.1f s after the attack".formatted(seconds(time)))
                                        .orElse("not below the low mark again")));
        line(text, "closed", "%,d connections by MPP; %,d new ones turned away".formatted(closed, refused));
        for (ListenerOutcome listener : listeners) {
            Exchanges attacked = listener.attack();
            line(
                    text,
                    listener.name(),
                    "%5.1f %% of the calm pace kept: %,d exchanges done, %,d failed, half within %s, 99 %% within %s"
                            .formatted(
                                    Math.min(100, kept(listener) * 100),
                                    attacked.done(),
                                    attacked.failed(),
                                    millis(attacked.latency(0.5)),
                                    millis(attacked.latency(0.99))));
        }
        boolean good = broken().isEmpty() && pressed();
        text.append('\n')
                .append("  ")
                .append(good ? palette.green(verdict()) : palette.yellow(verdict()))
                .append('\n');
        return text.toString();
    }

    private static void line(StringBuilder text, String name, String figures) {
        text.append("  %-9s %s%n".formatted(name, figures));
    }

    private static String millis(Duration time) {
        return "%.1f ms".formatted(time.toNanos() / 1e6);
    }

    private static double seconds(Duration time) {
        return Math.max(1e-3, time.toNanos() / 1e9);
    }
}
