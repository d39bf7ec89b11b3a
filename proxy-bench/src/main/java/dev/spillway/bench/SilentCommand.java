package dev.spillway.bench;

import dev.spillway.bench.attack.FloodReport;
import dev.spillway.bench.attack.SilentTrial;
import dev.spillway.bench.contender.Contender;
import dev.spillway.bench.contender.Haproxy;
import dev.spillway.bench.contender.Spillway;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Floods proxies of limited descriptors with connections that say nothing, and reports what honest clients are left with. */
@Command(
        name = "silent",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        exitCodeOnInvalidInput = ExitCode.USAGE,
        sortOptions = false,
        header = "Floods Spillway, HAProxy and nginx with connections that say nothing.",
        description = {
            "",
            "Starts each proxy as a child process that may open so many descriptors, half of them connections, and"
                    + " floods it on loopback with more connections than that, each from an address of its own in"
                    + " 127.0.0.0/8, which say nothing; one that is closed comes back. Honest clients make new connections"
                    + " and keep old ones meanwhile, at a fixed pace. Time-outs are a minute or more with each proxy and play"
                    + " no part. The silent clients have a process of their own. Everything that is started ends with the"
                    + " command, also on Ctrl-C.",
            "",
            "Progress goes to the standard error.",
            ""
        },
        footer = {
            "",
            "Exit codes: 0 Spillway held what it has to (99 %% of new honest connections through, 95 %% of the honest"
                    + " goodput kept, no established honest connection closed); 1 it did not, or something could not be"
                    + " measured: the verdict says what; 64 wrong usage; 69 nothing to flood here.",
            "",
            "Example: java -jar spillway-bench.jar silent --contenders spillway,haproxy --rounds 1"
        })
final class SilentCommand implements Callable<Integer> {
    private static final int SPARE_DESCRIPTORS = 1000;

    @Mixin
    private ContenderOptions contenders = new ContenderOptions();

    @Mixin
    private FloodRounds floods = new FloodRounds();

    @Option(
            names = "--clients",
            paramLabel = "N",
            order = 10,
            defaultValue = "15000",
            description = "Silent clients (default: ${DEFAULT-VALUE}).")
    private int clients;

    @Option(
            names = "--rate",
            paramLabel = "N",
            order = 11,
            defaultValue = "2000",
            description = "Most connects of theirs a second, also of those that come back (default: ${DEFAULT-VALUE}).")
    private int rate;

    @Option(
            names = "--descriptors",
            paramLabel = "N",
            order = 12,
            defaultValue = "20000",
            description = "What each proxy may open (default: ${DEFAULT-VALUE}).")
    private int descriptors;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            order = 13,
            defaultValue = "12",
            description = "How long it is measured once all could have connected (default: ${DEFAULT-VALUE}).")
    private long seconds;

    @Override
    public Integer call() throws InterruptedException {
        try {
            Host.requireLinux();
            SilentTrial.Plan plan =
                    floods.checked(() -> new SilentTrial.Plan(clients, rate, descriptors, Duration.ofSeconds(seconds)));
            // How bulk is moved makes no difference to who says nothing.
            List<Contender> present = floods
                    .checked(() -> contenders.present(
                            Spillway.DEFAULT_JVM_FLAGS, line -> floods.progress("left out: " + line)))
                    .stream()
                    .filter(contender ->
                            !(contender instanceof Haproxy haproxy && haproxy.splicing() != Haproxy.Splicing.NONE))
                    .toList();
            Host.requireDescriptors(Math.max(clients, descriptors / 2) + SPARE_DESCRIPTORS);
            return floods.run(
                    present,
                    contender -> new SilentTrial(contender, plan).run(),
                    FloodReport.SILENT,
                    FloodReport::silent,
                    FloodReport::brokenBySilence);
        } catch (IOException e) {
            floods.progress("spillway-bench: " + e.getMessage());
            return ExitCode.UNAVAILABLE;
        }
    }
}
