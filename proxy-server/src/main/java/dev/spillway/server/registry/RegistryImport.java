package dev.spillway.server.registry;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * What reading an exported file came to.
 *
 * @param values what it holds; not fit for use if there are problems
 * @param problems what is malformed, in the order of the file
 * @param warnings what is left out or read in a way that its author may not have meant
 */
public record RegistryImport(RegistryValues values, List<Finding> problems, List<Finding> warnings) {
    public RegistryImport {
        problems = List.copyOf(problems);
        warnings = List.copyOf(warnings);
    }

    /**
     * Reads a whole file of {@code regedit} version 5. What it says of anything but Memory Pressure Protection is passed
     * over; memory is needed for what is ours only.
     *
     * @throws IOException if the bytes can't be read, or are more than 64 MiB
     */
    public static RegistryImport read(InputStream bytes) throws IOException {
        Findings problems = new Findings();
        Findings warnings = new Findings();
        Collected collected = new Collected(problems, warnings);
        RegistryText.read(new RegistryLines(bytes), collected, problems);
        RegistryValues values = new Interpreter(problems, warnings).interpret(collected.entries());
        return new RegistryImport(values, problems.all(), warnings.all());
    }
}
