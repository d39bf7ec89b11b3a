package dev.spillway.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.bench.measure.Measurements;
import dev.spillway.bench.measure.Metric;
import java.io.StringReader;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class RatioChartTest {
    private static final Metric BULK = new Metric("bulk-1", "Bulk < & >", "CPU s/GB", Metric.Kind.COST);
    private static final Metric RATE = new Metric("bulk-1.rate", "Rate", "GB/s", Metric.Kind.CONTROL);

    private final Measurements measurements = new Measurements();

    @Test
    void aRunWithoutTheReferenceHasNoPicture() {
        measurements.add(BULK, "spillway", 0, 1);
        assertThat(RatioChart.of(report(), metric -> true)).isEmpty();
    }

    @Test
    void onlyCostsAreDrawnWithADotForEachContenderThatIsNotTheReference() throws Exception {
        addRound(0, 2, 1, 4);
        measurements.add(RATE, "spillway", 0, 2);
        measurements.add(RATE, "haproxy", 0, 1);
        Document svg = parsed(RatioChart.of(report(), metric -> true).orElseThrow());
        // In the legend one each, and one each in the only row.
        assertThat(svg.getElementsByTagName("circle").getLength()).isEqualTo(4);
        assertThat(svg.getElementsByTagName("title").item(0).getTextContent()).isEqualTo("spillway ×2.00 (2.00–2.00)");
        assertThat(svg.getElementsByTagName("title").item(1).getTextContent()).isEqualTo("nginx ×4.00 (4.00–4.00)");
    }

    @Test
    void theAxisHasRoomForTheLeastAndTheGreatestRound() {
        addRound(0, 2, 1, 1);
        addRound(1, 3.1, 1, 1);
        addRound(2, 0.3, 1, 1);
        assertThat(RatioChart.of(report(), metric -> true).orElseThrow())
                .contains(">×4<", ">×1/4<", ">×1<")
                .doesNotContain(">×8<", ">×1/8<");
    }

    @Test
    void aDisturbedRoundLeavesRoomForTheOthers() {
        addRound(0, 2, 1, 1);
        addRound(1, 500, 1, 0.001);
        String svg = RatioChart.of(report(), metric -> true).orElseThrow();
        assertThat(svg).contains(">×8<", ">×1/8<").doesNotContain(">×16<", ">×1/16<");
        // Drawn at the ends of the axis.
        assertThat(svg).contains("x2=\"870.0\"", "x1=\"330.0\"");
    }

    @Test
    void ratiosNearOneAreNotMagnified() {
        addRound(0, 1.01, 1, 0.99);
        assertThat(RatioChart.of(report(), metric -> true).orElseThrow()).contains(">×2<", ">×1/2<");
    }

    @Test
    void whatIsNotWantedIsNotDrawn() {
        addRound(0, 2, 1, 4);
        assertThat(RatioChart.of(report(), metric -> !metric.id().startsWith("bulk")))
                .isEmpty();
    }

    @Test
    void whatIsAskedOfARowIsMarkedOnIt() {
        addRound(0, 2, 1, 4);
        Metric other = new Metric("idle.cpu", "Idle", "ms/s", Metric.Kind.COST);
        measurements.add(other, "spillway", 0, 1);
        measurements.add(other, "haproxy", 0, 1);
        // The axis goes from 1/2 to 4 over 540 units from 330 on; 0.5 is asked of bulk and nothing of the other.
        assertThat(RatioChart.of(report(), metric -> true)
                        .orElseThrow()
                        .lines()
                        .filter(line -> line.contains("#d00000")))
                .singleElement()
                .asString()
                .contains("x1=\"330.0\"");
    }

    @Test
    void theSameReportGivesTheSameBytes() {
        addRound(0, 2, 1, 4);
        assertThat(RatioChart.of(report(), metric -> true)).isEqualTo(RatioChart.of(report(), metric -> true));
    }

    private void addRound(int round, double spillway, double haproxy, double nginx) {
        measurements.add(BULK, "spillway", round, spillway);
        measurements.add(BULK, "haproxy", round, haproxy);
        measurements.add(BULK, "nginx", round, nginx);
    }

    private static Document parsed(String svg) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
    }

    private Report report() {
        return SampleReport.ofThree(measurements);
    }
}
