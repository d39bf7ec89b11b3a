package dev.spillway.connection;

import dev.spillway.security.Verdict;

/**
 * One connection as policy sees it, read at one moment. All times are lengths in nanoseconds, never points.
 *
 * @param id unique in this process, ascending with the time of accept
 * @param source whom it counts against
 * @param verdict what was judged at accept
 * @param phase how far it has come
 * @param ageNanos since accept
 * @param idleNanos since a byte last moved in either direction, or since accept
 * @param stalledNanos since a byte last left the buffers of a direction that holds some: 0 if nothing is held
 * @param heldBytes what its buffers take now, in bytes of direct memory
 * @param fixedBytes what its objects take, in bytes of heap
 * @param receivedBytes bytes read from the client so far
 * @param sentBytes bytes written to the client so far
 */
public record ConnectionFacts(
        long id,
        SourceGroup source,
        Verdict verdict,
        Phase phase,
        long ageNanos,
        long idleNanos,
        long stalledNanos,
        long heldBytes,
        long fixedBytes,
        long receivedBytes,
        long sentBytes) {

    /** Everything the connection takes in user space, in bytes. */
    public long costBytes() {
        return fixedBytes + heldBytes;
    }

    /** Whether nothing was ever said: joined to a server, and no byte went either way. */
    public boolean silent() {
        return phase != Phase.CONNECTING && receivedBytes == 0 && sentBytes == 0;
    }
}
