package dev.spillway.server.cli;

import dev.spillway.server.screen.KillsScreen;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code spillway show kills}. */
@Command(
        name = "kills",
        header = "whom MPP closed last, and why",
        customSynopsis = "  spillway show kills [--limit N] [--json] [OPTIONS]",
        description =
                "Prints the connections that MPP closed last, or would have closed in a dry run, the newest first: when, for"
                        + " which signal, in which episode and epoch, of which source, why, and what each had cost. The last"
                        + " few thousand are kept until the process ends.",
        footer = "  spillway show kills --limit 20")
final class ShowKillsCommand extends ScreenCommand {
    private static final int MOST = 1000;

    @Option(names = "--limit", paramLabel = "N", description = "At most N of them, 1-1000. Default: 100.")
    private @Nullable Integer limit;

    ShowKillsCommand(Map<String, String> environment) {
        super(environment);
    }

    @Override
    void execute() throws Refusal {
        show(
                "/api/v1/kills" + (limit == null ? "" : "?limit=" + ShowEventsCommand.atMost(limit, MOST)),
                KillsScreen::lines);
    }
}
