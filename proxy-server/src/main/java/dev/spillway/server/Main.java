package dev.spillway.server;

import dev.spillway.server.cli.CommandTree;
import dev.spillway.server.cli.DemoCommand;
import dev.spillway.server.cli.StraightRun;
import java.nio.file.Path;
import java.util.Optional;

/** The process: memory first, then the command line. */
public final class Main {
    private Main() {}

    /** Runs one command and exits with its code; {@code --help} says which there are. */
    public static void main(String[] arguments) {
        DirectMemoryCap.apply();
        FlightRecording.apply();
        Optional<Path> file = StraightRun.file(arguments);
        System.exit(file.isPresent() ? StraightRun.run(Wiring::run, file.get()) : command(arguments));
    }

    private static int command(String... arguments) {
        return CommandTree.of(Wiring::run, new DemoCommand(new DemoWiring())).execute(arguments);
    }
}
