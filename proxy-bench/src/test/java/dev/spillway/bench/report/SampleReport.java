package dev.spillway.bench.report;

import dev.spillway.bench.measure.Measurements;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Reports of runs that never were, which differ in what was measured. */
final class SampleReport {
    private static final List<Report.Entrant> ENTRANTS = List.of(
            new Report.Entrant("spillway", "0.1", "one thread"), new Report.Entrant("haproxy", "2.6", "one thread"));

    private SampleReport() {}

    /** Spillway, and haproxy as the reference. */
    static Report of(Measurements measurements) {
        return of(ENTRANTS, measurements);
    }

    /** The same with nginx as a third. */
    static Report ofThree(Measurements measurements) {
        List<Report.Entrant> three = new ArrayList<>(ENTRANTS);
        three.add(new Report.Entrant("nginx", "1.22", "one worker"));
        return of(three, measurements);
    }

    private static Report of(List<Report.Entrant> entrants, Measurements measurements) {
        return new Report(
                Instant.parse("2026-01-02T03:04:05Z"),
                Duration.ofSeconds(7),
                "compare",
                new Machine("CPU", 2, 1024, "6.1", "bbr", "JVM 17", 0.5),
                entrants,
                List.of("spillway"),
                "haproxy",
                measurements);
    }
}
