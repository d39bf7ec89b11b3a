package dev.spillway.bench.contender;

import dev.spillway.bench.load.Endpoints;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The least that relaying costs: a relay in C (the resource {@code floor.c}) that moves bytes and accounts for nothing, built
 * where it is run. What it costs is the kernel's work, and no proxy that reads and writes is far below it; so it is no rival,
 * and says how much of another's cost there is to save.
 *
 * @param compiler the executable of a C compiler
 */
public record Floor(Path compiler) implements FloorRelay {
    /** The name of the contender. */
    public static final String NAME = "floor";

    /** What compilers of C are called, in the order in which they are looked for. */
    public static final List<String> COMPILERS = List.of("cc", "gcc", "clang");

    private static final String SOURCE = "floor.c";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String version() throws IOException, InterruptedException {
        return SOURCE + " of this build, by " + VersionQuestion.firstLine(List.of(compiler.toString(), "--version"));
    }

    @Override
    public String setUp() {
        return "a relay in C that moves bytes and accounts for nothing: what the kernel alone costs. One thread, compiled with"
                + " -O2, reno where the system has bbr; exchanges, new connections and latency only";
    }

    @Override
    public List<String> prepare(Path directory, Endpoints listen, Endpoints upstream, int capacity) throws IOException {
        Path program = compiled(directory);
        return Stream.concat(Stream.of(program.toString()), FloorRelay.words(listen, upstream).stream())
                .toList();
    }

    private Path compiled(Path directory) throws IOException {
        Path source = directory.resolve(SOURCE);
        Path program = directory.resolve(NAME);
        try (InputStream resource = Floor.class.getResourceAsStream(SOURCE)) {
            if (resource == null) {
                throw new IOException(SOURCE + " is not in the jar");
            }
            Files.copy(resource, source);
        }
        try {
            VersionQuestion.answer(List.of(compiler.toString(), "-O2", "-o", program.toString(), source.toString()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + compiler + " compiled " + SOURCE, e);
        }
        return program;
    }
}
