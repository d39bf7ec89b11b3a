package dev.spillway.server.cli;

import dev.spillway.server.screen.ConnectionsScreen;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code spillway show connections}. */
@Command(
        name = "connections",
        header = "live connections, the costliest first",
        customSynopsis = "  spillway show connections [--by cost|idle|source] [--limit N] [--json] [OPTIONS]",
        description = {
            "Prints live connections with the verdict of the moment each was accepted and the generation of the settings it"
                    + " was judged by, its age, how it gets on, and what it costs: Fixed are its objects, Held its buffers,"
                    + " Kernel what the kernel holds for both of its sockets.",
            "",
            "Waits is what its slower peer has not taken yet, Stalled for how long it has taken nothing worth the name of it,"
                    + " Pace what it takes a second, Window whether it lets us send.",
            "",
            "--by idle has those first that were idle for longest; --by source has a line for each source group with its"
                    + " totals, the costliest first, and below it its three costliest connections; --limit counts groups then."
        },
        footer = {"  spillway show connections --limit 10", "  spillway show connections --by source --limit 5"})
final class ShowConnectionsCommand extends ScreenCommand {
    private static final int MOST = 1000;
    private static final List<String> ORDERS = List.of("cost", "idle", "source");

    @Option(names = "--limit", paramLabel = "N", description = "At most N connections, 1-1000. Default: 100.")
    private @Nullable Integer limit;

    @Option(names = "--by", paramLabel = "ORDER", description = "cost, idle or source. Default: cost.")
    private @Nullable String by;

    ShowConnectionsCommand(Map<String, String> environment) {
        super(environment);
    }

    @Override
    void execute() throws Refusal {
        List<String> parameters = new ArrayList<>();
        if (by != null && !ORDERS.contains(by)) {
            throw new Refusal(ExitCode.USAGE, "--by: " + by + " (expected: " + String.join(", ", ORDERS) + ")");
        }
        if (by != null) {
            parameters.add("by=" + by);
        }
        if (limit != null) {
            parameters.add("limit=" + ShowEventsCommand.atMost(limit, MOST));
        }
        show(
                "/api/v1/connections" + (parameters.isEmpty() ? "" : "?" + String.join("&", parameters)),
                ConnectionsScreen::lines);
    }
}
