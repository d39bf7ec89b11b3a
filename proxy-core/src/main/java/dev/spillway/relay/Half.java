package dev.spillway.relay;

import dev.spillway.transport.TcpSocket;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a relay: reads from its source and writes to its sink. Both halves of a relay are equal and named by the
 * {@link Direction} they serve.
 *
 * <p><b>Back-pressure: a half reads only when the sink has taken everything it read before.</b> So a half
 * holds one read's bytes at most, an idle one holds nothing, and a peer that does not read stops the other one.
 *
 * <p>The end of the source's direction is passed on as a FIN when everything before it has been written.
 *
 * <p>Owned by the event loop of both sockets; {@link #stalledSince} may be asked by any thread.
 */
abstract sealed class Half permits HoldingHalf, ChannelHalf {
    private static final long NOT = 0;

    /** A bound is told of what was read in steps of this, well below the least stretch that it judges. */
    private static final int COUNTED_BYTES = 16 << 10;

    private static final VarHandle STALLED_SINCE;

    static {
        try {
            STALLED_SINCE = MethodHandles.lookup().findVarHandle(Half.class, "stalledSince", long.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private final Relay relay;
    private final Direction direction;
    private @Nullable ReceiveBound bound;
    private long stalledSince;
    private int uncounted;
    private boolean paused;
    private boolean sourceEnded;
    private boolean finPassed;

    /** Which way a half carries bytes. */
    enum Direction {
        FROM_CLIENT,
        TO_CLIENT;

        Direction opposite() {
            return this == FROM_CLIENT ? TO_CLIENT : FROM_CLIENT;
        }
    }

    Half(Relay relay, Direction direction) {
        this.relay = relay;
        this.direction = direction;
    }

    final Relay relay() {
        return relay;
    }

    final Direction direction() {
        return direction;
    }

    /** Since when bytes of this half have waited without one being taken: a nanosecond time, or 0 if none waits. */
    final long stalledSince() {
        return (long) STALLED_SINCE.getOpaque(this);
    }

    /** Notes since when bytes wait; an odd time, so that no real one is the 0 that means none. */
    final void stalled(long since) {
        STALLED_SINCE.setOpaque(this, since | 1);
    }

    /** Notes that no bytes wait; tells whether some did. */
    final boolean unstalled() {
        boolean stood = stalledSince != NOT;
        STALLED_SINCE.setOpaque(this, NOT);
        return stood;
    }

    /** What the kernel takes in from the source is bounded from here on. */
    final void bound(TcpSocket source) {
        bound = ReceiveBound.of(relay, source);
    }

    /** Bytes were read. Who sends little at a time is not limited by any bound, and need not be looked at each time. */
    final void read(int bytes) {
        uncounted += bytes;
        if (uncounted >= COUNTED_BYTES) {
            if (bound != null) {
                bound.read(uncounted, System.nanoTime(), relay.shard().gauge());
            }
            uncounted = 0;
        }
    }

    /** Nothing is read for now. */
    final void pause() {
        paused = true;
        if (bound != null) {
            bound.pause();
        }
    }

    /** Reading goes on. */
    final void resume() {
        if (paused) {
            paused = false;
            if (bound != null) {
                bound.resume();
            }
        }
    }

    /** Its source does not hear its peer, by what the kernel says. On the event loop. */
    final void unanswered() {
        if (bound != null) {
            bound.makeRoom();
        }
    }

    /** Whether the source ended and all it sent, its end included, was passed on. */
    final boolean done() {
        return finPassed;
    }

    final boolean sourceEnded() {
        return sourceEnded;
    }

    final void noteSourceEnded() {
        sourceEnded = true;
    }

    /** Passes the source's end on, once: everything before it has been written. */
    final void passFin() {
        if (!finPassed && !relay.closed()) {
            finPassed = true;
            relay.halfEnded();
            if (!relay.closed()) {
                shutdownSink();
            }
        }
    }

    /** Ends the direction towards the sink: FIN. */
    abstract void shutdownSink();

    /** Reads on if the sink is empty and nobody is held back; else that is done when it drains, or nobody is any more. */
    abstract void readOn();

    /** Bytes that were read and that the sink has not taken. On the event loop. */
    abstract int waitingNow();

    /** Looks whether the sink took some of what waits; without this, progress within one buffer would be missed. */
    abstract void observe(long now);

    /**
     * What a look has shown of the kernel's queues: whether something is in the source's, and whether the sink's is empty. On the event loop.
     */
    void looked(boolean unread, boolean sinkEmpty) {
        // Who is told of an event for as long as it is so can't miss one.
    }

    /** Forgets what was charged, and lets no read be charged any more; for the relay's end, when buffers are dropped. */
    abstract void settle();
}
