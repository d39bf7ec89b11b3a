package dev.spillway.server.cli;

import dev.spillway.flood.KernelSetup;
import dev.spillway.server.config.KernelWarnings;
import dev.spillway.server.config.SpillwaySettings;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code spillway check}. */
@Command(
        name = "check",
        header = "read and judge a configuration, and stop there",
        customSynopsis = "  spillway check [-hV] -c FILE",
        description = {
            "Reads FILE with its includes and says whether \"run\" would take it. If so, it prints \"ok\" and what the"
                    + " file comes to: each listener with its upstream, profile and verdict, and the budgets with the"
                    + " defaults worked out. If not, it prints every problem, each with file, line, name, value and"
                    + " expectation.",
            "",
            "No port is bound, no server is connected, no name is looked up: whether a port is free and a server answers"
                    + " is not checked. Defaults that follow from memory and descriptors are those of this very process:"
                    + " run it with the same JVM options, user and limits as \"run\".",
            "",
            "Warned of is also what the kernel won't give the listeners, and what leaves them open to a flood of SYNs:"
                    + " net.ipv4.tcp_syncookies, net.core.somaxconn and net.ipv4.tcp_max_syn_backlog of this network"
                    + " namespace, each with the sysctl line that mends it.",
            "",
            "The summary goes to standard output, problems and warnings go to standard error."
        },
        exitCodeListHeading = "%nEXIT CODES%n",
        exitCodeList = {
            "0:the configuration is right",
            "64:the command line is wrong",
            "70:a fault of Spillway itself",
            "78:the configuration is wrong, or can't be read"
        },
        footerHeading = "%nEXAMPLES%n",
        footer = {
            "  spillway check -c spillway.conf && systemctl restart spillway",
            "",
            "FILES",
            "  FILE       see config/minimal.conf and config/everything.conf for examples",
            "  reference.conf",
            "             in the jar: every key with its default and what it is for"
        })
final class CheckCommand implements Callable<Integer> {
    @Mixin
    private final ConfigOption config = new ConfigOption();

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before anything is run
    private CommandSpec spec;

    private final Supplier<KernelSetup> kernel;

    /** @param kernel how it is set up, asked when a file has been read */
    CheckCommand(Supplier<KernelSetup> kernel) {
        this.kernel = kernel;
    }

    @Override
    public Integer call() {
        Optional<SpillwaySettings> settings = config.read();
        if (settings.isEmpty()) {
            return ExitCode.CONFIGURATION;
        }
        PrintWriter err = spec.commandLine().getErr();
        settings.get().warnings().forEach(warning -> err.println("warning: " + warning));
        KernelWarnings.of(kernel.get(), settings.get()).forEach(warning -> err.println("warning: " + warning));
        err.flush();
        PrintWriter out = spec.commandLine().getOut();
        out.println("ok: " + config.file());
        Summary.lines(settings.get()).forEach(out::println);
        out.flush();
        return ExitCode.OK;
    }
}
