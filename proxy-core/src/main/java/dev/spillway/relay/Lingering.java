package dev.spillway.relay;

import dev.spillway.transport.SocketGauge;
import dev.spillway.transport.Transport;
import io.netty.channel.Channel;
import io.netty.channel.socket.SocketChannel;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The end of a relay whose both directions have ended while the kernel still holds bytes that a peer has not taken.
 *
 * <p><b>What the kernel holds stays in the books until it is little.</b> Closing such a socket in an orderly way would hand
 * its bytes to the kernel as an orphan that nobody counts and nobody can close: a peer that ends its direction, asks for
 * something and does not read would have its memory for minutes, unseen. To reset it would take from an honest slow
 * reader what it is owed. So the relay stays, with its descriptors: its cost is sampled, it can be pruned, and it ends
 *
 * <ul>
 *   <li>when no more than {@value #LITTLE} bytes are left, by an orderly close; those the kernel may keep for at most
 *       {@value #ORPHAN_MILLIS} ms without progress ({@code TCP_USER_TIMEOUT});
 *   <li>when its peer has taken nothing for the half-close timeout, by a reset;
 *   <li>when it breaks, or is pruned.
 * </ul>
 *
 * <p>It is looked at after {@value #FIRST_LOOK_MILLIS} ms, because a peer that reads is done soon, then at twice the time
 * each, and by the sweep of its loop in the end. Where the kernel does not tell what it holds, on NIO, nobody lingers.
 *
 * <p>Owned by the relay's event loop.
 */
final class Lingering {
    /** Bytes of kernel memory that a connection may leave behind. A small answer that is not acknowledged yet is less. */
    static final int LITTLE = 16 << 10;

    static final int ORPHAN_MILLIS = 60_000;
    private static final long FIRST_LOOK_MILLIS = 2;

    private final Relay relay;
    private final SocketGauge gauge;
    private final SocketChannel client;
    private final @Nullable SocketChannel server;
    private long queued;
    private long pause = FIRST_LOOK_MILLIS;

    private Lingering(Relay relay, SocketGauge gauge) {
        this.relay = relay;
        this.gauge = gauge;
        this.client = relay.client();
        this.server = relay.server();
    }

    /** The end of {@code relay}, if it has to wait for a peer; null if it can be closed at once, for which it is ready then. */
    static @Nullable Lingering of(Relay relay) {
        SocketGauge gauge = relay.shard().gauge();
        if (gauge == null) {
            return null;
        }
        Lingering lingering = new Lingering(relay, gauge);
        if (lingering.drained()) {
            return null;
        }
        lingering.lookLater();
        return lingering;
    }

    /** Whether little is left on both sides; if so, what is left may not stay for long. Notes how much it is. */
    private boolean drained() {
        long atClient = queued(client);
        long atServer = queued(server);
        queued = atClient + atServer;
        if (atClient > LITTLE || atServer > LITTLE) {
            return false;
        }
        bound(client, atClient);
        bound(server, atServer);
        return true;
    }

    private long queued(@Nullable SocketChannel channel) {
        return channel != null && gauge.readMemory(channel) ? gauge.sendQueueBytes() : 0;
    }

    private static void bound(@Nullable Channel channel, long left) {
        if (channel != null && left > 0) {
            Transport.boundUnacknowledged(channel, ORPHAN_MILLIS);
        }
    }

    /** Ends the relay if it can be ended now, and notes progress. */
    void look(long now) {
        long before = queued;
        if (relay.brokenWhileLingering()) {
            return;
        }
        if (drained()) {
            relay.lingered();
        } else if (queued < before) {
            relay.progressed(now);
        }
    }

    private void lookLater() {
        if (pause < RelayShard.SWEEP_MILLIS) {
            client.eventLoop().schedule(this::lookAgain, pause, TimeUnit.MILLISECONDS);
            pause *= 2;
        }
    }

    private void lookAgain() {
        if (!relay.closed()) {
            look(System.nanoTime());
        }
        if (!relay.closed()) {
            lookLater();
        }
    }
}
