package dev.spillway.listener;

import dev.spillway.transport.Transport;
import io.netty.channel.ServerChannel;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * The end of a listening socket that is given up: what the kernel has for it is taken as ever, then it closes. Where the
 * socket can be deafened no SYN reaches it any more, and it stays for the handshakes that are under way. Elsewhere it may
 * never be quiet, so it closes right after a read that has emptied its queue. Owned by the channel's event loop.
 */
final class Retirement {
    /** How often the socket is looked at. */
    private static final long STEP_MILLIS = 10;

    /** Handshakes under way get that long: a SYN-ACK that was lost is sent again after a second. */
    private static final long HANDSHAKE_MILLIS = 3_000;

    /** Newcomers that the gate or a full proxy keeps waiting get that long; then they are reset. */
    private static final long MOST_MILLIS = 5_000;

    /** How many Netty accepts in one read of a server channel, if there are so many. */
    private static final int READ_AT_ONCE = 16;

    private final ServerChannel channel;
    private final BooleanSupplier nobodyWaits;
    private final boolean deaf;
    private final long earliest;
    private final long latest;
    private long taken;
    private int inThisRead;

    /**
     * Begins the end of {@code channel}.
     *
     * @param nobodyWaits whether accepting does not pause and all that were accepted have been admitted or refused
     */
    Retirement(ServerChannel channel, Transport transport, BooleanSupplier nobodyWaits) {
        this.channel = channel;
        this.nobodyWaits = nobodyWaits;
        this.deaf = transport.deafen(channel);
        long now = System.nanoTime();
        this.earliest = now + TimeUnit.MILLISECONDS.toNanos(deaf ? HANDSHAKE_MILLIS : 0);
        this.latest = now + TimeUnit.MILLISECONDS.toNanos(MOST_MILLIS);
    }

    /** Whether newcomers are not answered any more already. */
    boolean deaf() {
        return deaf;
    }

    /** One was accepted. */
    void accepted() {
        taken++;
        inThisRead++;
    }

    /** A read of the server channel is over. */
    void readComplete() {
        boolean emptied = inThisRead < READ_AT_ONCE;
        inThisRead = 0;
        if (!deaf && emptied && nobodyWaits.getAsBoolean()) {
            channel.close();
        }
    }

    /** Looks at the socket until it can be closed. */
    void watch() {
        long before = taken;
        boolean idle = nobodyWaits.getAsBoolean();
        channel.eventLoop().schedule(() -> look(idle, before), STEP_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** The queue is empty if nobody came in a whole step during which accepting did not pause. */
    private void look(boolean wasIdle, long before) {
        if (!channel.isOpen()) {
            return;
        }
        long now = System.nanoTime();
        boolean quiet = wasIdle && nobodyWaits.getAsBoolean() && taken == before && now - earliest >= 0;
        if (quiet || now - latest >= 0) {
            channel.close();
        } else {
            watch();
        }
    }
}
