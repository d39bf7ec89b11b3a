package dev.spillway.bench;

import dev.spillway.bench.contender.Spillway;
import dev.spillway.bench.soak.Soak;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Soaks Spillway in load and faults, and says what is left of it. */
@Command(
        name = "soak",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        exitCodeOnInvalidInput = ExitCode.USAGE,
        sortOptions = false,
        header = "Soaks Spillway in honest and hostile load with random faults, and looks what is left.",
        description = {
            "",
            "Starts Spillway in 64 MiB as a child process, in front of a backend in this process. Attacks of changing"
                    + " kind and size come and go, the backend dies and comes back, the configuration is read again with"
                    + " other values, a listener goes and comes, protection is off or dry for a while. After a tenth of"
                    + " the time and at the end everything is made quiet: then no connection, no held byte, no kernel TCP"
                    + " memory may be left, live heap, descriptors and threads may not have grown, and what Spillway"
                    + " counts has to be what the kernel counts.",
            "",
            "Needs Linux; as root with cgroup version 1, kernel TCP memory is limited too.",
            ""
        },
        footer = {
            "",
            "Exit codes: 0 all is well; 1 something is not, named on the standard output; 64 wrong usage; 69 no"
                    + " Spillway here, or not Linux.",
            "",
            "Example: java -jar spillway-bench.jar soak --minutes 20"
        })
final class SoakCommand implements Callable<Integer> {
    private static final int SPARE_DESCRIPTORS = 1000;
    private static final long MEBI = 1 << 20;

    @Mixin
    private ContenderOptions contenders = new ContenderOptions();

    @Option(
            names = "--minutes",
            paramLabel = "M",
            order = 10,
            defaultValue = "20",
            description = "Length of the load, also fractions (default: ${DEFAULT-VALUE}).")
    private double minutes;

    @Option(
            names = "--seed",
            paramLabel = "N",
            order = 11,
            description = "Of what happens when; it is printed (default: another one each time).")
    private @Nullable Long seed;

    @Option(
            names = "--clients",
            paramLabel = "N",
            order = 12,
            defaultValue = "1500",
            description = "Most hostile clients of one attack; two may be under way (default: ${DEFAULT-VALUE}).")
    private int clients;

    @Option(
            names = "--tcp-memory",
            paramLabel = "MIB",
            order = 13,
            defaultValue = "32",
            description = "Kernel TCP memory of the proxy, in MiB (default: ${DEFAULT-VALUE}).")
    private long tcpMemory;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = commandLine().getOut();
        PrintWriter err = commandLine().getErr();
        long start = System.nanoTime();
        Consumer<String> progress = line -> {
            err.printf("%6.1f s  %s%n", (System.nanoTime() - start) / 1e9, line);
            err.flush();
        };
        try {
            Host.requireLinux();
            Host.requireDescriptors(4L * clients + SPARE_DESCRIPTORS);
            Soak.Plan plan = plan();
            out.println("seed " + plan.seed());
            out.flush();
            Soak.Result result = new Soak(plan, spillway(), progress).run();
            out.println("faults " + result.faults());
            out.println("kernel TCP memory " + (result.limited() ? "limited to " + tcpMemory + " MiB" : "not limited"));
            result.figures().forEach(out::println);
            result.findings().forEach(finding -> out.println("FINDING " + finding));
            out.println(
                    result.findings().isEmpty()
                            ? "all is well"
                            : result.findings().size() + " findings");
            out.flush();
            return result.findings().isEmpty() ? ExitCode.OK : ExitCode.INCOMPLETE;
        } catch (IOException e) {
            progress.accept("spillway-bench: " + e.getMessage());
            return ExitCode.UNAVAILABLE;
        }
    }

    private Spillway spillway() throws IOException {
        try {
            return contenders.present(Spillway.SMALL_JVM_FLAGS, absent -> {}).stream()
                    .filter(Spillway.class::isInstance)
                    .map(Spillway.class::cast)
                    .findFirst()
                    .orElseThrow(() -> new IOException("no Spillway here; build it or name it by --spillway"));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private Soak.Plan plan() {
        try {
            return new Soak.Plan(
                    Duration.ofMillis((long) (minutes * 60_000)),
                    seed == null ? ThreadLocalRandom.current().nextLong() : seed,
                    clients,
                    tcpMemory * MEBI);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private CommandLine commandLine() {
        return Objects.requireNonNull(spec, "set by picocli before the call").commandLine();
    }
}
