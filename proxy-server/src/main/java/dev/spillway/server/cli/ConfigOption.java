package dev.spillway.server.cli;

import dev.spillway.server.config.SpillwaySettings;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code -c FILE}, for the commands that need a configuration. */
final class ConfigOption {
    /** Not required as far as picocli goes: it would complain of that before an option that is spelt wrong. */
    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "The configuration, in HOCON. Needed. Relative includes are looked for beside it.")
    private @Nullable Path file;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // set by picocli before anything is run
    private CommandSpec command;

    /** The file that was named. */
    Path file() {
        if (file == null) {
            throw new ParameterException(
                    command.commandLine(), "no -c FILE (expected: a configuration, as -c spillway.conf)");
        }
        return file;
    }

    /** What the file says; empty if it is not fit for use, of which standard error then tells every reason. */
    Optional<SpillwaySettings> read() {
        return StraightRun.read(file(), command.commandLine().getErr());
    }
}
