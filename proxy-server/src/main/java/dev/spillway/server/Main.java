package dev.spillway.server;

import dev.spillway.server.cli.CommandTree;
import dev.spillway.server.cli.DemoCommand;
import picocli.CommandLine;

/** The process: memory first, then the command line. */
public final class Main {
    private Main() {}

    /** Runs one command and exits with its code; {@code --help} says which there are. */
    public static void main(String[] arguments) {
        DirectMemoryCap.apply();
        FlightRecording.apply();
        boolean run = arguments.length > 0 && arguments[0].equals("run");
        CommandLine commands =
                run ? CommandTree.run(Wiring::run) : CommandTree.of(Wiring::run, new DemoCommand(new DemoWiring()));
        System.exit(commands.execute(arguments));
    }
}
