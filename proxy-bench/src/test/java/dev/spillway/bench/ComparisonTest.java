package dev.spillway.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.spillway.bench.contender.Contender;
import dev.spillway.bench.contender.Haproxy;
import dev.spillway.bench.contender.Nginx;
import dev.spillway.bench.contender.RelayContender;
import dev.spillway.bench.load.Workload;
import dev.spillway.bench.measure.Measurements;
import dev.spillway.bench.measure.Metric;
import dev.spillway.bench.measure.Steadiness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Whole runs, as short as they can be: not what the figures are, but that they are there and can be. */
@EnabledOnOs(OS.LINUX)
@Timeout(300)
class ComparisonTest {
    private static final Idling SHORT = new Idling(Duration.ofMillis(100), Duration.ofMillis(500));
    private static final Plan TINY =
            new Plan(List.of(), 1, Duration.ofMillis(60), new Steadiness(0.1, 2), 5, 25, SHORT, 0);

    @Test
    void everythingIsMeasuredOfARelay() throws Exception {
        Measurements measured = run(TINY, List.of(new RelayContender("haproxy"), new RelayContender("other")));
        assertPlausible(measured, List.of("haproxy", "other"));
        assertThat(measured.contenders(metric(measured, "bulk-download-1.rate")))
                .contains(Subject.DIRECT);
        assertThat(measured.ratio(metric(measured, "bulk-download-1"), "other", "haproxy"))
                .hasValueSatisfying(ratio -> assertThat(ratio.median()).isBetween(0.01, 100.0));
    }

    @Test
    void everythingIsMeasuredOfTheInstalledProxies() throws Exception {
        List<Contender> installed = new ArrayList<>();
        ProgramSearch.find("haproxy", "").ifPresent(path -> installed.add(new Haproxy(path, Haproxy.Splicing.NONE)));
        ProgramSearch.find("nginx", "").ifPresent(path -> installed.add(new Nginx(path)));
        assumeFalse(installed.isEmpty(), "neither haproxy nor nginx is installed: no real proxy is compared");
        Measurements measured = run(TINY, installed);
        assertPlausible(measured, installed.stream().map(Contender::name).toList());
    }

    @Test
    void aContenderThatCannotBeStartedDoesNotStopTheOthers() throws Exception {
        Plan plan = new Plan(
                List.of("exchange-64B-1", "start"), 1, Duration.ofMillis(20), new Steadiness(0.1, 2), 5, 25, SHORT, 0);
        Contender broken = new Haproxy(java.nio.file.Path.of("/bin/false"), Haproxy.Splicing.NONE);
        Measurements measured = run(plan, List.of(broken, new RelayContender("relay")));
        assertThat(measured.failures()).extracting(Measurements.Failure::what).containsExactly("start-up", "start");
        assertThat(measured.failures()).allSatisfy(failure -> {
            assertThat(failure.contender()).isEqualTo("haproxy");
            assertThat(failure.message()).startsWith("haproxy ended with 1 at start");
        });
        assertThat(measured.figures(metric(measured, "exchange-64B-1"), "relay"))
                .hasSize(1);
        assertThat(measured.figures(metric(measured, "start-up.time"), "relay")).hasSize(1);
    }

    @Test
    void aContenderThatDiesIsReportedWithWhatItEndedWithAndSaid() throws Exception {
        Plan plan =
                new Plan(List.of("exchange-64B"), 1, Duration.ofMillis(20), new Steadiness(0.1, 2), 5, 25, SHORT, 0);
        List<String> progress = new ArrayList<>();
        // Three connections are its first exchanges; the next one is the load's.
        List<Entry> entries = List.of(Entry.of(new RelayContender("mortal", 3)), Entry.of(new RelayContender("relay")));
        Measurements measured = new Comparison(plan, entries, progress::add).run();
        assertThat(measured.failures())
                .containsExactly(
                        new Measurements.Failure("exchange-64B-1", "mortal", "the process has ended with 9"),
                        new Measurements.Failure("exchange-64B-64", "mortal", "the process has ended with 9"),
                        new Measurements.Failure("exchange-64B-512", "mortal", "the process has ended with 9"));
        assertThat(progress).containsOnlyOnce("  mortal said last: out of luck");
        assertThat(measured.figures(metric(measured, "exchange-64B-64"), "relay"))
                .hasSize(1);
    }

    private static Measurements run(Plan plan, List<Contender> contenders) throws Exception {
        return new Comparison(plan, contenders.stream().map(Entry::of).toList(), line -> {}).run();
    }

    private static void assertPlausible(Measurements measured, List<String> contenders) {
        assertThat(measured.failures()).isEmpty();
        for (String contender : contenders) {
            for (Workload workload : Workload.all()) {
                assertBetween(measured, workload.id(), contender, 1e-4, 1000);
                assertBetween(measured, workload.id() + ".rate", contender, 1e-6, 1e6);
                assertBetween(measured, workload.id() + ".busy", contender, 1e-6, 64);
                assertBetween(measured, workload.id() + ".user", contender, 0, 1000);
                assertBetween(measured, workload.id() + ".system", contender, 0, 1000);
                // Counted in ticks of 10 ms; so short a sample may be under one.
                assertBetween(measured, workload.id() + ".load", contender, 0, 64);
            }
            assertBetween(measured, LatencyTrial.ID + ".p50", contender, 1, 1e7);
            assertBetween(measured, LatencyTrial.ID + ".p90", contender, 1, 1e7);
            assertBetween(measured, LatencyTrial.P99, contender, 1, 1e7);
            assertBetween(measured, LatencyTrial.ID + ".p999", contender, 1, 1e7);
            assertBetween(measured, LatencyTrial.ID + ".late", contender, 0, 1e7);
            assertBetween(measured, "start-up.time", contender, 0.1, 60_000);
            assertBetween(measured, "start-up.relay", contender, 0.1, 60_000);
            assertBetween(measured, "start-up.rss", contender, 0.5, 2000);
            assertBetween(measured, "idle.rss", contender, -100_000, 100_000);
            assertBetween(measured, "idle.cpu", contender, 0, 2000);
        }
    }

    private static void assertBetween(
            Measurements measured, String id, String contender, double least, double greatest) {
        assertThat(measured.figures(metric(measured, id), contender))
                .as("%s of %s", id, contender)
                .hasSize(id.startsWith(LatencyTrial.ID) ? LatencyTrial.ROUNDS_FACTOR : 1)
                .allSatisfy(figure -> assertThat(figure).isBetween(least, greatest));
    }

    private static Metric metric(Measurements measured, String id) {
        return measured.metrics().stream()
                .filter(metric -> metric.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new AssertionError("not measured: " + id));
    }
}
