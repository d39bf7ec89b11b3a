package dev.spillway.server.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code spillway run}. */
@Command(
        name = "run",
        header = "run the proxy",
        customSynopsis = "  spillway run [-hV] -c FILE",
        description = {
            "Reads FILE, binds every listener and the admin plane, and relays until it is told to end. Nothing is bound"
                    + " before the whole file is found right.",
            "",
            "SIGTERM or SIGINT: readiness turns false, no connection is taken any more, those that are open may end"
                    + " by themselves up to drain.deadline, what is left is closed, exit 0. A second signal ends it at"
                    + " once, with 128 + the signal's number.",
            "",
            "The log goes to standard output, as log.format says; complaints about the command line or the file go to"
                    + " standard error. The JVM's options bound the memory: -Xmx the heap, and"
                    + " -XX:MaxDirectMemorySize the buffers."
        },
        exitCodeListHeading = "%nEXIT CODES%n",
        exitCodeList = {
            "0:ended by a signal, connections drained or closed at the deadline",
            "64:the command line is wrong",
            "69:a port can't be bound; nothing was left open",
            "70:a fault of Spillway itself",
            "78:the configuration is wrong, or names a transport that does not work here",
            "130, 143:a second SIGINT or SIGTERM ended it at once"
        },
        footerHeading = "%nEXAMPLES%n",
        footer = {
            "  java -Xmx256m -XX:MaxDirectMemorySize=256m -jar spillway.jar run -c spillway.conf",
            "  PORT=8443 spillway run -c web.conf    with bind = \"*:\"$${PORT} in web.conf",
            "",
            "FILES",
            "  FILE       see config/minimal.conf and config/everything.conf for examples",
            "  reference.conf",
            "             in the jar: every key with its default and what it is for"
        })
final class RunCommand implements Callable<Integer> {
    private final ProxyProcess process;

    @Mixin
    private final ConfigOption config = new ConfigOption();

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before anything is run
    private CommandSpec spec;

    RunCommand(ProxyProcess process) {
        this.process = process;
    }

    @Override
    public Integer call() {
        return StraightRun.run(process, config.file(), spec.commandLine().getErr());
    }
}
