package dev.spillway.server.cli;

import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

/** {@code spillway show}; what of is said by a command below it. */
@Command(
        name = "show",
        header = "show what a running proxy does",
        customSynopsis = "  spillway show security|events|listeners|connections|pressure|kills [OPTIONS]",
        description =
                "Asks the admin plane of a running proxy and prints a short table; with --json the answer as it is.",
        exitCodeListHeading = "%nEXIT CODES%n",
        exitCodeList = {"0:done", "64:the command line is wrong", "others:as each command's --help has them"},
        footerHeading = "%nEXAMPLES%n",
        footer = {
            "  spillway show security",
            "  spillway show pressure --admin 10.0.0.5:9901 --token-file /etc/spillway/token"
        })
final class ShowCommand extends CommandGroup {
    /** The commands below, each to be added to this one. */
    static List<Object> below(Map<String, String> environment) {
        return List.of(
                new ShowSecurityCommand(environment),
                new ShowEventsCommand(environment),
                new ShowListenersCommand(environment),
                new ShowConnectionsCommand(environment),
                new ShowPressureCommand(environment),
                new ShowKillsCommand(environment));
    }
}
