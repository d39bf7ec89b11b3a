package dev.spillway.bench;

import dev.spillway.bench.attack.Attack;
import dev.spillway.bench.attack.AttackOutcome;
import dev.spillway.bench.attack.AttackReport;
import dev.spillway.bench.attack.AttackTrial;
import dev.spillway.bench.contender.Contender;
import dev.spillway.bench.contender.Spillway;
import dev.spillway.bench.report.Machine;
import dev.spillway.bench.report.MarkedSection;
import dev.spillway.bench.report.Report.Entrant;
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

/** Attacks each proxy with its kernel TCP memory limited, and reports what honest clients were left with. */
@Command(
        name = "attack",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        exitCodeOnInvalidInput = ExitCode.USAGE,
        sortOptions = false,
        header = "Attacks Spillway, HAProxy and nginx with their kernel TCP memory limited.",
        description = {
            "",
            "Starts each proxy as a child process in a control group of its own that limits its kernel TCP memory, and"
                    + " attacks it on loopback with thousands of clients, each from an address of its own in"
                    + " 127.0.0.0/8, while honest clients exchange 512 bytes and 64 KiB at a fixed pace, on new and on"
                    + " old connections. One attack on one proxy takes less than a minute: warm-up, calm, attack, calm."
                    + " Everything that is started or written ends with the command, also on Ctrl-C.",
            "",
            "Needs Linux with cgroup version 1 and root. Progress goes to the standard error.",
            ""
        },
        footerHeading = "%nAttacks (for --attack):%n",
        footer = {
            "  zero-window    asks for 64 MiB and never reads",
            "  silent-flood   connects and says nothing; the proxy may hold as many connections as attack",
            "  slow-reader    asks for 64 MiB and reads 8 bytes a second",
            "  big-push       sends as fast as it can to a server that takes 1 KiB a second",
            "  half-close     asks for 64 MiB, ends its direction and never reads",
            "",
            "Exit codes: 0 all ran; 1 something could not, the report says what; 64 wrong usage; 69 nothing to"
                    + " attack here, or no way to limit it.",
            "",
            "Example: java -jar spillway-bench.jar attack --attack zero-window --contenders spillway,haproxy"
        })
final class AttackCommand implements Callable<Integer> {
    private static final int SPARE_DESCRIPTORS = 1000;
    private static final long MEBI = 1 << 20;

    @Mixin
    private ContenderOptions contenders = new ContenderOptions();

    @Option(
            names = "--attack",
            split = ",",
            paramLabel = "NAME",
            order = 10,
            description = "Only these, see below (default: all five).")
    private List<String> attacks = List.of();

    @Option(
            names = "--clients",
            paramLabel = "N",
            order = 11,
            defaultValue = "5000",
            description = "Hostile clients (default: ${DEFAULT-VALUE}).")
    private int clients;

    @Option(
            names = "--connects",
            paramLabel = "N",
            order = 12,
            defaultValue = "1000",
            description = "Most connects of theirs a second, also of those that come back (default: ${DEFAULT-VALUE}).")
    private int connects;

    @Option(
            names = "--tcp-memory",
            paramLabel = "MIB",
            order = 13,
            defaultValue = "64",
            description = "Kernel TCP memory of the proxy, in MiB (default: ${DEFAULT-VALUE}).")
    private long tcpMemory;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            order = 14,
            defaultValue = "12",
            description = "Length of the attack from the low mark on, and of calm in all (default: ${DEFAULT-VALUE}).")
    private long seconds;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            order = 15,
            defaultValue = "1",
            description = "Times each attack is run on each proxy; the report has medians (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--json", paramLabel = "FILE", order = 16, description = "Writes every single figure there.")
    private @Nullable Path json;

    @Option(
            names = "--write",
            paramLabel = "FILE",
            order = 17,
            description = "Writes the tables into this document, between its two spillway-bench-attack comment lines.")
    private @Nullable Path document;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter err = commandLine().getErr();
        Consumer<String> progress = line -> {
            err.println(line);
            err.flush();
        };
        try {
            Host.requireLinux();
            List<Attack> chosen = checked(() -> Attack.named(attacks));
            if (rounds < 1) {
                throw new ParameterException(commandLine(), "--rounds: " + rounds + " (expected: positive)");
            }
            AttackTrial.Plan plan = checked(
                    () -> new AttackTrial.Plan(clients, connects, tcpMemory * MEBI, Duration.ofSeconds(seconds)));
            List<Contender> present = checked(
                    () -> contenders.present(Spillway.SMALL_JVM_FLAGS, line -> progress.accept("left out: " + line)));
            if (present.isEmpty()) {
                throw new IOException("none of the proxies is here (expected: at least one)");
            }
            MarkedSection section = document == null ? null : MarkedSection.in(document, AttackReport.SECTION);
            Host.requireDescriptors(2L * clients + SPARE_DESCRIPTORS);
            AttackReport report = run(chosen, present, plan, progress);
            publish(report, section);
            return report.failures().isEmpty() ? ExitCode.OK : ExitCode.INCOMPLETE;
        } catch (IOException e) {
            progress.accept("spillway-bench: " + e.getMessage());
            return ExitCode.UNAVAILABLE;
        }
    }

    private AttackReport run(
            List<Attack> chosen, List<Contender> present, AttackTrial.Plan plan, Consumer<String> progress)
            throws IOException, InterruptedException {
        Machine machine = Machine.here();
        List<Entrant> entrants = new ArrayList<>();
        for (Contender contender : present) {
            entrants.add(new Entrant(contender.name(), contender.version(), contender.setUp()));
        }
        Instant startedAt = Instant.now();
        List<AttackOutcome> outcomes = new ArrayList<>();
        List<String> failures = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            for (Attack attack : chosen) {
                for (Contender contender : present) {
                    try {
                        AttackOutcome outcome = new AttackTrial(attack, contender, plan).run();
                        outcomes.add(outcome);
                        progress.accept(outcome.toString());
                    } catch (IOException e) {
                        failures.add(attack.id() + ", " + contender.name() + ": " + e);
                        progress.accept("failed: " + failures.get(failures.size() - 1));
                    }
                }
            }
        }
        return new AttackReport(
                startedAt,
                Duration.between(startedAt, Instant.now()),
                command(),
                machine,
                entrants,
                plan,
                outcomes,
                failures);
    }

    private void publish(AttackReport report, @Nullable MarkedSection section) throws IOException {
        String text = report.markdown();
        PrintWriter out = commandLine().getOut();
        out.print(text);
        out.flush();
        if (json != null) {
            Files.writeString(json, report.json());
        }
        if (section != null) {
            section.write(text);
        }
    }

    /** The words that repeat the run. */
    private String command() {
        return commandLine().getParseResult().originalArgs().stream()
                .map(word -> word.contains(" ") ? "'" + word + "'" : word)
                .collect(Collectors.joining(" "));
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
