package dev.spillway.server.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The top command; it does nothing by itself. */
@Command(
        name = "spillway",
        header = "a TCP proxy that stays up when memory runs out",
        customSynopsis = {"  spillway [-hV] COMMAND [OPTIONS]", "  spillway run -c FILE", "  spillway check -c FILE"},
        description = {
            "Spillway stands in front of a TCP service and relays its bytes. It knows what every connection costs, and"
                    + " when memory runs short it closes the connections that cost most and progress least, and refuses"
                    + " new ones: never on an exempt port, never on a listener of the private profile.",
            "",
            "Every COMMAND takes --help, which tells all there is about it."
        },
        exitCodeListHeading = "%nEXIT CODES%n",
        exitCodeList = {
            "0:all went well; after SIGTERM or SIGINT too, once connections are drained",
            "64:the command line is wrong",
            "69:a port can't be bound",
            "70:a fault of Spillway itself; please report it with the output",
            "78:the configuration is wrong; every problem is printed with file and line"
        },
        footerHeading = "%nEXAMPLES%n",
        footer = {
            "  Is this file right? What does it come to?",
            "      spillway check -c /etc/spillway/spillway.conf",
            "  Run it; SIGTERM drains and ends it.",
            "      spillway run -c /etc/spillway/spillway.conf",
            "",
            "FILES",
            "  reference.conf   in the jar: every key with its default and what it is for",
            "  config/*.conf    in the distribution: examples to start from",
            "  docs/configuration.md",
            "                   the same, for reading"
        })
final class SpillwayCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before anything is run
    private CommandSpec spec;

    @Override
    public void run() {
        CommandLine commandLine = spec.commandLine();
        throw new ParameterException(
                commandLine,
                "no command (expected: one of "
                        + String.join(", ", commandLine.getSubcommands().keySet()) + ")");
    }
}
