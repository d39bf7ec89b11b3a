package dev.spillway.bench.sim;

import java.util.List;
import java.util.function.ToLongFunction;

/**
 * What a policy made of a scenario, over all seeds.
 *
 * @param policy which
 * @param outcomes one for each seed
 * @param undisturbed honest bytes of the same seeds when nobody attacks
 */
record Cell(Policy policy, List<Outcome> outcomes, List<Long> undisturbed) {
    long falseKills() {
        return sum(Outcome::falseKills);
    }

    long kills() {
        return sum(Outcome::kills);
    }

    long exposed() {
        return sum(Outcome::exposed);
    }

    /** Honest connections closed, of those that lived under pressure, in percent. */
    double falseKillPercent() {
        return percent(falseKills(), exposed());
    }

    /** The same of the worst seed. */
    double worstFalseKillPercent() {
        return outcomes.stream()
                .mapToDouble(each -> percent(each.falseKills(), each.exposed()))
                .max()
                .orElse(0);
    }

    private static double percent(long part, long whole) {
        return part == 0 ? 0 : 100.0 * part / Math.max(1, whole);
    }

    /** Honest bytes that arrived, of those of an undisturbed run, in percent: mean over the seeds. */
    double goodputPercent() {
        double sum = 0;
        for (int i = 0; i < outcomes.size(); i++) {
            sum += 100.0 * outcomes.get(i).honestBytes() / undisturbed.get(i);
        }
        return sum / outcomes.size();
    }

    long crossings() {
        return sum(Outcome::crossings);
    }

    /** Longest of all runs, in milliseconds; -1 if there was no crossing that a close answered. */
    long reaction() {
        return max(Outcome::reaction);
    }

    /** Longest of all runs, in milliseconds. */
    long aboveLongest() {
        return max(Outcome::aboveLongest);
    }

    /** Mean over the runs, in milliseconds. */
    double aboveTotal() {
        return mean(Outcome::aboveTotal);
    }

    /** Mean over the runs of the longest of each, in milliseconds; -1 if none crossed. */
    double recovery() {
        return outcomes.stream()
                .mapToLong(Outcome::recovery)
                .filter(each -> each >= 0)
                .average()
                .orElse(-1);
    }

    boolean recovered() {
        return outcomes.stream().allMatch(Outcome::recovered);
    }

    /** Most of all runs, in bytes. */
    long overshot() {
        return max(Outcome::overshot);
    }

    private long sum(ToLongFunction<Outcome> figure) {
        return outcomes.stream().mapToLong(figure).sum();
    }

    private long max(ToLongFunction<Outcome> figure) {
        return outcomes.stream().mapToLong(figure).max().orElse(-1);
    }

    private double mean(ToLongFunction<Outcome> figure) {
        return outcomes.stream().mapToLong(figure).average().orElse(0);
    }
}
