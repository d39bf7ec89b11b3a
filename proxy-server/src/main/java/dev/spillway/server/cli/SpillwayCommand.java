package dev.spillway.server.cli;

import picocli.CommandLine.Command;

/** The top command; it does nothing by itself. */
@Command(
        name = "spillway",
        header = "a TCP proxy that stays up when memory runs out",
        customSynopsis = {
            "  spillway [-hV] COMMAND [OPTIONS]",
            "  spillway run -c FILE",
            "  spillway show security",
            "  spillway set security TAG=VALUE..."
        },
        description = {
            "Spillway stands in front of a TCP service and relays its bytes. It knows what every connection costs, and"
                    + " when memory runs short it closes the connections that cost most and progress least, and refuses"
                    + " new ones: never on an exempt port, never on a listener of the private profile.",
            "",
            "\"run\" is the proxy itself. show, set, reset, reload, explain and close speak to the admin plane of one that runs,"
                    + " at 127.0.0.1:9901 if nothing else is said. A line of netsh about TCP security may be typed as it"
                    + " is, with or without \"netsh\" and \"interface tcp\".",
            "",
            "Every COMMAND takes --help, which tells all there is about it."
        },
        exitCodeListHeading = "%nEXIT CODES%n",
        exitCodeList = {
            "0:all went well; after SIGTERM or SIGINT too, once connections are drained",
            "64:the command line is wrong",
            "65:what was asked for or imported was refused",
            "69:a port can't be bound; nobody answers at the admin plane's address",
            "70:a fault of Spillway itself; please report it with the output",
            "75:not now: try again",
            "77:the admin plane does not allow it",
            "78:the configuration is wrong; every problem is printed with file and line"
        },
        footerHeading = "%nEXAMPLES%n",
        footer = {
            "  Is this file right? What does it come to?",
            "      spillway check -c /etc/spillway/spillway.conf",
            "  Run it; SIGTERM drains and ends it.",
            "      spillway run -c /etc/spillway/spillway.conf",
            "  What is in force, and where does each value come from?",
            "      spillway show security",
            "",
            "FILES",
            "  reference.conf   in the jar: every key with its default and what it is for",
            "  config/*.conf    in the distribution: examples to start from",
            "  docs/configuration.md",
            "                   the same, for reading",
            "  docs/command-line.md",
            "                   every command with examples"
        })
final class SpillwayCommand extends CommandGroup {}
