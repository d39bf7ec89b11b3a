package dev.spillway.server.events;

/**
 * How much is remembered.
 *
 * @param history events kept in memory for the admin plane; epochs are kept apart from the others, as many again at
 *     most, so that a long episode does not push out how it began
 */
public record EventSettings(int history) {
    /** The most events that may be kept: some 40 MB. */
    public static final int MAX_HISTORY = 100_000;

    /** @throws IllegalArgumentException if {@code history} is out of 1–{@value #MAX_HISTORY} */
    public EventSettings {
        if (history < 1 || history > MAX_HISTORY) {
            throw new IllegalArgumentException("history: " + history + " (expected: 1-" + MAX_HISTORY + ")");
        }
    }
}
