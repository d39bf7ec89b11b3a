package dev.spillway.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spillway.bench.measure.Measurements;
import dev.spillway.bench.measure.Metric;
import org.junit.jupiter.api.Test;

class TargetTest {
    private final Measurements measurements = new Measurements();

    @Test
    void whatWasNotMeasuredIsNeitherMetNorMissed() {
        assertThat(Target.all())
                .hasSize(7)
                .allSatisfy(target -> assertThat(target.verdict(measurements, "spillway"))
                        .isEqualTo(
                                new Target.Verdict(Target.Standing.NOT_MEASURED, java.util.Optional.empty(), "", 0)));
    }

    @Test
    void aTargetIsMetWhenEachOfItsMetricsIsWithin() {
        add("bulk-download-1", 0.4, 1);
        add("bulk-upload-4", 0.9, 2);
        Target.Verdict verdict = target("bulk, against HAProxy's default path").verdict(measurements, "spillway");
        assertThat(verdict.standing()).isEqualTo(Target.Standing.MET);
        // The mean of ratios is geometric: of 0.4 and 0.45.
        assertThat(verdict.measured().orElseThrow().median()).isCloseTo(Math.sqrt(0.18), within(1e-9));
        assertThat(verdict.worst()).isEqualTo("bulk-upload-4");
        assertThat(verdict.worstMedian()).isCloseTo(0.45, within(1e-9));
    }

    @Test
    void aMeanWithinIsNotAsGoodAsAllWithin() {
        add("bulk-download-1", 0.2, 1);
        add("bulk-upload-4", 0.6, 1);
        assertThat(standing("bulk, against HAProxy's default path")).isEqualTo(Target.Standing.ON_AVERAGE);
        add("bulk-both-4", 3, 1);
        assertThat(standing("bulk, against HAProxy's default path")).isEqualTo(Target.Standing.MISSED);
    }

    @Test
    void theBoundItselfIsMet() {
        add("connect-16", 1, 1);
        assertThat(standing("new connections")).isEqualTo(Target.Standing.MET);
    }

    @Test
    void bulkIsHeldAgainstTheForcedSpliceByItself() {
        add("bulk-download-1", 0.4, 1);
        assertThat(standing("bulk, against its forced splice")).isEqualTo(Target.Standing.NOT_MEASURED);
        measurements.add(cost("bulk-download-1"), "haproxy-splice", 0, 0.3);
        assertThat(standing("bulk, against its forced splice")).isEqualTo(Target.Standing.MISSED);
    }

    @Test
    void exchangesOfOneConnectionAreNotAskedAbout() {
        add("exchange-64B-1", 5, 1);
        assertThat(standing("request and response, 64 and 512 connections")).isEqualTo(Target.Standing.NOT_MEASURED);
        add("exchange-1024B-512", 0.5, 1);
        assertThat(standing("request and response, 64 and 512 connections")).isEqualTo(Target.Standing.MET);
    }

    @Test
    void onlyTheNinetyNinthPercentileIsAskedAbout() {
        add("latency-64B-64.p999", 9, 1);
        add("latency-64B-64.p99", 1.1, 1);
        assertThat(standing("p99 latency at half of HAProxy's peak rate")).isEqualTo(Target.Standing.MET);
    }

    @Test
    void theTimeToListeningIsAskedInSecondsWhateverTheOthersTake() {
        measurements.add(new Metric("start-up.time", "Start", "ms", Metric.Kind.COST), "spillway", 0, 900);
        Target.Verdict verdict = target("time to listening, warm disk").verdict(measurements, "spillway");
        assertThat(verdict.standing()).isEqualTo(Target.Standing.MET);
        assertThat(verdict.measured().orElseThrow().median()).isEqualTo(0.9);
        assertThat(verdict.worst()).isEmpty();
    }

    @Test
    void aRoundThatOneMetricLacksHasNoMeanButCountsForTheOther() {
        add("bulk-download-1", 0.4, 1);
        add("bulk-upload-4", 0.4, 1);
        measurements.add(cost("bulk-upload-4"), "spillway", 1, 0.1);
        measurements.add(cost("bulk-upload-4"), "haproxy", 1, 1);
        Target.Verdict verdict = target("bulk, against HAProxy's default path").verdict(measurements, "spillway");
        assertThat(verdict.measured().orElseThrow().min()).isCloseTo(0.4, within(1e-9));
    }

    private Target.Standing standing(String work) {
        return target(work).verdict(measurements, "spillway").standing();
    }

    private static Target target(String work) {
        return Target.all().stream()
                .filter(target -> target.work().equals(work))
                .findFirst()
                .orElseThrow();
    }

    private void add(String id, double spillway, double haproxy) {
        measurements.add(cost(id), "spillway", 0, spillway);
        measurements.add(cost(id), "haproxy", 0, haproxy);
    }

    private static Metric cost(String id) {
        return new Metric(id, id, "CPU s", Metric.Kind.COST);
    }
}
