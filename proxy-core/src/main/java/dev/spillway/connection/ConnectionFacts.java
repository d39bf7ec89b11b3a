package dev.spillway.connection;

import dev.spillway.security.Verdict;

/**
 * One connection as policy sees it, read at one moment. All times are lengths in nanoseconds, never points.
 *
 * @param id unique in this process, ascending with the time of accept
 * @param listener the name of the listener it came in by
 * @param source whom it counts against
 * @param verdict what was judged at accept
 * @param phase how far it has come
 * @param ageNanos since accept
 * @param idleNanos since a byte last moved in either direction, or since accept
 * @param progress how its worse direction fares
 * @param cost what it takes
 * @param receivedBytes bytes read from the client so far
 * @param sentBytes bytes written to the client so far
 */
public record ConnectionFacts(
        long id,
        String listener,
        SourceGroup source,
        Verdict verdict,
        Phase phase,
        long ageNanos,
        long idleNanos,
        Progress progress,
        Cost cost,
        long receivedBytes,
        long sentBytes) {

    /** Everything the connection takes, in bytes. */
    public long costBytes() {
        return cost.totalBytes();
    }

    /** What its buffers take now, in bytes of direct memory. */
    public long heldBytes() {
        return cost.heldBytes();
    }

    /** Since a byte last left a direction in which some wait: 0 if none wait. */
    public long stalledNanos() {
        return progress.stalledNanos();
    }

    /** Whether nothing was ever said: joined to a server, or waiting for the client to say something, and no byte went either way. */
    public boolean silent() {
        return phase != Phase.CONNECTING && receivedBytes == 0 && sentBytes == 0;
    }
}
