package dev.spillway.bench;

import java.time.Duration;

/**
 * For how long connections do nothing. The same for every contender.
 *
 * @param standing before memory is read: what accepting them has left behind, as a compiler's working memory, is not theirs, and a process
 *     that gives it back by itself has done so by then; not negative
 * @param watched while CPU is counted; positive
 */
record Idling(Duration standing, Duration watched) {
    /** Spillway looks at each idle connection once in 30 s, and its JVM tidies up every five. */
    static final Idling DEFAULT = new Idling(Duration.ofSeconds(8), Duration.ofSeconds(30));

    /** @throws IllegalArgumentException if a value is out of its range; the message is fit for the user */
    Idling {
        if (standing.isNegative() || watched.toMillis() < 1) {
            throw new IllegalArgumentException("--idle-seconds: " + seconds(standing) + "," + seconds(watched)
                    + " (expected: 0 or more, and at least 0.001)");
        }
    }

    private static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }
}
