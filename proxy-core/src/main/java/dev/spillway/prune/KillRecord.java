package dev.spillway.prune;

import dev.spillway.connection.ConnectionFacts;
import dev.spillway.pressure.Signal;

/**
 * What is kept of a connection that MPP closed, or would have closed in a dry run.
 *
 * @param at when, in milliseconds since 1970 UTC
 * @param episode number of the episode
 * @param epoch number of the epoch in it
 * @param signal what was short
 * @param victim who, why, and what it was expected to give back
 * @param dryRun whether it was only recorded
 */
public record KillRecord(long at, long episode, long epoch, Signal signal, Victim victim, boolean dryRun) {
    /** The connection as it was when it was chosen. */
    public ConnectionFacts connection() {
        return victim.connection();
    }
}
