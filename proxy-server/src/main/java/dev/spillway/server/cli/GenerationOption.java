package dev.spillway.server.cli;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --if-generation N}. */
final class GenerationOption {
    @Option(
            names = "--if-generation",
            paramLabel = "N",
            description =
                    "Change nothing unless the settings still have this generation, as \"show security\" printed it."
                            + " Without it a change that somebody else makes at the same moment is taken along.")
    private @Nullable Long generation;

    OptionalLong value() {
        return generation == null ? OptionalLong.empty() : OptionalLong.of(generation);
    }
}
