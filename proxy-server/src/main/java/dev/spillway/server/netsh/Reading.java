package dev.spillway.server.netsh;

import java.util.List;

/** What reading a line came to: its meaning, or all that is wrong with it. */
public sealed interface Reading<T> {
    /** Every word made sense, and so did all of them together. */
    record Understood<T>(T meaning) implements Reading<T> {}

    /**
     * Nothing of the line is to be done.
     *
     * @param mistakes every mistake that was found, one at least
     */
    record Refused<T>(List<Mistake> mistakes) implements Reading<T> {
        public Refused {
            mistakes = List.copyOf(mistakes);
        }
    }
}
