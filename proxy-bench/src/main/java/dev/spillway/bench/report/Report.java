package dev.spillway.bench.report;

import dev.spillway.bench.measure.Measurements;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A run and what it was made of.
 *
 * @param startedAt when it began
 * @param took how long it took
 * @param command the words after the jar that repeat it
 * @param machine what it ran on
 * @param contenders in the order of the columns
 * @param judged of these, the names of those that the targets are set for
 * @param reference the contender that ratios refer to
 * @param measurements the figures
 */
public record Report(
        Instant startedAt,
        Duration took,
        String command,
        Machine machine,
        List<Entrant> contenders,
        List<String> judged,
        String reference,
        Measurements measurements) {
    /** Copies the lists. */
    public Report {
        contenders = List.copyOf(contenders);
        judged = List.copyOf(judged);
    }

    /**
     * A contender as the reader has to know it.
     *
     * @param name column of the table
     * @param version as the program says
     * @param setUp how it was set up
     */
    public record Entrant(String name, String version, String setUp) {}
}
