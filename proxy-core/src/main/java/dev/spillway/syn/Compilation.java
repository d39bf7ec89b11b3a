package dev.spillway.syn;

import java.util.List;

/** What came of rules that were to become a program. */
public sealed interface Compilation {
    /** All of it is in the program. */
    record Whole(SynProgram program) implements Compilation {}

    /**
     * Some offenders had no room, and are let in as anybody else.
     *
     * @param program with the others
     * @param letIn those without room, heaviest first; none is heavier than one that is in the program
     */
    record Reduced(SynProgram program, List<DeniedPrefix> letIn) implements Compilation {
        public Reduced {
            letIn = List.copyOf(letIn);
        }
    }

    /**
     * There is no room even without an offender, for there are too many exempt destinations. No program must be attached:
     * those it leaves out would not be left alone.
     *
     * @param size how many instructions it would have
     * @param most how many there may be
     */
    record Impossible(int size, int most) implements Compilation {}
}
