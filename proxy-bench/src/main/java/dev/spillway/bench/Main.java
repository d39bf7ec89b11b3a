package dev.spillway.bench;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;

/** The command line of {@code spillway-bench.jar}. */
@Command(
        name = "spillway-bench",
        description = "Measures what proxying costs, on this machine.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        exitCodeOnInvalidInput = ExitCode.USAGE,
        subcommands = {
            CompareCommand.class,
            ProfileCommand.class,
            AttackCommand.class,
            ConnFloodCommand.class,
            SilentCommand.class,
            SoakCommand.class,
            SimulateCommand.class,
            HelpCommand.class
        },
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Start with: spillway-bench compare --help"})
public final class Main {
    private Main() {}

    /** Runs the command and ends the JVM with its exit code. */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main())
                .addSubcommand(JmhCommand.commandLine())
                .setExitCodeExceptionMapper(
                        fault -> fault instanceof ParameterException ? ExitCode.USAGE : ExitCode.SOFTWARE)
                .setUsageHelpWidth(100);
    }

    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"spillway-bench " + (version == null ? "(not from a jar)" : version)};
        }
    }
}
