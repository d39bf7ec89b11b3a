package dev.spillway.connection;

import dev.spillway.security.Verdict;

/**
 * One connection as policy sees it, read at one moment. All times are lengths in nanoseconds, never points.
 *
 * <p>It is made of values but keeps them in fields of its own, in one object of 144 bytes instead of three with 184: what a choice among a
 * hundred thousand takes is for the most part the fetching of these (decision 41). {@link #progress} and {@link #cost} put
 * them together again, which costs nothing where they are only read.
 */
public final class ConnectionFacts {
    private final long id;
    private final String listener;
    private final SourceGroup source;
    private final Verdict verdict;
    private final Phase phase;
    private final long ageNanos;
    private final long idleNanos;
    private final long stalledNanos;
    private final long waitingNanos;
    private final long waitingBytes;
    private final double pace;
    private final WindowState window;
    private final long takingNanos;
    private final long roundTripNanos;
    private final long fixedBytes;
    private final long heldBytes;
    private final long kernelBytes;
    private final long receivedBytes;
    private final long sentBytes;

    /**
     * What is known of one connection.
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
    public ConnectionFacts(
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
        this.id = id;
        this.listener = listener;
        this.source = source;
        this.verdict = verdict;
        this.phase = phase;
        this.ageNanos = ageNanos;
        this.idleNanos = idleNanos;
        this.stalledNanos = progress.stalledNanos();
        this.waitingNanos = progress.waitingNanos();
        this.waitingBytes = progress.waitingBytes();
        this.pace = progress.pace();
        this.window = progress.window();
        this.takingNanos = progress.takingNanos();
        this.roundTripNanos = progress.roundTripNanos();
        this.fixedBytes = cost.fixedBytes();
        this.heldBytes = cost.heldBytes();
        this.kernelBytes = cost.kernelBytes();
        this.receivedBytes = receivedBytes;
        this.sentBytes = sentBytes;
    }

    /** Unique in this process, ascending with the time of accept. */
    public long id() {
        return id;
    }

    /** The name of the listener it came in by. */
    public String listener() {
        return listener;
    }

    /** Whom it counts against. */
    public SourceGroup source() {
        return source;
    }

    /** What was judged at accept. */
    public Verdict verdict() {
        return verdict;
    }

    /** How far it has come. */
    public Phase phase() {
        return phase;
    }

    /** Since accept. */
    public long ageNanos() {
        return ageNanos;
    }

    /** Since a byte last moved in either direction, or since accept. */
    public long idleNanos() {
        return idleNanos;
    }

    /** How its worse direction fares. */
    public Progress progress() {
        return new Progress(stalledNanos, waitingNanos, waitingBytes, pace, window, takingNanos, roundTripNanos);
    }

    /** What it takes. */
    public Cost cost() {
        return new Cost(fixedBytes, heldBytes, kernelBytes);
    }

    /** Bytes read from the client so far. */
    public long receivedBytes() {
        return receivedBytes;
    }

    /** Bytes written to the client so far. */
    public long sentBytes() {
        return sentBytes;
    }

    /** Everything the connection takes, in bytes. */
    public long costBytes() {
        return cost().totalBytes();
    }

    /** What its buffers take now, in bytes of direct memory. */
    public long heldBytes() {
        return heldBytes;
    }

    /** Since a byte last left a direction in which some wait: 0 if none wait. */
    public long stalledNanos() {
        return stalledNanos;
    }

    /** Whether nothing was ever said: joined to a server, or waiting for the client to say something, and no byte went either way. */
    public boolean silent() {
        return phase != Phase.CONNECTING && receivedBytes == 0 && sentBytes == 0;
    }

    /** For a person who looks at a failed test or a debugger. */
    @Override
    public String toString() {
        return "connection " + id + " of " + source + " at " + listener + ": " + verdict + ", " + phase + ", age "
                + ageNanos + " ns, idle " + idleNanos + " ns, " + progress() + ", " + cost() + ", received "
                + receivedBytes + ", sent " + sentBytes;
    }
}
