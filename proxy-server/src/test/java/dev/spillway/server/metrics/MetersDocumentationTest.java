package dev.spillway.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.server.FakeProxy;
import dev.spillway.server.events.EventLog;
import dev.spillway.server.events.EventSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** {@code docs/metrics.md} says what there is: no more, no less. */
class MetersDocumentationTest {
    private static final Path PAGE = Path.of("..", "docs", "metrics.md");

    @Test
    void theTableIsTheListInCode() throws IOException {
        List<String> documented = Files.readAllLines(PAGE).stream()
                .filter(line -> line.startsWith("| `spillway_"))
                .toList();

        assertThat(documented).containsExactlyElementsOf(table());
    }

    @Test
    void everyOtherFamilyThatIsScrapedIsDocumented() throws IOException {
        String page = Files.readString(PAGE);
        try (EventLog events = new EventLog(new EventSettings(1));
                Meters meters = new Meters(new FakeProxy(), events)) {
            Set<String> undocumented = meters.scrape()
                    .lines()
                    .filter(line -> line.startsWith("# TYPE ") && !line.startsWith("# TYPE spillway_"))
                    .map(line -> line.split(" ")[2])
                    .filter(family -> !page.contains("`" + family + "`"))
                    .collect(Collectors.toCollection(TreeSet::new));

            assertThat(undocumented).isEmpty();
        }
    }

    @Test
    void everyMeterNamedInAnExampleExists() throws IOException {
        Set<String> known =
                SpillwayMeter.all().stream().map(SpillwayMeter::prometheusName).collect(Collectors.toSet());
        try (var pages = Files.list(PAGE.getParent())) {
            for (Path page :
                    pages.filter(each -> each.toString().endsWith(".md")).toList()) {
                Set<String> named = Pattern.compile("\\bspillway_[a-z_]*[a-z]\\b")
                        .matcher(Files.readString(page))
                        .results()
                        .map(match -> match.group())
                        .collect(Collectors.toCollection(TreeSet::new));
                named.removeAll(known);
                assertThat(named).as("names in %s that no meter has", page).isEmpty();
            }
        }
    }

    static List<String> table() {
        return SpillwayMeter.all().stream()
                .map(meter -> "| `%s` | %s | %s | %s | %s |"
                        .formatted(
                                meter.prometheusName(),
                                meter.type().name().toLowerCase(Locale.ROOT),
                                meter.unit(),
                                meter.tags().stream()
                                        .map(tag -> "`" + tag + "`")
                                        .collect(Collectors.joining(", ")),
                                meter.description()))
                .toList();
    }
}
