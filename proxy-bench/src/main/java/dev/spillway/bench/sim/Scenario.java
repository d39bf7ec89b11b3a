package dev.spillway.bench.sim;

import java.util.List;

/**
 * A world to be lived through.
 *
 * @param name a word for the command line
 * @param title what happens, in a few words
 * @param kind what is asked of it
 * @param seconds how long it lasts
 * @param attackAt when it becomes interesting, in milliseconds: goodput counts from here
 * @param limits what there is
 * @param populations who is there
 */
record Scenario(
        String name, String title, Kind kind, int seconds, int attackAt, Limits limits, List<Population> populations) {
    /** What is asked of the engine (issue 4, done when 1). */
    enum Kind {
        /** Nobody is closed. */
        CALM,
        /** The hostile stand still: no honest connection is closed, and the high mark is left within 500 ms. */
        STALLED,
        /** Honest and hostile differ in progress: fewer than 1 % of the honest are closed, and the high mark is left within 500 ms. */
        DIFFERING,
        /** Who fills the memory may not be closed: fewer than 1 % of the honest are closed, however long it lasts. */
        EXEMPT,
        /**
         * The hostile do for seconds what a phone does: fewer false kills than other choices make, and the high mark is left within
         * 500 ms; no more can be asked before they stop doing it.
         */
        MIMIC,
        /** Nobody is hostile: reported, not judged. */
        OVERLOAD
    }

    Scenario {
        if (populations.stream().mapToInt(Population::count).sum() == 0) {
            throw new IllegalArgumentException(name + ": nobody there (expected: a population at least)");
        }
        populations = List.copyOf(populations);
    }

    int milliseconds() {
        return seconds * 1000;
    }

    /** The same without anybody hostile: what an undisturbed run has. */
    List<Population> honest() {
        return populations.stream()
                .map(each -> each.behaviour().honest()
                        ? each
                        : new Population(each.behaviour(), 0, each.from(), each.over(), each.sources(), each.exempt()))
                .toList();
    }
}
