package dev.spillway.server;

import dev.spillway.server.cli.CommandTree;
import dev.spillway.server.cli.DemoCommand;

/** The process: memory first, then the command line. */
public final class Main {
    private Main() {}

    /** Runs one command and exits with its code; {@code --help} says which there are. */
    public static void main(String[] arguments) {
        DirectMemoryCap.apply();
        System.exit(
                CommandTree.of(Wiring::run, new DemoCommand(new DemoWiring())).execute(arguments));
    }
}
