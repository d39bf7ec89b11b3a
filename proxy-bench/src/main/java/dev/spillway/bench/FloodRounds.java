package dev.spillway.bench;

import dev.spillway.bench.attack.FloodReport;
import dev.spillway.bench.contender.Contender;
import dev.spillway.bench.report.Machine;
import dev.spillway.bench.report.MarkedSection;
import dev.spillway.bench.report.Report.Entrant;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What the commands that flood each proxy in turn have in common: rounds, the report, the verdict. */
final class FloodRounds {
    @Option(
            names = "--rounds",
            paramLabel = "N",
            order = 20,
            defaultValue = "3",
            description = "Times each proxy is flooded, in turn; the report has medians (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--write",
            paramLabel = "FILE",
            order = 21,
            description = "Writes the table into this document, between the two comment lines of this command.")
    private @Nullable Path document;

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec spec;

    /** One trial. */
    interface Trial<T> {
        T run(Contender contender) throws IOException, InterruptedException;
    }

    /**
     * Runs all rounds and reports.
     *
     * @param section its title in a document
     * @param report makes the text
     * @param broken what Spillway did not hold
     * @return the exit code
     */
    <T> int run(
            List<Contender> present,
            Trial<T> trial,
            String section,
            BiFunction<FloodReport.Run, List<T>, String> report,
            Function<List<T>, List<String>> broken)
            throws IOException, InterruptedException {
        if (rounds < 1 || rounds > 20) {
            throw new ParameterException(commandLine(), "--rounds: " + rounds + " (expected: 1 to 20)");
        }
        if (present.isEmpty()) {
            throw new IOException("none of the proxies is here (expected: at least one)");
        }
        MarkedSection marked = document == null ? null : MarkedSection.in(document, section);
        Machine machine = Machine.here();
        List<Entrant> entrants = new ArrayList<>();
        for (Contender contender : present) {
            entrants.add(new Entrant(contender.name(), contender.version(), contender.setUp()));
        }
        Instant startedAt = Instant.now();
        List<T> outcomes = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            for (Contender contender : inTurn(present, round)) {
                try {
                    outcomes.add(trial.run(contender));
                    progress(String.valueOf(outcomes.get(outcomes.size() - 1)));
                } catch (IOException failed) {
                    problems.add(contender.name() + " was not measured: " + failed.getMessage());
                    progress(problems.get(problems.size() - 1));
                }
            }
        }
        problems.addAll(broken.apply(outcomes));
        String text = report.apply(
                        new FloodReport.Run(
                                startedAt,
                                Duration.between(startedAt, Instant.now()),
                                command(),
                                machine,
                                entrants,
                                rounds),
                        outcomes)
                + "\n" + verdict(problems) + "\n";
        PrintWriter out = commandLine().getOut();
        out.print(text);
        out.flush();
        if (marked != null) {
            marked.write(text);
        }
        return problems.isEmpty() ? ExitCode.OK : ExitCode.INCOMPLETE;
    }

    private static List<Contender> inTurn(List<Contender> present, int round) {
        List<Contender> turned = new ArrayList<>(present);
        Collections.rotate(turned, round);
        return turned;
    }

    private static String verdict(List<String> problems) {
        return problems.isEmpty()
                ? "Verdict: held."
                : "Verdict: NOT held: " + String.join("; ", problems).replaceAll("\\s+", " ") + ".";
    }

    /** A line for whoever waits. */
    void progress(String line) {
        PrintWriter err = commandLine().getErr();
        err.println(line);
        err.flush();
    }

    /** What {@code of} gives, or its complaint as one about the command line. */
    <T> T checked(Supplier<T> of) {
        try {
            return of.get();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    /** The words that repeat the run. */
    private String command() {
        return commandLine().getParseResult().originalArgs().stream()
                .map(word -> word.contains(" ") ? "'" + word + "'" : word)
                .collect(Collectors.joining(" "));
    }

    private CommandLine commandLine() {
        CommandLine own =
                Objects.requireNonNull(spec, "set by picocli before the call").commandLine();
        return own.getParent() == null ? own : own.getParent();
    }
}
