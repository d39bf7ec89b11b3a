package dev.spillway.bench;

import dev.spillway.bench.contender.Spillway;
import dev.spillway.bench.measure.Measurements;
import dev.spillway.bench.measure.Steadiness;
import dev.spillway.bench.report.JsonReport;
import dev.spillway.bench.report.Machine;
import dev.spillway.bench.report.MarkdownReport;
import dev.spillway.bench.report.MarkedSection;
import dev.spillway.bench.report.Report;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures the proxies side by side and reports. */
@Command(
        name = "compare",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        exitCodeOnInvalidInput = ExitCode.USAGE,
        sortOptions = false,
        header = "Measures Spillway, HAProxy and nginx side by side on this machine.",
        description = {
            "",
            "Starts each proxy as a child process on loopback ports, with a configuration written for the run and one"
                    + " thread or worker each, in front of a backend in this process. Sends the same traffic through"
                    + " them in turn, in rounds, and reads what it cost each proxy in CPU time and memory from /proc."
                    + " Everything that is started or written ends with the command, also on Ctrl-C.",
            "",
            "Prints medians over the rounds with least and greatest figure in brackets, and how many times HAProxy's"
                    + " figure each one is; then what is asked of Spillway, and whether it is met. Progress goes to the standard error. Needs Linux. All that is there, at"
                    + " the defaults, takes well over half an hour.",
            "",
            "The contender 'floor' is no proxy to choose, but a relay in C that moves bytes and accounts for nothing, built"
                    + " at the start where there is a C compiler: what exchanges, new connections and latency cost by the"
                    + " kernel alone. 'floor-java' is the same in Java on Netty: what they cost without a proxy's work. The"
                    + " table of what is asked has a column for each.",
            ""
        },
        footerHeading = "%nWhat is measured (for --only):%n",
        footer = {
            "  bulk-download-1, -4, -32  bytes to the client, so many connections; CPU seconds per GB (10^9 bytes)",
            "  bulk-upload-1, -4, -32    bytes to the backend",
            "  bulk-both-1, -4, -32      both ways at once on every connection",
            "  exchange-64B-1, -64, -512 requests and responses, so many connections; CPU seconds per 100k",
            "  exchange-1024B-1, -64, -512",
            "  connect-16                connect, one exchange, close, 16 at a time; CPU seconds per 100k",
            "  latency-64B-64            50, 90, 99, 99.9 %% of latencies at a fixed rate of requests",
            "  idle                      memory per idle connection, CPU while all are idle",
            "  start-up                  time until it accepts, memory at rest",
            "",
            "Exit codes: 0 all measured; 1 something could not be, the report says what; 64 wrong usage;"
                    + " 69 nothing to measure here, or not Linux.",
            "",
            "Example: java -jar spillway-bench.jar compare --only bulk,connect --rounds 3 --json bench.json"
        })
final class CompareCommand implements Callable<Integer> {
    /** The contender that all ratios refer to. */
    static final String REFERENCE = "haproxy";

    /** Who gets no better than by this is warm. */
    private static final double WARM_UP_TOLERANCE = 0.03;

    /** Descriptors of a process beside the two of each idle connection. */
    private static final int SPARE_DESCRIPTORS = 500;

    private static final int LONGEST_SAMPLE_SECONDS = 600;

    @Mixin
    private ContenderOptions contenders = new ContenderOptions();

