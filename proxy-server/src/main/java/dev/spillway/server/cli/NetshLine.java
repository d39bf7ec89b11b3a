package dev.spillway.server.cli;

import dev.spillway.server.netsh.Preamble;
import dev.spillway.server.netsh.Reading;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;

/** The top of the tree: takes a line as netsh has it as well (S17). */
final class NetshLine extends CommandLine {
    NetshLine(Object command) {
        super(command);
    }

    @Override
    public int execute(String... arguments) {
        Map<String, List<String>> commands = new LinkedHashMap<>();
        getSubcommands()
                .forEach((name, below) ->
                        commands.put(name, List.copyOf(below.getSubcommands().keySet())));
        Reading<List<String>> line = Preamble.strip(List.of(arguments), commands);
        if (line instanceof Reading.Understood<List<String>> understood) {
            return super.execute(understood.meaning().toArray(String[]::new));
        }
        PrintWriter err = getErr();
        ((Reading.Refused<List<String>>) line).mistakes().forEach(mistake -> err.println("spillway: " + mistake));
        err.println("Try \"spillway --help\".");
        err.flush();
        // Not picocli's own, which this class inherits.
        return dev.spillway.server.cli.ExitCode.USAGE;
    }
}
