package dev.spillway.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs the benchmarks of the decision core. */
@Command(
        name = "jmh",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        exitCodeOnInvalidInput = ExitCode.USAGE,
        header = "Measures the decision core by JMH: evaluation, victim choice, progress.",
        description = {
            "",
            "Each benchmark runs in JVMs of its own: two, with three iterations of a second to warm up and five to"
                    + " measure, unless options say otherwise. What it allocates is measured too (gc.alloc.rate.norm).",
            ""
        },
        footer = {"", "Example: java -jar spillway-bench.jar jmh VictimChoice -p connections=100000 -f 1"})
final class JmhCommand implements Callable<Integer> {
    private static final int FORKS = 2;
    private static final int WARM_UPS = 3;
    private static final int MEASUREMENTS = 5;

    @Parameters(
            paramLabel = "[REGEX] [JMH OPTION]",
            description = "Which benchmarks, and any option of JMH, as -f 1, -wi 5, -p connections=1000, -rf json.")
    private List<String> arguments = new ArrayList<>();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs.
    private CommandSpec spec;

    /** The command with its options left to JMH. */
    static CommandLine commandLine() {
        return new CommandLine(new JmhCommand()).setUnmatchedOptionsArePositionalParams(true);
    }

    @Override
    public Integer call() {
        try {
            CommandLineOptions said = new CommandLineOptions(arguments.toArray(String[]::new));
            return run(said);
        } catch (CommandLineOptionException wrong) {
            throw new ParameterException(spec.commandLine(), String.valueOf(wrong.getMessage()), wrong);
        }
    }

    private int run(CommandLineOptions said) {
        OptionsBuilder options = new OptionsBuilder();
        options.parent(said).addProfiler(GCProfiler.class);
        options.forks(said.getForkCount().orElse(FORKS));
        options.warmupIterations(said.getWarmupIterations().orElse(WARM_UPS));
        options.warmupTime(said.getWarmupTime().orElse(TimeValue.seconds(1)));
        options.measurementIterations(said.getMeasurementIterations().orElse(MEASUREMENTS));
        options.measurementTime(said.getMeasurementTime().orElse(TimeValue.seconds(1)));
        try {
            return new Runner(options.build()).run().isEmpty() ? ExitCode.INCOMPLETE : ExitCode.OK;
        } catch (RunnerException fault) {
            spec.commandLine().getErr().println("jmh: " + fault);
            return ExitCode.INCOMPLETE;
        }
    }
}
