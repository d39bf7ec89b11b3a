package dev.spillway.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.spillway.bench.measure.Measurements;
import dev.spillway.bench.measure.Metric;
import dev.spillway.bench.measure.Spread;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReportTest {
    private static final String BEGIN = "<!-- spillway-bench: begin; written by the run, changes here are lost -->";
    private static final String END = "<!-- spillway-bench: end -->";

    private static final Metric BULK = new Metric("bulk-1", "Bulk", "CPU s/GB", Metric.Kind.COST);
    private static final Metric CONNECT = new Metric("connect-16", "Connect", "CPU s/100k", Metric.Kind.COST);
    private static final Metric RATE = new Metric("bulk-1.rate", "Bulk", "GB/s", Metric.Kind.CONTROL);

    private final Measurements measurements = new Measurements();

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "1, 1.00",
        "0.33333, 0.333",
        "9.999, 10.0",
        "99.95, 100",
        "12.345, 12.3",
        "1234.5, 1230",
        "0.000123456, 0.000123",
        "-2.5, -2.50",
        "100, 100"
    })
    void figuresHaveThreeDigitsThatCount(double figure, String written) {
        assertThat(Figures.of(figure)).isEqualTo(written);
    }

    @Test
    void aSpreadShowsItsEnds() {
        assertThat(Figures.of(new Spread(0.5, 1, 2))).isEqualTo("1.00 (0.500–2.00)");
    }

    @Test
    void theTableShowsMedianSpreadAndRatio() {
        addThreeRounds();
        assertThat(MarkdownReport.of(report()))
                .contains("| Bulk ")
                .contains("2.00 (2.00–6.00) **×2.00**")
                .contains("1.00 (1.00–3.00) ")
                .contains("spillway costs more than haproxy in bulk-1 (×2.00).")
                .contains("`bulk-1.rate`");
    }

    @Test
    void theReadingSaysWhereItIsLevelAndWhereItCostsLess() {
        measurements.add(BULK, "spillway", 0, 1.05);
        measurements.add(BULK, "haproxy", 0, 1);
        measurements.add(CONNECT, "spillway", 0, 1);
        measurements.add(CONNECT, "haproxy", 0, 2);
        assertThat(MarkdownReport.of(report()))
                .contains("Level, within a tenth: bulk-1 (×1.05).")
                .contains("Less in connect-16 (×0.500).")
                .doesNotContain("costs more");
    }

    @Test
    void whatIsAskedStandsBesideWhatWasMeasured() throws Exception {
        measurements.add(CONNECT, "spillway", 0, 1.5);
        measurements.add(CONNECT, "haproxy", 0, 2);
        assertThat(row("new connections")).containsExactly("≤ ×1.00", "×0.750 (0.750–0.750)", "–", "yes");
        assertThat(row("time to listening, warm disk")).containsExactly("≤ 1.00 s", "–", "–", "–");
        JsonNode targets = new ObjectMapper().readTree(JsonReport.of(report())).at("/targets");
        assertThat(targets).hasSize(Target.all().size());
        assertThat(targets.get(3).at("/standing").asText()).isEqualTo("met");
        assertThat(targets.get(3).at("/measured/median").asDouble()).isEqualTo(0.75);
        assertThat(targets.get(0).at("/standing").asText()).isEqualTo("not_measured");
    }

    @Test
    void theFloorStandsBesideWhatIsAskedWhereItTookPart() throws Exception {
        measurements.add(CONNECT, "spillway", 0, 1.5);
        measurements.add(CONNECT, "haproxy", 0, 2);
        assertThat(MarkdownReport.of(report())).doesNotContain("the floor");
        measurements.add(CONNECT, "floor", 0, 1);
        assertThat(row("work")).endsWith("met", "the floor");
        assertThat(row("new connections")).endsWith("yes", "×0.500 (0.500–0.500)");
        assertThat(row("request and response, 64 and 512 connections")).endsWith("–", "–");
        JsonNode targets = new ObjectMapper().readTree(JsonReport.of(report())).at("/targets");
        assertThat(targets).hasSize(Target.all().size());
        assertThat(targets.get(3).at("/floor/median").asDouble()).isEqualTo(0.5);
        assertThat(targets.get(2).has("floor")).isFalse();
        measurements.add(CONNECT, "floor-java", 0, 1.2);
        assertThat(row("work")).endsWith("the floor", "the floor in Java");
        assertThat(row("new connections")).endsWith("×0.500 (0.500–0.500)", "×0.600 (0.600–0.600)");
    }

    @Test
    void theWorstOfATargetIsNamed() {
        measurements.add(BULK, "spillway", 0, 0.7);
        measurements.add(BULK, "haproxy", 0, 1);
        Metric other = new Metric("bulk-2", "Bulk", "CPU s/GB", Metric.Kind.COST);
        measurements.add(other, "spillway", 0, 0.1);
        measurements.add(other, "haproxy", 0, 1);
        assertThat(row("bulk, against HAProxy's default path")).contains("×0.700 in `bulk-1`", "on average");
    }

    @Test
    void theLoadGeneratorsHeadroomIsThatOfTheFastestProxy() {
        addThreeRounds();
        assertThat(MarkdownReport.of(report())).doesNotContain("Without a proxy");
        measurements.add(RATE, "direct", 0, 3);
        assertThat(MarkdownReport.of(report()))
                .contains("reach at least ×2.00 of the rate of the fastest proxy; least in `bulk-1` (×2.00).")
                .doesNotContain("may have been what limited");
        measurements.add(RATE, "haproxy", 0, 2.9);
        assertThat(MarkdownReport.of(report()))
                .contains("They may have been what limited the rate in `bulk-1` (×1.03).");
    }

    @Test
    void aFigureThatIsMissingIsADash() {
        measurements.add(BULK, "haproxy", 0, 1);
        measurements.add(CONNECT, "spillway", 0, 1);
        String markdown = MarkdownReport.of(report());
        assertThat(markdown.lines().filter(line -> line.startsWith("| Connect")))
                .singleElement()
                .asString()
                .contains("1.00 (1.00–1.00) ")
                .contains("| – ");
    }

    @Test
    void failuresAndNotesAreInBothForms() throws Exception {
        measurements.fail("bulk-1", "nginx", "connection\nreset");
        measurements.note("Something was odd.");
        assertThat(MarkdownReport.of(report())).contains("- bulk-1, nginx: connection reset", "- Something was odd.");
        JsonNode json = new ObjectMapper().readTree(JsonReport.of(report()));
        assertThat(json.at("/failures/0/message").asText()).isEqualTo("connection\nreset");
        assertThat(json.at("/notes/0").asText()).isEqualTo("Something was odd.");
    }

    @Test
    void theJsonHasEverySingleFigure() throws Exception {
        addThreeRounds();
        JsonNode json = new ObjectMapper().readTree(JsonReport.of(report()));
        assertThat(json.at("/format").asInt()).isEqualTo(1);
        assertThat(json.at("/machine/kernel").asText()).isEqualTo("6.1");
        assertThat(json.at("/machine/congestionControl").asText()).isEqualTo("bbr");
        assertThat(json.at("/contenders/0/version").asText()).isEqualTo("0.1");
        JsonNode bulk = json.at("/metrics/0");
        assertThat(bulk.at("/id").asText()).isEqualTo("bulk-1");
        assertThat(bulk.at("/kind").asText()).isEqualTo("cost");
        assertThat(bulk.at("/results/0/contender").asText()).isEqualTo("spillway");
        assertThat(bulk.at("/results/0/rounds")).hasSize(3);
        assertThat(bulk.at("/results/0/rounds/2").asDouble()).isEqualTo(6);
        assertThat(bulk.at("/results/0/spread/median").asDouble()).isEqualTo(2);
        assertThat(bulk.at("/results/0/ratio/median").asDouble()).isEqualTo(2);
        assertThat(json.at("/metrics/1/results/0/ratio").isMissingNode()).isTrue();
    }

    @Test
    void onlyTheSectionBetweenTheMarkersIsReplaced(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("doc.md");
        Files.writeString(file, "before\n" + BEGIN + "\nold\n" + END + "\nafter\n");
        MarkedSection.in(file, MarkedSection.COMPARISON).write("new\n");
        String expected = "before\n" + BEGIN + "\n\nnew\n\n" + END + "\nafter\n";
        assertThat(file).hasContent(expected);
        MarkedSection.in(file, MarkedSection.COMPARISON).write("new\n");
        assertThat(file).hasContent(expected);
        assertThat(directory).isDirectoryNotContaining("glob:**.new");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nothing", BEGIN, END + BEGIN, BEGIN + END + BEGIN + END})
    void aDocumentWithoutExactlyOneSectionIsRefused(String document) {
        assertThatThrownBy(() -> MarkedSection.replaced(document, MarkedSection.COMPARISON, "new", "doc.md"))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("doc.md: no section to write to");
    }

    @Test
    void aValueIsFoundByItsKey() {
        assertThat(Machine.valueIn("a: 1\nmodel name\t: Some CPU @ 2: GHz\n", "model name"))
                .isEqualTo("Some CPU @ 2: GHz");
        assertThat(Machine.valueIn("a: 1\n", "model name")).isEqualTo("unknown");
    }

    /** The cells after the first of the row that begins so. */
    private List<String> row(String first) {
        return MarkdownReport.of(report())
                .lines()
                .filter(line -> line.startsWith("| " + first + " "))
                .map(line -> line.substring(line.indexOf('|', 1) + 1).split("\\|"))
                .map(cells -> Stream.of(cells).map(String::trim).toList())
                .findFirst()
                .orElseThrow();
    }

    private void addThreeRounds() {
        double[] haproxy = {1, 1, 3};
        double[] spillway = {2, 2, 6};
        for (int round = 0; round < 3; round++) {
            measurements.add(BULK, "spillway", round, spillway[round]);
            measurements.add(BULK, "haproxy", round, haproxy[round]);
            measurements.add(RATE, "spillway", round, 1.5);
        }
    }

    private Report report() {
        return SampleReport.of(measurements);
    }
}
