package dev.spillway.pressure;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where signals are found that can't be found out alone, or shall not be.
 *
 * @param limits what an operator says is there, by signal, in the signal's unit; of the others it is found out
 * @param injected the file that {@link Signal#INJECTED} is read from; empty if the API alone sets it
 */
public record SignalOrigins(Map<Signal, Long> limits, Optional<Path> injected) {
    /** Everything is found out. */
    public static final SignalOrigins FOUND = new SignalOrigins(Map.of(), Optional.empty());

    /** @throws IllegalArgumentException if a limit is not positive */
    public SignalOrigins {
        limits = Map.copyOf(limits);
        limits.forEach((signal, limit) -> {
            if (limit <= 0) {
                throw new IllegalArgumentException(
                        "signals." + signal.label() + ".limit: " + limit + " (expected: positive)");
            }
        });
    }
}
