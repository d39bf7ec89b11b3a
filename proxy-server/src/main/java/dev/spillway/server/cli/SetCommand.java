package dev.spillway.server.cli;

import picocli.CommandLine.Command;

/** {@code spillway set}; what is said by the command below it. */
@Command(
        name = "set",
        header = "change settings of a running proxy",
        customSynopsis = "  spillway set security TAG=VALUE... [OPTIONS]",
        description = "Changes settings of a running proxy at once; no connection is dropped or delayed by it.",
        exitCodeListHeading = "%nEXIT CODES%n",
        exitCodeList = {"0:done", "64:the command line is wrong", "others:as each command's --help has them"},
        footerHeading = "%nEXAMPLES%n",
        footer = "  spillway set security mpp=disabled")
final class SetCommand extends CommandGroup {}
