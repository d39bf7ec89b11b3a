package dev.spillway.server.cli;

import dev.spillway.server.screen.PressureScreen;
import java.util.Map;
import picocli.CommandLine.Command;

/** {@code spillway show pressure}. */
@Command(
        name = "pressure",
        header = "what is short, and what is done about it",
        customSynopsis = "  spillway show pressure [--json] [OPTIONS]",
        description =
                "Prints the worst signal in words, episode and epoch, the rates of the two actions, and each signal"
                        + " with its level and watermarks. docs/pressure.md says what they mean.",
        footer = "  spillway show pressure")
final class ShowPressureCommand extends ScreenCommand {
    ShowPressureCommand(Map<String, String> environment) {
        super(environment);
    }

    @Override
    void execute() throws Refusal {
        show("/api/v1/pressure", PressureScreen::lines);
    }
}
