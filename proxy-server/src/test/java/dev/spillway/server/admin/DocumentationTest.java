package dev.spillway.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spillway.server.FakeProxy;
import dev.spillway.server.events.Event;
import dev.spillway.server.events.EventId;
import dev.spillway.server.events.EventLog;
import dev.spillway.server.events.EventSettings;
import dev.spillway.server.metrics.AdminTraffic.Refusal;
import dev.spillway.server.metrics.Meters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The pages for operators against the code. */
class DocumentationTest {
    private static final Path DOCS = Path.of("..", "docs");

    @Test
    void thePathsOfThePageAreThoseThatThereAre() throws IOException {
        List<String> documented = Files.readAllLines(DOCS.resolve("admin.md")).stream()
                .filter(line -> line.startsWith("| `/"))
                .map(line -> line.substring(3, line.indexOf('`', 3)).replaceAll("\\?.*", ""))
                .sorted()
                .toList();

        try (EventLog events = new EventLog(new EventSettings(1));
                Meters meters = new Meters(new FakeProxy(), events)) {
            assertThat(documented)
                    .isEqualTo(new Endpoints(
                                    new FakeProxy(),
                                    new FakeProxy(),
                                    meters,
                                    events,
                                    AdminFixture.store(),
                                    AdminFixture.noReload())
                            .paths());
        }
    }

    @Test
    void theEventsOfThePageAreThoseThatThereAre() throws IOException {
        List<String> documented = Files.readAllLines(DOCS.resolve("events.md")).stream()
                .filter(line -> line.matches("\\| [0-9]+ \\| `[a-z-]+` \\| (information|warning|error) .*"))
                .toList();

        assertThat(documented)
                .containsExactlyElementsOf(Arrays.stream(EventId.values())
                        .map(id -> "| %d | `%s` | %s | %s |"
                                .formatted(id.number(), id.label(), Event.label(id.severity()), id.description()))
                        .toList());
    }

    @Test
    void everyReasonToTurnSomeoneAwayIsNamed() throws IOException {
        String page = Files.readString(DOCS.resolve("metrics.md"));
        for (Refusal refusal : Refusal.values()) {
            assertThat(page).contains("`" + refusal.label() + "`");
        }
    }
}
