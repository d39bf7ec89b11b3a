package dev.spillway.bench;

import dev.spillway.bench.contender.ChildProcesses;
import dev.spillway.bench.contender.Contender;
import dev.spillway.bench.contender.ProxyProcess;
import dev.spillway.bench.contender.Spillway;
import dev.spillway.bench.load.Backend;
import dev.spillway.bench.load.LoadFailure;
import dev.spillway.bench.load.Workload;
import dev.spillway.bench.profile.ProfileReport;
import dev.spillway.bench.profile.Recording;
import dev.spillway.bench.report.Machine;
import dev.spillway.bench.report.MarkedSection;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Records where the proxies' processor time goes under the workloads of {@code compare}. */
@Command(
        name = "profile",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        exitCodeOnInvalidInput = ExitCode.USAGE,
        sortOptions = false,
        header = "Tells where a proxy's processor time goes.",
        description = {
            "",
            "Starts each proxy as compare does, warms it up, measures what a unit of work costs, and then samples its stacks"
                    + " under the same load by perf, with the processor's clock. Each sample counts once: by the system"
                    + " call, by the code that ran, or by the thread; those in the kernel once more by what the kernel did."
                    + " Spillway's JVM is told -XX:+PreserveFramePointer as well. In a network namespace of its own where"
                    + " that is possible. Needs perf, and to be allowed to use it on the kernel: be root, or"
                    + " kernel.perf_event_paranoid at most 1 and kernel.kptr_restrict 0.",
            ""
        },
        footer = {
            "",
            "Exit codes: 0 all profiled; 64 wrong usage; 69 perf or a proxy is not here, or failed.",
            "",
            "Example: java -jar spillway-bench.jar profile --only exchange-64B-64 --contenders spillway,haproxy"
        })
