package dev.spillway.server.admin;

import dev.spillway.server.store.Outcome.ChangedValue;
import java.util.List;

/** Reads the operator's file again. */
public interface Reload {
    /**
     * Reads it and makes it hold, all or nothing. May block for seconds; never on an event loop.
     *
     * @param who asks: an address, the name of a token, a signal
     */
    Result run(String who);

    /** What came of it. */
    sealed interface Result {
        /**
         * It holds.
         *
         * @param generation of the security settings in force now
         * @param changes every value that is another one now
         * @param atRestart what the file says and does not hold before a restart, each with old and new
         * @param warnings what looks unintended, with file and line, and what the kernel does not give that the file asks for
         */
        record Done(long generation, List<ChangedValue> changes, List<String> atRestart, List<String> warnings)
                implements Result {
            public Done {
                changes = List.copyOf(changes);
                atRestart = List.copyOf(atRestart);
                warnings = List.copyOf(warnings);
            }
        }

        /**
         * Nothing has changed.
         *
         * @param problems every problem of the file, with file and line, or why it can't hold now
         */
        record Refused(List<String> problems) implements Result {
            public Refused {
                problems = List.copyOf(problems);
            }
        }
    }
}
