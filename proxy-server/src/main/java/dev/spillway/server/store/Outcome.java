package dev.spillway.server.store;

import java.util.List;

/** What came of a change that somebody asked for. */
public sealed interface Outcome {
    /**
     * It holds.
     *
     * @param generation of the settings in force now; unchanged if it was merely tried, or if there was nothing to change
     * @param changes every value that is another one now
     * @param notes what the administrator should know beside that
     */
    record Applied(long generation, List<ChangedValue> changes, List<String> notes) implements Outcome {
        public Applied {
            changes = List.copyOf(changes);
            notes = List.copyOf(notes);
        }
    }

    /**
     * Nothing has changed: it was asked for on the ground of settings that are no longer in force.
     *
     * @param generation of those that are
     */
    record Stale(long generation) implements Outcome {}

    /**
     * Nothing has changed: what was asked for is wrong.
     *
     * @param problems each with name, value and {@code (expected: ...)} at its end
     */
    record Refused(List<String> problems) implements Outcome {
        public Refused {
            problems = List.copyOf(problems);
        }
    }

    /**
     * Nothing has changed: the store can't be written.
     *
     * @param problem which file and why, with {@code (expected: ...)} at its end
     */
    record Unwritable(String problem) implements Outcome {}

    /**
     * A value that is another one now.
     *
     * @param key below {@code security}
     * @param before what was asked for before
     * @param after what is asked for now
     */
    record ChangedValue(String key, String before, String after) {}
}