final class ProfileCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final int LONGEST_SECONDS = 600;

    @Mixin
    private ContenderOptions contenders = new ContenderOptions();

    @Option(
            names = "--also",
            paramLabel = "NAME=SPEC",
            order = 9,
            description =
                    "Another Spillway beside the first, as compare --help tells. As: --also 'before=jar old.jar'.")
    private List<String> also = new ArrayList<>();

    @Option(
            names = "--only",
            split = ",",
            required = true,
            paramLabel = "ID",
            order = 10,
            description = "Workloads, by the ids of compare --help.")
    private List<String> only = List.of();

    @Option(
            names = "--warm-up",
            paramLabel = "S",
            order = 11,
            defaultValue = "15",
            description = "Seconds of the same load before anything is measured (default: ${DEFAULT-VALUE}).")
    private int warmUp;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            order = 12,
            defaultValue = "6",
            description = "Length of the measured sample and of the profiled one (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
            names = "--write",
            paramLabel = "FILE",
            order = 13,
            description = "Writes each table into this document, between the two comment lines of its workload.")
    private @Nullable Path document;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        try {
            Host.requireLinux();
            List<Workload> workloads = workloads();
            List<Contender> present = present();
            for (Workload workload : workloads) {
                if (document != null) {
                    MarkedSection.in(document, ProfileReport.section(workload.id()));
                }
            }
            if (ProgramSearch.find("perf", System.getenv().getOrDefault("PATH", ""))
                    .isEmpty()) {
                throw new IOException("perf: not found in PATH (expected: the one of the kernel's tools)");
            }
            if (!OwnNetwork.isInside() && OwnNetwork.isPossible()) {
                return OwnNetwork.run(commandLine().getParseResult().originalArgs());
            }
            if (OwnNetwork.isInside()) {
                OwnNetwork.endWithParent();
            }
            for (Workload workload : workloads) {
                publish(workload, profiled(workload, present));
            }
            return ExitCode.OK;
        } catch (IOException | LoadFailure e) {
            progress("spillway-bench: " + e.getMessage());
            return ExitCode.UNAVAILABLE;
        }
    }

    private List<ProfileReport.Column> profiled(Workload workload, List<Contender> present)
            throws IOException, LoadFailure, InterruptedException {
        List<ProfileReport.Column> columns = new ArrayList<>();
        for (Contender contender : present) {
            if (contender.takes(workload.id())) {
                columns.add(column(workload, contender));
                progress(workload.id() + ": " + contender.name() + " is profiled");
            }
        }
        return columns;
    }

    /** One proxy at a time: another one that is at rest has threads of its own that want the processor now and then. */
    private ProfileReport.Column column(Workload workload, Contender contender)
            throws IOException, LoadFailure, InterruptedException {
        try (Backend backend = Backend.start();
                ChildProcesses children = ChildProcesses.create()) {
            ProxyProcess proxy = children.start(contender, backend.endpoints(), Plan.TRAFFIC_CAPACITY, PATIENCE);
            Subject subject = Subject.of(proxy);
            Turn turn = new Turn(backend);
            turn.take(workload, subject, Duration.ofSeconds(warmUp));
            Sample plain = turn.take(workload, subject, Duration.ofSeconds(seconds));
            try (Recording recording = Recording.of(pids(proxy.pid()), seconds)) {
                turn.take(workload, subject, Duration.ofSeconds(seconds));
                Optional<Recording.Jvm> jvm = contender instanceof Spillway spillway
                        ? Optional.of(new Recording.Jvm(spillway.java(), proxy.pid()))
                        : Optional.empty();
                return new ProfileReport.Column(
                        contender.name(),
                        plain.proxyCpuSeconds() / workload.unit().quantity(plain.count()),
                        recording.finish(jvm));
            }
        }
    }

    private static List<Long> pids(long pid) {
        return ProcessHandle.of(pid).stream()
                .flatMap(process -> Stream.concat(Stream.of(process), process.descendants()))
                .map(ProcessHandle::pid)
                .toList();
    }

    private void publish(Workload workload, List<ProfileReport.Column> columns) throws IOException {
        Machine machine = Machine.here();
        String when = DateTimeFormatter.ofPattern("d MMM yyyy, HH:mm 'UTC'", Locale.ROOT)
                .format(Instant.now().truncatedTo(ChronoUnit.MINUTES).atZone(ZoneOffset.UTC));
        String text = "%s, by `spillway-bench %s`, on %d × %s, Linux %s with %s%s.%n%n%s"
                .formatted(
                        when,
                        command(),
                        machine.processors(),
                        machine.processor(),
                        machine.kernel(),
                        machine.congestionControl(),
                        OwnNetwork.isInside() ? ", in a network namespace of its own" : ", in the machine's network",
                        ProfileReport.of(
                                workload.title(), "CPU s/" + workload.unit().title(), columns));
        PrintWriter out = commandLine().getOut();
        out.println(text);
        out.flush();
        if (document != null) {
            MarkedSection.in(document, ProfileReport.section(workload.id())).write(text);
        }
    }

    private List<Workload> workloads() {
        return checked(() -> {
            if (warmUp < 0 || warmUp > LONGEST_SECONDS) {
                throw new IllegalArgumentException(
                        "--warm-up: " + warmUp + " (expected: 0 to " + LONGEST_SECONDS + ")");
            }
            if (seconds < 1 || seconds > LONGEST_SECONDS) {
                throw new IllegalArgumentException(
                        "--seconds: " + seconds + " (expected: 1 to " + LONGEST_SECONDS + ")");
            }
            List<String> known = Workload.all().stream().map(Workload::id).toList();
            for (String id : only) {
                if (!known.contains(id)) {
                    throw new IllegalArgumentException(
                            "--only: '" + id + "' (expected: one of " + String.join(", ", known) + ")");
                }
            }
            return Workload.all().stream()
                    .filter(workload -> only.contains(workload.id()))
                    .toList();
        });
    }

    /** Variants after the first, each JVM with frame pointers. */
    private List<Contender> present() throws IOException {
        List<Contender> present = checked(() -> {
            List<Contender> all = new ArrayList<>();
            List<Variant> variants = also.stream().map(Variant::of).toList();
            for (Contender contender :
                    contenders.spillwayUnlessSaid(Spillway.DEFAULT_JVM_FLAGS, line -> progress("left out: " + line))) {
                if (contender instanceof Spillway first) {
                    all.add(framed(first));
                    variants.forEach(variant ->
                            all.add(framed(variant.of(first, variant.flags().orElse(first.jvmFlags())))));
                } else {
                    all.add(contender);
                }
            }
            return all;
        });
        if (present.isEmpty()) {
            throw new IOException("none of the proxies is here (expected: at least one)");
        }
        return present;
    }

    private static Spillway framed(Spillway spillway) {
        List<String> flags = new ArrayList<>(spillway.jvmFlags());
        flags.add("-XX:+PreserveFramePointer");
        return new Spillway(
                spillway.name(), spillway.java(), spillway.jar(), flags, spillway.settings(), spillway.admin());
    }

    /** The words that repeat the run. */
    private String command() {
        return commandLine().getParseResult().originalArgs().stream()
                .map(word -> word.contains(" ") ? "'" + word + "'" : word)
                .collect(Collectors.joining(" "));
    }

    private void progress(String line) {
        PrintWriter err = commandLine().getErr();
        err.println(line);
        err.flush();
    }

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
