package dev.spillway.bench.sim;

import dev.spillway.connection.ConnectionFacts;
import dev.spillway.connection.Cost;
import dev.spillway.connection.Phase;
import dev.spillway.connection.Progress;
import dev.spillway.connection.WindowState;

/** One accepted connection of a {@link Client}, and what the engine knows of it. Times are milliseconds. */
final class SimulatedConnection {
    private static final long NANOS = 1_000_000;

    /** Servers are near. */
    private static final int SERVER_ROUND_TRIP = 1;

    private final long id;
    private final Client client;
    private final long acceptedAt;
    private final Flow fromClient;
    private final Flow toClient;
    private Phase phase = Phase.RELAYING;
    private boolean closing;
    private boolean exposed;
    private int place;
    private long useful;
    private final Stirred stirred;
    private Sampler.Standing standing = Sampler.Standing.STIRS;
    private long linedAt;
    private long kernelSeen;
    private Progress seen = Progress.NOTHING_WAITS;

    SimulatedConnection(long id, Client client, Memory memory, long now, Stirred stirred) {
        this.id = id;
        this.client = client;
        this.acceptedAt = now;
        this.stirred = stirred;
        int inFlight = client.population().behaviour().inFlight();
        int roundTrip = client.population().behaviour().roundTrip(client);
        this.fromClient = new Flow(memory, inFlight, SERVER_ROUND_TRIP, now, this::moving);
        this.toClient = new Flow(memory, inFlight, roundTrip, now, this::moving);
    }

    /** Told of a connection in which nothing had happened since the last look at it. */
    interface Stirred {
        void stirred(SimulatedConnection connection, long now);
    }

    private void moving(long now) {
        if (standing == Sampler.Standing.QUIET) {
            standing = Sampler.Standing.STIRS;
            fromClient.begin(now);
            toClient.begin(now);
            stirred.stirred(this, now);
        }
    }

    long id() {
        return id;
    }

    Client client() {
        return client;
    }

    Flow fromClient() {
        return fromClient;
    }

    Flow toClient() {
        return toClient;
    }

    long acceptedAt() {
        return acceptedAt;
    }

    /** The client has sent its FIN; the other direction goes on. */
    void halfClosed() {
        phase = Phase.HALF_CLOSED;
    }

    /** It was chosen, and its close is on the way. */
    void closing() {
        closing = true;
    }

    boolean isClosing() {
        return closing;
    }

    void drop() {
        phase = Phase.CLOSED;
        fromClient.drop();
        toClient.drop();
    }

    boolean open() {
        return phase != Phase.CLOSED;
    }

    /** What both ends have taken so far was worth it: a body is complete, or can be continued from here. */
    void complete() {
        useful = fromClient.taken() + toClient.taken();
    }

    /** Bytes that both ends had taken when something was last complete. */
    long useful() {
        return useful;
    }

    /** Whether it lived while there was pressure; returns true the first time. */
    boolean expose() {
        boolean first = !exposed;
        exposed = true;
        return first;
    }

    /** Where it stands in the world's list. */
    int place() {
        return place;
    }

    void place(int index) {
        place = index;
    }

    /** What its buffers take: the proxy knows it exactly at any time. */
    long held() {
        return (long) fromClient.charge() + toClient.charge();
    }

    /** What it takes of the kernel's memory: known by {@link #look} alone. */
    long kernel() {
        return fromClient.kernel() + toClient.kernel();
    }

    /** The kernel is asked about both sockets. What it says is not known to have changed before the next look. */
    void look(long now) {
        kernelSeen = kernel();
        seen = Progress.worse(fromClient.look(now), toClient.look(now));
        if (seen.waitingBytes() > 0) {
            boolean stands = seen.stalledNanos() > 0 || seen.window() == WindowState.ZERO;
            standing = stands ? Sampler.Standing.STANDS : Sampler.Standing.STIRS;
        } else {
            boolean unread = fromClient.unread() + toClient.unread() > 0;
            standing = unread ? Sampler.Standing.STIRS : Sampler.Standing.QUIET;
        }
    }

    Sampler.Standing standing() {
        return standing;
    }

    /** It is in line for a look since {@code now}. */
    void lined(long now) {
        linedAt = now;
    }

    long linedAt() {
        return linedAt;
    }

    ConnectionFacts facts(long now) {
        Progress progress = seen.waitingBytes() > 0
                ? seen
                : Progress.stalled(
                        Math.max(fromClient.stalledNanos(now), toClient.stalledNanos(now)),
                        fromClient.charge() + toClient.charge());
        long movedAt = Math.max(fromClient.movedAt(), toClient.movedAt());
        return new ConnectionFacts(
                id,
                client.population().exempt() ? "exempt" : "public",
                client.source(),
                client.verdict(),
                phase,
                (now - acceptedAt) * NANOS,
                (now - movedAt) * NANOS,
                progress,
                new Cost(Memory.FIXED, held(), kernelSeen),
                fromClient.moved(),
                toClient.moved());
    }
}
