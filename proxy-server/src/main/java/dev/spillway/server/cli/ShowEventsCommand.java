package dev.spillway.server.cli;

import dev.spillway.server.screen.EventsScreen;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code spillway show events}. */
@Command(
        name = "events",
        header = "the event log, oldest first",
        customSynopsis = "  spillway show events [--since N] [--limit N] [--json] [OPTIONS]",
        description = {
            "Prints the newest events, or those after number N, each with its full text. What each event id stands for"
                    + " is in docs/events.md.",
        },
        footer = {"  spillway show events --limit 20", "  spillway show events --since 1041 --json"})
final class ShowEventsCommand extends ScreenCommand {
    private static final int MOST = 1000;

    @Option(names = "--since", paramLabel = "N", description = "Only events after number N; 0 for all that are kept.")
    private @Nullable Long since;

    @Option(names = "--limit", paramLabel = "N", description = "At most N events, 1-1000. Default: 100.")
    private @Nullable Integer limit;

    ShowEventsCommand(Map<String, String> environment) {
        super(environment);
    }

    @Override
    void execute() throws Refusal {
        List<String> parameters = new ArrayList<>();
        if (since != null && since < 0) {
            throw new Refusal(ExitCode.USAGE, "--since: " + since + " (expected: 0 or the number of an event)");
        }
        if (since != null) {
            parameters.add("since=" + since);
        }
        if (limit != null) {
            parameters.add("limit=" + atMost(limit, MOST));
        }
        show("/api/v1/events" + (parameters.isEmpty() ? "" : "?" + String.join("&", parameters)), EventsScreen::lines);
    }

    /** A limit in its range. */
    static int atMost(int limit, int most) throws Refusal {
        if (limit < 1 || limit > most) {
            throw new Refusal(ExitCode.USAGE, "--limit: " + limit + " (expected: 1-" + most + ")");
        }
        return limit;
    }
}
