package dev.spillway.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A configuration written for one test, and what becomes of it. */
final class Sample {
    /** 512 MiB of direct memory, 512 MiB of heap, 20000 descriptors. */
    static final ProcessLimits LIMITS = new ProcessLimits(512L << 20, 512L << 20, 20_000);

    static final String MINIMAL = """
            spillway {
              listeners.main { bind = "127.0.0.1:8080", upstream = backend }
              upstreams.backend { servers = ["127.0.0.1:9000"] }
            """;

    private final Path folder;

    Sample(Path folder) {
        this.folder = folder;
    }

    /** Writes {@code text} beside the others. */
    Path write(String name, String text) {
        try {
            Path file = folder.resolve(name);
            Files.createDirectories(file.getParent());
            return Files.writeString(file, text);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** A file that is right but for {@code more}, which begins at line 4 and stands inside of spillway. */
    List<String> problemsWith(String more) {
        return problems(MINIMAL + more + "\n}\n");
    }

    /** What is wrong with {@code text}, without the name of the folder. */
    List<String> problems(String text) {
        return problems(write("spillway.conf", text));
    }

    List<String> problems(Path file) {
        InvalidConfiguration invalid =
                catchThrowableOfType(InvalidConfiguration.class, () -> ConfigurationFile.read(file, LIMITS));
        assertThat(invalid).as("problems of %s", file).isNotNull();
        return invalid.problems().stream()
                .map(Problem::toString)
                .map(text -> text.replace(folder + "/", ""))
                .toList();
    }

    /** What a file says that is right but for nothing. */
    SpillwaySettings settingsWith(String more) {
        return settings(MINIMAL + more + "\n}\n");
    }

    SpillwaySettings settings(String text) {
        return settings(write("spillway.conf", text));
    }

    SpillwaySettings settings(Path file) {
        try {
            return ConfigurationFile.read(file, LIMITS);
        } catch (InvalidConfiguration invalid) {
            throw new AssertionError(invalid.getMessage(), invalid);
        }
    }
}
