package dev.spillway.server.cli;

import dev.spillway.flood.KernelSetup;
import dev.spillway.server.spelling.Spelling;
import dev.spillway.signal.KernelSetupFiles;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** All commands, and how they answer mistakes: one line or a few, a hint, an exit code; never a stack trace. */
public final class CommandTree {
    private static final int WIDTH = 100;

    private CommandTree() {}

    /**
     * The commands, ready for {@link CommandLine#execute}.
     *
     * @param process what {@code run} runs
     * @param more further subcommands, annotated with {@link CommandLine.Command}; the header says in a few words what each
     *     does, headings and exit codes of faults are set here
     */
    public static CommandLine of(ProxyProcess process, Object... more) {
        return of(process, System.getenv(), more);
    }

    /** The same with an environment of a test's own. */
    static CommandLine of(ProxyProcess process, Map<String, String> environment, Object... more) {
        return of(process, environment, KernelSetupFiles::read, more);
    }

    /** The same with a kernel of a test's own. */
    static CommandLine of(
            ProxyProcess process, Map<String, String> environment, Supplier<KernelSetup> kernel, Object... more) {
        CommandLine top = new NetshLine(new SpillwayCommand());
        top.addSubcommand(new RunCommand(process));
        top.addSubcommand(new CheckCommand(kernel));
        CommandLine show = new CommandLine(new ShowCommand());
        ShowCommand.below(environment).forEach(show::addSubcommand);
        top.addSubcommand(show);
        top.addSubcommand(new CommandLine(new SetCommand()).addSubcommand(new SetSecurityCommand(environment)));
        top.addSubcommand(new ResetCommand(environment));
        top.addSubcommand(new ImportRegistryCommand(environment));
        top.addSubcommand(new ReloadCommand(environment));
        top.addSubcommand(new ExplainCommand(environment));
        top.addSubcommand(new CloseCommand(environment));
        top.addSubcommand(new InjectCommand(environment));
        List.of(more).forEach(top::addSubcommand);
        dress(top);
        top.setParameterExceptionHandler(CommandTree::wrongUsage);
        top.setExecutionExceptionHandler(CommandTree::fault);
        return top;
    }

    /** What all commands have in common is said once, here: --help, --version, exit codes, headings, width. */
    private static void dress(CommandLine command) {
        CommandSpec spec = command.getCommandSpec();
        spec.mixinStandardHelpOptions(true)
                .versionProvider(new Version())
                .exitCodeOnInvalidInput(ExitCode.USAGE)
                .exitCodeOnExecutionException(ExitCode.INTERNAL);
        spec.usageMessage()
                .width(WIDTH)
                .headerHeading("NAME%n  " + spec.qualifiedName() + " - ")
                .synopsisHeading("%nSYNOPSIS%n")
                .descriptionHeading("%nDESCRIPTION%n")
                .optionListHeading("%nOPTIONS%n")
                .commandListHeading("%nCOMMANDS%n");
        if (spec.userObject() instanceof AdminCommand admin) {
            List<String> footer = new ArrayList<>(List.of(spec.usageMessage().footer()));
            footer.addAll(AdminCommand.ENVIRONMENT);
            spec.usageMessage()
                    .exitCodeListHeading("%nEXIT CODES%n")
                    .exitCodeList(admin.exitCodes())
                    .footerHeading("%nEXAMPLES%n")
                    .footer(footer.toArray(String[]::new));
        }
        command.getSubcommands().values().forEach(CommandTree::dress);
    }

    private static int wrongUsage(ParameterException mistake, String[] arguments) {
        CommandLine command = mistake.getCommandLine();
        PrintWriter err = command.getErr();
        err.println(command.getCommandSpec().qualifiedName() + ": " + text(mistake));
        err.println("Try \"" + command.getCommandSpec().qualifiedName() + " --help\".");
        err.flush();
        return ExitCode.USAGE;
    }

    private static String text(ParameterException mistake) {
        if (!(mistake instanceof UnmatchedArgumentException unmatched)) {
            return String.valueOf(mistake.getMessage());
        }
        String argument = unmatched.getUnmatched().get(0);
        boolean command = !mistake.getCommandLine().getSubcommands().isEmpty();
        String kind =
                unmatched.isUnknownOption() ? "unknown option" : command ? "unknown command" : "unexpected argument";
        List<String> known = unmatched.isUnknownOption() || !command
                ? List.copyOf(
                        mistake.getCommandLine().getCommandSpec().optionsMap().keySet())
                : List.copyOf(mistake.getCommandLine().getSubcommands().keySet());
        String nearest = Spelling.nearest(argument, known)
                .filter(candidate -> unmatched.isUnknownOption() || command)
                .map(candidate -> "; the nearest is " + candidate)
                .orElse("");
        return kind + " " + argument + " (expected: " + String.join(", ", known) + nearest + ")";
    }

    private static int fault(Exception fault, CommandLine command, ParseResult parsed) {
        return StraightRun.fault(fault, command.getErr());
    }
}
