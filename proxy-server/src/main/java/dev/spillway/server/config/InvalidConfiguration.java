package dev.spillway.server.config;

import java.util.List;
import java.util.stream.Collectors;

/** A configuration that is not used, with every problem that was found in it. */
public final class InvalidConfiguration extends Exception {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // never serialized
    private final List<Problem> problems;

    InvalidConfiguration(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    /** What is wrong, one at least, by file and line. */
    public List<Problem> problems() {
        return problems;
    }
}
