package dev.spillway.pressure;

/**
 * Whether connections that may not be closed take too much together. Raised at the budget, cleared below
 * four fifths of it: what trembles around the budget is told once. Not thread-safe.
 */
public final class ExemptAlarm {
    /** The share of the budget below which the alarm is over. */
    static final double CLEARED = 0.8;

    private boolean raised;

    /**
     * Looks at what they take.
     *
     * @param bytes in all
     * @param budget what they may take; 0 means that it does not matter
     * @return whether the alarm has been raised or cleared by it
     */
    public boolean look(long bytes, long budget) {
        boolean before = raised;
        if (budget == 0) {
            raised = false;
        } else if (bytes >= budget) {
            raised = true;
        } else if (bytes < CLEARED * budget) {
            raised = false;
        }
        return raised != before;
    }

    /** Whether it is raised. */
    public boolean raised() {
        return raised;
    }
}
