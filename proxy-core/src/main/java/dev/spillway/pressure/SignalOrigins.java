package dev.spillway.pressure;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where signals are found that can't be found out alone, or shall not be.
 *
 * @param limits what an operator says is there, by signal, in the signal's unit; of the others it is found out
 * @param injected the file that {@link Signal#INJECTED} is read from; empty if the API alone sets it
 * @param asked the signals that the operator's own file switches on, so that it is worth a warning if one can't be read
 */
public record SignalOrigins(Map<Signal, Long> limits, Optional<Path> injected, Set<Signal> asked) {
    /** Everything is found out. */
    public static final SignalOrigins FOUND = new SignalOrigins(Map.of(), Optional.empty());

    /** Where signals are found, none of which was asked for by name. */
    public SignalOrigins(Map<Signal, Long> limits, Optional<Path> injected) {
        this(limits, injected, Set.of());
    }

    /** @throws IllegalArgumentException if a limit is not positive */
    public SignalOrigins {
        limits = Map.copyOf(limits);
        asked = Set.copyOf(asked);
        limits.forEach((signal, limit) -> {
            if (limit <= 0) {
                throw new IllegalArgumentException(
                        "signals." + signal.label() + ".limit: " + limit + " (expected: positive)");
            }
        });
    }
}
