package dev.spillway.server.cli;

import dev.spillway.BindFailure;
import dev.spillway.server.demo.Demo;
import dev.spillway.server.demo.DemoConfiguration;
import dev.spillway.server.demo.DemoHost;
import dev.spillway.server.demo.DemoPorts;
import dev.spillway.server.demo.Palette;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code spillway demo}. */
@Command(
        name = "demo",
        header = "see Spillway at work, with nothing else installed",
        customSynopsis = {
            "spillway demo [-hV] [--port-base PORT | --public-port PORT ...]",
            "spillway demo --attack [--hostile COUNT] [--seconds SECONDS] [--port-base PORT | ...]"
        },
        description = {
            "Starts a small HTTP server inside this process and, in front of it, a proxy with three listeners on"
                    + " 127.0.0.1: a public one, one with the private profile, and one whose port is exempt. Budgets are"
                    + " small on purpose. It prints what runs where and what to try, and runs until Ctrl-C.",
            "",
            "With --attack it also starts honest clients on all three listeners and, after some calm seconds, a bounded"
                    + " crowd of hostile ones on the public listener: half of them ask for something large and never"
                    + " read it, half of them connect and say nothing; each that is reset comes back. It prints a line"
                    + " each second and a summary, and ends by itself. All traffic stays on loopback.",
            "",
            "Output is coloured on a terminal, unless NO_COLOR is set."
        },
        exitCodeListHeading = "%nEXIT CODES%n",
        exitCodeList = {
            "0:the attack is over, whatever came of it; without --attack: ended by Ctrl-C or SIGTERM",
            "64:the command line is wrong",
            "69:a port can't be bound; another demo may still run",
            "70:a fault of Spillway itself",
            "130, 143:an attack ended by Ctrl-C or SIGTERM"
        },
        footerHeading = "%nEXAMPLES%n",
        footer = {
            "  spillway demo",
            "  spillway demo --attack",
            "  spillway demo --attack --hostile 3000 --seconds 60",
            "  spillway demo --show-config > mine.conf    a file to start from, once the upstream is your own"
        })
public final class DemoCommand implements Callable<Integer> {
    private static final int MAX_PORT = 65535;
    private static final int MOST_HOSTILE = 4000;
    private static final int MOST_SECONDS = 3600;
    /** Free ports may be taken by someone else between being found and being bound. */
    private static final int TRIES_FOR_FREE_PORTS = 3;

    /** Stands for the upstream in a configuration that is only shown. */
    private static final int SHOWN_UPSTREAM_PORT = 9000;

    @Option(names = "--attack", description = "Attack the public listener, show how it goes, and end.")
    private boolean attack;

    @Option(
            names = "--hostile",
            paramLabel = "COUNT",
            defaultValue = "1200",
            description = "Hostile clients, 2-4000. Default: ${DEFAULT-VALUE}.")
    private int hostile;

    @Option(
            names = "--seconds",
            paramLabel = "SECONDS",
            defaultValue = "20",
            description = "Length of the attack, 1-3600. Default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(
            names = "--port-base",
            paramLabel = "PORT",
            description = "Move all four ports: public PORT, private PORT + 1, exempt PORT + 2, admin PORT + 3. 0 takes"
                    + " any four free ones.")
    private @Nullable Integer base;

    @Option(names = "--public-port", paramLabel = "PORT", description = "Of the public listener. Default: 8080.")
    private @Nullable Integer publicPort;

    @Option(names = "--private-port", paramLabel = "PORT", description = "Of the private listener. Default: 8081.")
    private @Nullable Integer privatePort;

    @Option(names = "--exempt-port", paramLabel = "PORT", description = "Of the exempt listener. Default: 8082.")
    private @Nullable Integer exemptPort;

    @Option(names = "--admin-port", paramLabel = "PORT", description = "Of the admin plane. Default: 9901.")
    private @Nullable Integer adminPort;

    @Option(names = "--show-config", description = "Print the configuration that the demo runs, and end.")
    private boolean showConfig;

    private final DemoHost host;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli before anything is run
    private CommandSpec spec;

    /** @param host the process that the demo runs in */
    public DemoCommand(DemoHost host) {
        this.host = host;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        check("--hostile", hostile, 2, MOST_HOSTILE);
        check("--seconds", seconds, 1, MOST_SECONDS);
        DemoPorts ports = ports();
        if (showConfig) {
            spec.commandLine().getOut().print(DemoConfiguration.text(ports, SHOWN_UPSTREAM_PORT));
            spec.commandLine().getOut().flush();
            return ExitCode.OK;
        }
        for (int left = TRIES_FOR_FREE_PORTS; ; left--) {
            try {
                return play(Demo.start(ports, host));
            } catch (BindFailure failure) {
                if (base == null || base != 0 || left == 1) {
                    complain(failure, ports);
                    return ExitCode.UNAVAILABLE;
                }
                ports = DemoPorts.free();
            }
        }
    }

    private int play(Demo demo) throws IOException, InterruptedException {
        Palette palette = Palette.ofStandardOutput();
        try (demo) {
            System.out.print(demo.places(palette));
            if (attack) {
                demo.attack(hostile, Duration.ofSeconds(seconds), palette, System.out);
            } else {
                System.out.print(demo.advice(palette));
                System.out.flush();
                host.awaitTermination();
            }
        }
        return ExitCode.OK;
    }

    private DemoPorts ports() throws IOException {
        boolean single = publicPort != null || privatePort != null || exemptPort != null || adminPort != null;
        if (base != null && single) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--port-base moves all ports (expected: it alone, or options for single ports)");
        }
        if (base != null && base == 0) {
            return DemoPorts.free();
        }
        if (base != null) {
            check("--port-base", base, 0, MAX_PORT - 3);
        }
        try {
            return base != null
                    ? new DemoPorts(base, base + 1, base + 2, base + 3)
                    : new DemoPorts(
                            or(publicPort, 8080), or(privatePort, 8081), or(exemptPort, 8082), or(adminPort, 9901));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()));
        }
    }

    private static int or(@Nullable Integer given, int otherwise) {
        return given == null ? otherwise : given;
    }

    private void check(String option, int value, int least, int most) {
        if (value < least || value > most) {
            throw new ParameterException(
                    spec.commandLine(), "%s: %d (expected: %d-%d)".formatted(option, value, least, most));
        }
    }

    private void complain(BindFailure failure, DemoPorts ports) {
        PrintWriter err = spec.commandLine().getErr();
        err.println("spillway: " + failure.getMessage());
        err.println("Is another demo running? Take another port with " + option(failure, ports)
                + ", or move all four with --port-base 18080.");
        err.flush();
    }

    private static boolean names(String message, int port) {
        return Pattern.compile(":" + port + "\\b").matcher(message).find();
    }

    /** The option that moves the port that could not be bound. */
    private static String option(BindFailure failure, DemoPorts ports) {
        String message = String.valueOf(failure.getMessage());
        if (names(message, ports.publicPort())) {
            return "--public-port";
        }
        if (names(message, ports.privatePort())) {
            return "--private-port";
        }
        return names(message, ports.exemptPort()) ? "--exempt-port" : "--admin-port";
    }
}
