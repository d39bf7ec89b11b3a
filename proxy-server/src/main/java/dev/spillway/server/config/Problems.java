package dev.spillway.server.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Gathers what is wrong with one file, and what merely looks wrong, so that all of it is told at once. */
final class Problems {
    private final Set<Problem> found = new LinkedHashSet<>();
    private final List<String> warnings = new ArrayList<>();

    void add(Place place, String text) {
        found.add(new Problem(place.file(), place.line(), text));
    }

    void warn(Place place, String text) {
        warnings.add(new Problem(place.file(), place.line(), text).toString());
    }

    boolean none() {
        return found.isEmpty();
    }

    List<String> warnings() {
        return warnings;
    }

    /** @throws InvalidConfiguration if there is a problem; those of {@code mainFile} come first, each file's by line */
    void throwIfAny(String mainFile) throws InvalidConfiguration {
        if (!found.isEmpty()) {
            throw new InvalidConfiguration(found.stream()
                    .sorted(Comparator.comparing(
                                    (Problem problem) -> !problem.file().equals(mainFile))
                            .thenComparing(Problem::file)
                            .thenComparingInt(Problem::line))
                    .toList());
        }
    }
}
