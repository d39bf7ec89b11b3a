package dev.spillway.server.cli;

import dev.spillway.server.screen.ConnectionsScreen;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code spillway show connections}. */
@Command(
        name = "connections",
        header = "live connections, the costliest first",
        customSynopsis = "  spillway show connections [--limit N] [--json] [OPTIONS]",
        description =
                "Prints live connections with the verdict of the moment each was accepted and the generation of the"
                        + " settings it was judged by, its age, how long it has made no progress, and what it costs.",
        footer = "  spillway show connections --limit 10")
final class ShowConnectionsCommand extends ScreenCommand {
    private static final int MOST = 1000;

    @Option(names = "--limit", paramLabel = "N", description = "At most N connections, 1-1000. Default: 100.")
    private @Nullable Integer limit;

    ShowConnectionsCommand(Map<String, String> environment) {
        super(environment);
    }

    @Override
    void execute() throws Refusal {
        String parameter = limit == null ? "" : "?limit=" + ShowEventsCommand.atMost(limit, MOST);
        show("/api/v1/connections" + parameter, ConnectionsScreen::lines);
    }
}
