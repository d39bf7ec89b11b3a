package dev.spillway.bench;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds an installed program. */
final class ProgramSearch {
    /** Where Debian keeps the servers, and a plain user's {@code PATH} does not look. */
    private static final List<String> SYSTEM = List.of("/usr/sbin", "/usr/local/sbin");

    private ProgramSearch() {}

    /** The executable {@code name} in {@code path}, a list as in {@code PATH}, or in the system's directories. */
    static Optional<Path> find(String name, String path) {
        return Stream.concat(Stream.of(path.split(File.pathSeparator)), SYSTEM.stream())
                .filter(directory -> !directory.isEmpty())
                .map(directory -> Path.of(directory, name))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
