package dev.spillway.server.events;

import java.util.Optional;

/**
 * How much is remembered, and where.
 *
 * @param history events kept in memory for the admin plane; epochs are kept apart from the others, as many again at
 *     most, so that a long episode does not push out how it began
 * @param file where they are kept on disk as well; empty: nowhere
 */
public record EventSettings(int history, Optional<EventFileSettings> file) {
    /** The most events that may be kept: some 40 MB. */
    public static final int MAX_HISTORY = 100_000;

    /** @throws IllegalArgumentException if {@code history} is out of 1–{@value #MAX_HISTORY} */
    public EventSettings {
        if (history < 1 || history > MAX_HISTORY) {
            throw new IllegalArgumentException("history: " + history + " (expected: 1-" + MAX_HISTORY + ")");
        }
    }

    /**
     * Nothing on disk.
     *
     * @throws IllegalArgumentException if {@code history} is out of 1–{@value #MAX_HISTORY}
     */
    public EventSettings(int history) {
        this(history, Optional.empty());
    }
}
