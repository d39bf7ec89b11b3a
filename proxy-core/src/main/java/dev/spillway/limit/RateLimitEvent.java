package dev.spillway.limit;

import dev.spillway.connection.SourceGroup;
import dev.spillway.limit.Entry.Denial;

/** What there is to tell of a connection rate limit that is met: a bout of refusals begins, and later it is over. */
public sealed interface RateLimitEvent {
    /** Which limit kept newcomers out. */
    enum Scope {
        /** That of all newcomers of a listener. */
        LISTENER,
        /** That of the newcomers of one source. */
        SOURCE;

        /** The word used in logs and the API. */
        public String label() {
            return this == LISTENER ? "per-listener" : "per-source";
        }
    }

    /** The name of the listener. */
    String listener();

    /** Of what there was too much. */
    Denial denial();

    /** Whose limit it is. */
    Scope scope();

    /**
     * The first newcomers were refused.
     *
     * @param source whose newcomer was the first
     * @param refused how many until this was told
     */
    record Hit(String listener, Denial denial, Scope scope, SourceGroup source, long refused)
            implements RateLimitEvent {}

    /**
     * Nobody has been refused for a while, or the limit is off.
     *
     * @param durationNanos from the first refusal to the last
     * @param refused how many
     * @param sources how many sources they were of; at least so many, if {@code more}
     * @param more whether there were more sources than could be told apart
     * @param heaviest the source with the most refusals, as far as that is known
     * @param ofHeaviest how many these were, at most
     */
    record Over(
            String listener,
            Denial denial,
            Scope scope,
            long durationNanos,
            long refused,
            int sources,
            boolean more,
            SourceGroup heaviest,
            long ofHeaviest)
            implements RateLimitEvent {}
}
