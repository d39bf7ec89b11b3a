package dev.spillway.server.cli;

import dev.spillway.BindFailure;
import dev.spillway.server.config.ConfigurationFile;
import dev.spillway.server.config.InvalidConfiguration;
import dev.spillway.server.config.ProcessLimits;
import dev.spillway.server.config.SpillwaySettings;
import dev.spillway.transport.TransportUnavailable;
import java.io.PrintWriter;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What {@code run} does, and the one line it is mostly called with, {@code run -c FILE}, read by hand: a proxy that starts
 * needs no help texts. The library that reads all other lines would stay loaded for as long as the proxy runs, some 200
 * classes that no archive of classes takes, for their file format is older than archives.
 */
public final class StraightRun {
    private StraightRun() {}

    /** FILE, if that is the line to the letter; empty for every other one, a file that can't be named here among them, which {@link CommandTree} is for. */
    public static Optional<Path> file(String... line) {
        boolean straight = line.length == 3
                && line[0].equals("run")
                && (line[1].equals("-c") || line[1].equals("--config"))
                // An option, a file of arguments, or a mistake: not for here.
                && !line[2].isBlank()
                && !line[2].startsWith("-")
                && !line[2].startsWith("@");
        try {
            return straight ? Optional.of(Path.of(line[2])) : Optional.empty();
        } catch (InvalidPathException unheardOf) {
            return Optional.empty();
        }
    }

    /** Runs {@code process} with the configuration in {@code file}; the exit code. Complaints go to standard error. */
    public static int run(ProxyProcess process, Path file) {
        PrintWriter err = new PrintWriter(System.err, true);
        try {
            return run(process, file, err);
        } catch (Exception fault) {
            return fault(fault, err);
        }
    }

    static int run(ProxyProcess process, Path file, PrintWriter err) {
        Optional<SpillwaySettings> settings = read(file, err);
        if (settings.isEmpty()) {
            return ExitCode.CONFIGURATION;
        }
        try {
            return process.run(settings.get());
        } catch (TransportUnavailable failure) {
            return refused(failure, ExitCode.CONFIGURATION, err);
        } catch (BindFailure failure) {
            return refused(failure, ExitCode.UNAVAILABLE, err);
        }
    }

    /** What the file says; empty if it is not fit for use, of which {@code err} then tells every reason. */
    static Optional<SpillwaySettings> read(Path file, PrintWriter err) {
        try {
            return Optional.of(ConfigurationFile.read(file, ProcessLimits.ofThisProcess()));
        } catch (InvalidConfiguration invalid) {
            int count = invalid.problems().size();
            invalid.problems().forEach(err::println);
            err.println(count == 1 ? "1 problem; no port was opened" : count + " problems; no port was opened");
            return Optional.empty();
        } finally {
            err.flush();
        }
    }

    /** A fault is ours, so here the trace is wanted: it is what a report needs. */
    static int fault(Exception fault, PrintWriter err) {
        err.println("spillway: internal error, please report it with what follows: " + fault);
        fault.printStackTrace(err);
        err.flush();
        return ExitCode.INTERNAL;
    }

    private static int refused(Exception reason, int exitCode, PrintWriter err) {
        err.println("spillway: " + reason.getMessage());
        err.flush();
        return exitCode;
    }
}
