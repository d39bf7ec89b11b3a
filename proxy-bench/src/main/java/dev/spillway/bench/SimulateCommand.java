package dev.spillway.bench;

import dev.spillway.bench.report.MarkedSection;
import dev.spillway.bench.sim.Campaign;
import dev.spillway.bench.sim.Demands;
import dev.spillway.bench.sim.PressurePlot;
import dev.spillway.bench.sim.PressureReport;
import dev.spillway.bench.sim.ResultsJson;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Drives the decision core with synthetic connections and reports whom it closed. */
@Command(
        name = "simulate",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        exitCodeOnInvalidInput = ExitCode.USAGE,
        sortOptions = false,
        header = "Simulates attacks on memory, and whom pruning closes.",
        description = {
            "",
            "Drives the proxy's own decision core with thousands of synthetic connections, honest and hostile, and"
                    + " compares its choice of victims with chance, the oldest and the largest first. Opens no socket"
                    + " and needs no clock: the same seeds give the same figures on any machine.",
            "",
            "Prints the table and the verdict on each demand. Progress goes to the standard error.",
            ""
        },
        footer = {
            "",
            "Exit codes: 0 every demand holds; 1 one does not, the report says which; 64 wrong usage; 69 a file"
                    + " cannot be written.",
            "",
            "Example: java -jar spillway-bench.jar simulate --scenario zero --seeds 2"
        })
final class SimulateCommand implements Callable<Integer> {
    private static final String PLOT = "pressure.svg";

    @Option(
            names = "--scenario",
            split = ",",
            paramLabel = "NAME",
            order = 10,
            description = "Only what begins with one of these (default: all). The report names them.")
    private List<String> scenarios = List.of();

    @Option(
            names = "--seeds",
            paramLabel = "N",
            order = 11,
            defaultValue = "10",
            description = "Runs of each scenario and policy (default: ${DEFAULT-VALUE}).")
    private int seeds;

    @Option(names = "--json", paramLabel = "FILE", order = 12, description = "Writes the figures of every run there.")
    private @Nullable Path json;

    @Option(
            names = "--write",
            paramLabel = "FILE",
            order = 13,
            description = "Writes the report into this document, between its two spillway-bench comment lines, and the"
                    + " plot beside it as " + PLOT + ".")
    private @Nullable Path document;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter err = commandLine().getErr();
        Campaign campaign = campaign();
        try {
            MarkedSection section = document == null ? null : MarkedSection.in(document, PressureReport.SECTION);
            Campaign.Results results = campaign.run(line -> {
                err.println(line);
                err.flush();
            });
            publish(results, section);
            return Demands.of(results).stream().allMatch(Demands.Demand::holds) ? ExitCode.OK : ExitCode.INCOMPLETE;
        } catch (IOException e) {
            err.println("spillway-bench: " + e.getMessage());
            return ExitCode.UNAVAILABLE;
        }
    }

    private Campaign campaign() {
        try {
            return Campaign.of(scenarios, seeds);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private void publish(Campaign.Results results, @Nullable MarkedSection section) throws IOException {
        String report = PressureReport.of(results, command());
        PrintWriter out = commandLine().getOut();
        out.print(report);
        out.flush();
        if (json != null) {
            Files.writeString(json, ResultsJson.of(results));
        }
        if (section != null && document != null) {
            Files.writeString(document.resolveSibling(PLOT), PressurePlot.draw());
            section.write("![Levels, rates and closes under our choice and under chance](" + PLOT + ")\n\n" + report);
        }
    }

    /** The words that repeat the run. */
    private String command() {
        return String.join(" ", commandLine().getParseResult().originalArgs());
    }

    private CommandLine commandLine() {
        return Objects.requireNonNull(spec, "set by picocli before the call").commandLine();
    }
}
