package dev.spillway.server.cli;

import dev.spillway.server.screen.ListenersScreen;
import java.util.Map;
import picocli.CommandLine.Command;

/** {@code spillway show listeners}. */
@Command(
        name = "listeners",
        header = "the listeners, and how a connection would be judged now",
        customSynopsis = "  spillway show listeners [--json] [OPTIONS]",
        description =
                "Prints each listener with its address, upstream, profile and verdict, whether it accepts, how many"
                        + " connections it has and had, and how many it refused by reason.",
        footer = "  spillway show listeners")
final class ShowListenersCommand extends ScreenCommand {
    ShowListenersCommand(Map<String, String> environment) {
        super(environment);
    }

    @Override
    void execute() throws Refusal {
        show("/api/v1/listeners", ListenersScreen::lines);
    }
}
