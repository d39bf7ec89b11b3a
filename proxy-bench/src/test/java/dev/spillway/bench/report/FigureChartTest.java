package dev.spillway.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.bench.measure.Measurements;
import dev.spillway.bench.measure.Metric;
import java.io.StringReader;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** The charts of figures: {@link FigureChart} and {@link PercentileChart}. */
class FigureChartTest {
    private static final Metric BULK = new Metric("bulk-1", "Bulk < & >", "CPU s/GB", Metric.Kind.COST);
    private static final Metric RATE = new Metric("bulk-1.rate", "Rate", "GB/s", Metric.Kind.CONTROL);
    private static final Metric RSS = new Metric("idle.rss", "Resident", "KiB", Metric.Kind.COST);
    private static final Metric HEAP = new Metric("idle.heap", "Heap", "KiB", Metric.Kind.AMOUNT);

    private final Measurements measurements = new Measurements();

    @Test
    void aRunWithoutWhatIsWantedHasNoPicture() {
        measurements.add(BULK, "spillway", 0, 1);
        assertThat(FigureChart.of(report(), "Idle", metric -> metric.id().startsWith("idle")))
                .isEmpty();
        assertThat(PercentileChart.of(report())).isEmpty();
    }

    @Test
    void aDotStandsAtTheMedianAndALineGoesFromTheLeastToTheGreatestRound() throws Exception {
        measurements.add(BULK, "spillway", 0, 2);
        measurements.add(BULK, "spillway", 1, 4);
        measurements.add(BULK, "spillway", 2, 5);
        measurements.add(RATE, "spillway", 0, 9);
        Document svg = parsed(FigureChart.of(report(), "Bulk", metric -> true).orElseThrow());
        assertThat(titles(svg)).containsExactly("spillway 4.00 (2.00–5.00)");
        // The axis goes from 0 to 5 over 470 units from 390 on.
        assertThat(attributes(svg, "circle", "cx")).contains("766.0");
        assertThat(attributes(svg, "line", "x1")).contains("578.0");
        assertThat(attributes(svg, "line", "x2")).contains("860.0");
    }

    @Test
    void eachUnitHasAnAxisOfItsOwn() {
        measurements.add(BULK, "spillway", 0, 0.5);
        measurements.add(RSS, "spillway", 0, 400);
        measurements.add(HEAP, "spillway", 0, 100);
        String svg = FigureChart.of(report(), "All", metric -> true).orElseThrow();
        assertThat(svg).contains(">CPU s/GB<", ">KiB<", ">0.500<", ">400<", ">Heap<");
        assertThat(svg.split(">KiB<", -1)).hasSize(2);
    }

    @Test
    void aDisturbedRoundAndAFigureBelowNothingAreDrawnAtTheEndsOfTheAxis() {
        measurements.add(RSS, "spillway", 0, 10);
        measurements.add(RSS, "spillway", 1, 10);
        measurements.add(RSS, "spillway", 2, 5000);
        measurements.add(RSS, "haproxy", 0, -3);
        String svg = FigureChart.of(report(), "Idle", metric -> true).orElseThrow();
        assertThat(svg).contains("x2=\"860.0\"", "cx=\"390.0\"").doesNotContain("-3.0\"", ">5000<");
    }

    @Test
    void nothingButNoughtsStillHasAnAxis() {
        measurements.add(HEAP, "spillway", 0, 0);
        assertThat(FigureChart.of(report(), "Idle", metric -> true).orElseThrow())
                .contains(">1.00<")
                .doesNotContain("NaN");
    }

    @Test
    void aCurveGoesThroughAllPercentilesOfEachContenderAndTheControl() throws Exception {
        latency("p50", 50, "spillway", 10, 20, 30);
        latency("p99", 99, "spillway", 100, 200, 900);
        latency("p999", 99.9, "spillway", 1000, 1000, 1000);
        latency("p50", 50, "direct", 2, 2, 2);
        measurements.add(
                new Metric("latency-1.late", "Late", "µs, 99 %", Metric.Kind.CONTROL), "spillway", 0, 100_000_000);
        Document svg = parsed(PercentileChart.of(report()).orElseThrow());
        assertThat(titles(svg))
                .containsExactly(
                        "spillway 50.0 %: 20.0 (10.0–30.0) µs",
                        "spillway 99.0 %: 200 (100–900) µs",
                        "spillway 99.9 %: 1000 (1000–1000) µs",
                        "direct 50.0 %: 2.00 (2.00–2.00) µs");
        assertThat(attributes(svg, "polyline", "points").get(0).split(" ")).hasSize(3);
        String text = PercentileChart.of(report()).orElseThrow();
        assertThat(text).contains(">1.00<", ">1000<", ">99.9 %<").doesNotContain(">10000<", "NaN");
    }

    @Test
    void aContenderHasOneColourInAllPicturesAndTheControlIsGrey() {
        measurements.add(BULK, "haproxy", 0, 1);
        measurements.add(BULK, "spillway", 0, 2);
        latency("p50", 50, "haproxy", 1, 2, 3);
        latency("p50", 50, "direct", 1, 2, 3);
        String second = "fill=\"#e69f00\"";
        assertThat(FigureChart.of(report(), "Bulk", metric -> true).orElseThrow())
                .contains(second);
        assertThat(PercentileChart.of(report()).orElseThrow()).contains(second, "fill=\"#999999\"");
    }

    @Test
    void theSameReportGivesTheSameBytes() {
        measurements.add(BULK, "spillway", 0, 2);
        latency("p50", 50, "spillway", 1, 2, 3);
        assertThat(FigureChart.of(report(), "Bulk", metric -> true))
                .isEqualTo(FigureChart.of(report(), "Bulk", metric -> true));
        assertThat(PercentileChart.of(report())).isEqualTo(PercentileChart.of(report()));
    }

    private void latency(String what, double percentile, String contender, double... rounds) {
        Metric metric = new Metric("latency-1." + what, percentile + " %", "µs", Metric.Kind.COST);
        for (int round = 0; round < rounds.length; round++) {
            measurements.add(metric, contender, round, rounds[round]);
        }
    }

    private static List<String> titles(Document svg) {
        NodeList titles = svg.getElementsByTagName("title");
        return java.util.stream.IntStream.range(0, titles.getLength())
                .mapToObj(i -> titles.item(i).getTextContent())
                .toList();
    }

    private static List<String> attributes(Document svg, String element, String attribute) {
        NodeList elements = svg.getElementsByTagName(element);
        return java.util.stream.IntStream.range(0, elements.getLength())
                .mapToObj(i ->
                        elements.item(i).getAttributes().getNamedItem(attribute).getNodeValue())
                .toList();
    }

    private static Document parsed(String svg) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
    }

    private Report report() {
        return SampleReport.of(measurements);
    }
}
