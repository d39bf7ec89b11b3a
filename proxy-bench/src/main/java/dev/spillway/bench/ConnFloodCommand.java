package dev.spillway.bench;

import dev.spillway.bench.attack.ConnFloodTrial;
import dev.spillway.bench.attack.FloodReport;
import dev.spillway.bench.contender.Contender;
import dev.spillway.bench.contender.Spillway;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Floods proxies that limit the connection rate of each source with connects, and reports what a refusal costs. */
@Command(
        name = "connflood",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        exitCodeOnInvalidInput = ExitCode.USAGE,
        sortOptions = false,
        header = "Floods Spillway and HAProxy with connects while both limit the rate of each source.",
        description = {
            "",
            "Starts each proxy as a child process with a limit of connections a second for each source address"
                    + " (HAProxy: stick-table, conn_rate and tcp-request connection reject), and floods it on loopback"
                    + " with connects from many addresses of 127.0.0.0/8, while honest clients of addresses of their own"
                    + " make new connections and keep old ones. nginx has no such limit and takes no part. Rounds in"
                    + " pairs; everything that is started ends with the command, also on Ctrl-C.",
            "",
            "Progress goes to the standard error.",
            ""
        },
        footer = {
            "",
            "Exit codes: 0 Spillway held what it has to (honest newcomers served 99 %%, live heap constant, no old"
                    + " connection closed); 1 it did not, or something could not be measured: the verdict says what; 64"
                    + " wrong usage; 69 nothing to flood here.",
            "",
            "Example: java -jar spillway-bench.jar connflood --rounds 5"
        })
final class ConnFloodCommand implements Callable<Integer> {
    private static final int AT_A_TIME = 100;
    private static final int DESCRIPTORS = 12_000;

    @Mixin
    private ContenderOptions contenders = new ContenderOptions();

    @Mixin
    private FloodRounds floods = new FloodRounds();

    @Option(
            names = "--sources",
            paramLabel = "N",
            order = 10,
            defaultValue = "1000",
            description = "Source addresses of the flood, 100 at a time (default: ${DEFAULT-VALUE}).")
    private int sources;

    @Option(
            names = "--connects",
            paramLabel = "N",
            order = 11,
            defaultValue = "100",
            description = "Connects that each of them makes (default: ${DEFAULT-VALUE}).")
    private int connects;

    @Option(
            names = "--rate",
            paramLabel = "N",
            order = 12,
            defaultValue = "5000",
            description = "Connects a second, of all (default: ${DEFAULT-VALUE}).")
    private int rate;

    @Override
    public Integer call() throws InterruptedException {
        try {
            Host.requireLinux();
            ConnFloodTrial.Plan plan =
                    floods.checked(() -> new ConnFloodTrial.Plan(sources, connects, AT_A_TIME, rate));
            List<Contender> present = new ArrayList<>();
            for (Contender contender : floods.checked(
                    () -> contenders.present(Spillway.SMALL_JVM_FLAGS, line -> floods.progress("left out: " + line)))) {
                ConnFloodTrial.limited(contender).ifPresent(present::add);
            }
            Host.requireDescriptors(DESCRIPTORS);
            return floods.run(
                    present,
                    contender -> new ConnFloodTrial(contender, plan).run(),
                    FloodReport.CONNECTS,
                    FloodReport::connects,
                    FloodReport::brokenByConnects);
        } catch (IOException e) {
            floods.progress("spillway-bench: " + e.getMessage());
            return ExitCode.UNAVAILABLE;
        }
    }
}