    @Mixin
    private EntryOptions entryOptions = new EntryOptions();

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "ID",
            order = 10,
            description = "Only what begins with one of these, see below (default: everything).")
    private List<String> only = List.of();

    @Option(
            names = "--rounds",
            paramLabel = "N",
            order = 11,
            defaultValue = "5",
            description = "Turns of each proxy (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            order = 12,
            defaultValue = "2",
            description = "Length of a sample, also fractions (default: ${DEFAULT-VALUE}).")
    private double seconds;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            order = 13,
            defaultValue = "30",
            description =
                    "Samples are thrown away before the first round until three in a row are no better than those before"
                            + " them, by 3 %%, but at most this many (default: ${DEFAULT-VALUE}).")
    private int warmUp;

    @Option(
            names = "--idle",
            split = ",",
            paramLabel = "COUNT",
            order = 14,
            defaultValue = "1000,8000",
            description = "The two numbers of idle connections between which memory is compared"
                    + " (default: ${DEFAULT-VALUE}).")
    private List<Integer> idle = List.of();

    @Option(
            names = "--idle-seconds",
            order = 14,
            paramLabel = "STANDING,WATCHED",
            split = ",",
            defaultValue = "8,30",
            description = "How long idle connections stand before memory is read, and how long their CPU is watched;"
                    + " with less, what is left of their coming is counted too (default: ${DEFAULT-VALUE}).")
    private List<Double> idleSeconds = List.of();

    @Option(
            names = "--rate",
            paramLabel = "N",
            order = 15,
            defaultValue = "0",
            description = "Requests a second that latency is measured at (default: half of what HAProxy can do, found"
                    + " first).")
    private double rate;

    @Option(
            names = "--network",
            paramLabel = "own|host|auto",
            order = 16,
            defaultValue = "auto",
            description = "Where it runs: in a network namespace of its own, without firewall and connection tracking,"
                    + " which cost every proxy alike, or in the machine's. auto is own where that is possible: as root,"
                    + " with unshare and ip (default: ${DEFAULT-VALUE}).")
    private Network network = Network.auto;

    @Option(names = "--json", paramLabel = "FILE", order = 17, description = "Writes every single figure there.")
    private @Nullable Path json;

    @Option(
            names = "--markdown",
            paramLabel = "FILE",
            order = 18,
            description = "Writes the tables into this document, between its two spillway-bench comment lines, and"
                    + " results.json and pictures into the directory of its name beside it.")
    private @Nullable Path markdown;

    @Spec
    private @Nullable CommandSpec spec;

    /** The words of {@code --network}. */
    enum Network {
        own,
        host,
        auto
    }

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter err = commandLine().getErr();
        Consumer<String> progress = line -> {
            err.println(line);
            err.flush();
        };
        try {
            Host.requireLinux();
            Plan plan = plan();
            List<String> absent = new ArrayList<>();
            List<Entry> present = checked(() -> entryOptions.entries(
                    contenders.presentOfAll(Spillway.DEFAULT_JVM_FLAGS, absent::add),
                    plan.idleCapacity(),
                    absent::add));
            if (present.isEmpty()) {
                throw new IOException("none of the proxies is here (expected: at least one)");
            }
            MarkedSection section = markdown == null ? null : MarkedSection.in(markdown, MarkedSection.COMPARISON);
            Host.requireDescriptors(2L * plan.idleTo() + SPARE_DESCRIPTORS);
            if (shallMove()) {
                return OwnNetwork.run(commandLine().getParseResult().originalArgs());
            }
            if (OwnNetwork.isInside()) {
                OwnNetwork.endWithParent();
            }
            absent.forEach(line -> progress.accept("left out: " + line));
            Report report = run(plan, present, progress);
            report.measurements().note(whereItRan());
            absent.forEach(line -> report.measurements().note("Left out: " + line + "."));
            publish(report, section);
            return report.measurements().failures().isEmpty() ? ExitCode.OK : ExitCode.INCOMPLETE;
        } catch (IOException e) {
            progress.accept("spillway-bench: " + e.getMessage());
            return ExitCode.UNAVAILABLE;
        }
    }

    private boolean shallMove() throws IOException, InterruptedException {
        if (network == Network.host || OwnNetwork.isInside()) {
            return false;
        }
        boolean possible = OwnNetwork.isPossible();
        if (!possible && network == Network.own) {
            throw new IOException(
                    "--network: own (expected: auto or host here, for no namespace can be made; it takes root,"
                            + " unshare of util-linux and ip of iproute2)");
        }
        return possible;
    }

    private static String whereItRan() throws IOException {
        long tracked = OwnNetwork.trackedConnections();
        String where = OwnNetwork.isInside() ? "In a network namespace of its own, " : "In the machine's own network, ";
        return tracked == 0
                ? where + "where no firewall tracks connections."
                : where + "whose firewall tracks connections (" + tracked
                        + " now): that costs every proxy as much for each packet.";
    }

    private Report run(Plan plan, List<Entry> present, Consumer<String> progress)
            throws IOException, InterruptedException {
        Machine machine = Machine.here();
        List<Report.Entrant> entrants = new ArrayList<>();
        for (Entry entry : present) {
            entrants.add(new Report.Entrant(entry.name(), entry.traffic().version(), entry.setUp()));
        }
        List<String> judged = present.stream()
                .filter(entry -> entry.traffic() instanceof Spillway)
                .map(Entry::name)
                .toList();
        Instant startedAt = Instant.now();
        Measurements measurements = new Comparison(plan, present, progress).run();
        return new Report(
                startedAt,
                Duration.between(startedAt, Instant.now()),
                command(),
                machine,
                entrants,
                judged,
                REFERENCE,
                measurements);
    }

    private void publish(Report report, @Nullable MarkedSection section) throws IOException {
        String text = MarkdownReport.of(report);
        PrintWriter out = commandLine().getOut();
        out.print(text);
        out.flush();
        if (json != null) {
            Files.writeString(json, JsonReport.of(report));
        }
        if (section != null) {
            section.write(text + Attachments.of(report, Objects.requireNonNull(markdown, "there is a section of it")));
        }
    }

    /** The words that repeat the run. */
    private String command() {
        return commandLine().getParseResult().originalArgs().stream()
                .map(word -> word.contains(" ") ? "'" + word + "'" : word)
                .collect(Collectors.joining(" "));
    }

    private Plan plan() {
        return checked(() -> {
            if (!(seconds > 0 && seconds <= LONGEST_SAMPLE_SECONDS)) {
                throw new IllegalArgumentException(
                        "--seconds: " + seconds + " (expected: above 0, at most " + LONGEST_SAMPLE_SECONDS + ")");
            }
            if (idle.size() != 2) {
                throw new IllegalArgumentException("--idle: " + idle + " (expected: two counts, as 1000,8000)");
            }
            if (idleSeconds.size() != 2 || !idleSeconds.stream().allMatch(time -> time <= LONGEST_SAMPLE_SECONDS)) {
                throw new IllegalArgumentException("--idle-seconds: " + idleSeconds
                        + " (expected: two times, as 8,30, at most " + LONGEST_SAMPLE_SECONDS + " each)");
            }
            if (warmUp < 2) {
                throw new IllegalArgumentException("--warm-up: " + warmUp + " (expected: at least 2)");
            }
            if (json != null
                    && !Files.isDirectory(json.toAbsolutePath().resolve("..").normalize())) {
                throw new IllegalArgumentException("--json: " + json + " (expected: in a directory that exists)");
            }
            return new Plan(
                    only,
                    rounds,
                    duration(seconds),
                    new Steadiness(WARM_UP_TOLERANCE, warmUp),
                    idle.get(0),
                    idle.get(1),
                    new Idling(duration(idleSeconds.get(0)), duration(idleSeconds.get(1))),
                    rate);
        });
    }

    private static Duration duration(double seconds) {
        return Duration.ofNanos((long) (seconds * 1e9));
    }

    /** What {@code of} gives, or its complaint as one about the command line. */
    private <T> T checked(Supplier<T> of) {
        try {
            return of.get();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private CommandLine commandLine() {
        return Objects.requireNonNull(spec, "set by picocli before the call").commandLine();
    }
}
