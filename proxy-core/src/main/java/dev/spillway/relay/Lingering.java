package dev.spillway.relay;

import dev.spillway.connection.CloseReason;
import dev.spillway.transport.SocketGauge;
import dev.spillway.transport.TcpSocket;
import java.time.Duration;
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
 *   <li>when no more than {@value #LITTLE} bytes are left, by an orderly close; those the kernel may keep for the half-close
 *       timeout without progress ({@code TCP_USER_TIMEOUT}), or for as long as it likes if there is none, which for an orphan is
 *       some minutes ({@code tcp_orphan_retries}): the same patience as long as we look and after;
 *   <li>when its peer has taken nothing for the half-close timeout, by a reset;
 *   <li>when it is pruned.
 * </ul>
 *
 * <p><b>When one peer breaks, the other gets what it is owed.</b> Both directions have ended in good order, so what is left for
 * the other is complete, and it takes no part in what broke: an upload that was ended is delivered, although the client died
 * before it took the answer. So the relay goes on to linger for the other alone, and its close then tells of what broke.
 *
 * <p>It is looked at after {@value #FIRST_LOOK_MILLIS} ms, because a peer that reads is done soon, then at twice the time
 * each, and by the sweep of its loop in the end. Where the kernel does not tell what it holds, on NIO, nobody lingers.
 *
 * <p>Owned by the relay's event loop.
 */
final class Lingering {
    /** Bytes of kernel memory that a connection may leave behind. A small answer that is not acknowledged yet is less. */
    static final int LITTLE = 16 << 10;

    /** Bytes that a connection has moved in all in a direction, of which what is left is not asked for: it saves a short one two system calls. */
    static final int NEXT_TO_NOTHING = 4 << 10;

    private static final long FIRST_LOOK_MILLIS = 2;

    private final Relay relay;
    private final SocketGauge gauge;
    private final TcpSocket client;
    private final @Nullable TcpSocket server;
    private final int patienceMillis;
    private long queued;
    private @Nullable CloseReason broken;
    private long pause = FIRST_LOOK_MILLIS;

    private Lingering(Relay relay, SocketGauge gauge, Duration halfClose) {
        this.relay = relay;
        this.gauge = gauge;
        this.client = relay.client();
        this.server = relay.server();
        this.patienceMillis = (int) Math.min(Integer.MAX_VALUE, halfClose.toMillis());
    }

    /** The end of {@code relay}, if it has to wait for a peer; null if it can be closed at once, for which it is ready then. */
    static @Nullable Lingering of(Relay relay, Duration halfClose) {
        SocketGauge gauge = relay.shard().gauge();
        if (gauge == null
                || relay.ledger().receivedBytes() <= NEXT_TO_NOTHING
                        && relay.ledger().sentBytes() <= NEXT_TO_NOTHING) {
            return null;
        }
        Lingering lingering = new Lingering(relay, gauge, halfClose);
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

    private long queued(@Nullable TcpSocket socket) {
        return socket != null && gauge.readMemory(socket) ? gauge.sendQueueBytes() : 0;
    }

    private void bound(@Nullable TcpSocket socket, long left) {
        if (socket != null && left > 0) {
            socket.boundUnacknowledged(patienceMillis);
        }
    }

    /** A peer has broken. What was left for it is gone; the relay ends now unless much is left for the other. */
    void broke(CloseReason reason) {
        if (broken == null) {
            broken = reason;
        }
        end();
    }

    /** Ends the relay if it can be ended now, and notes progress. */
    void look(long now) {
        long before = queued;
        CloseReason found = brokenPeer();
        if (found != null) {
            broke(found);
        } else {
            end();
        }
        if (!relay.closed() && queued < before) {
            relay.progressed(now);
        }
    }

    /** Nobody is told of a reset once both directions have ended, so it is asked for; null if there is none. */
    private @Nullable CloseReason brokenPeer() {
        if (client.takeError() != 0) {
            return CloseReason.CLIENT_RESET;
        }
        return server != null && server.takeError() != 0 ? CloseReason.UPSTREAM_RESET : null;
    }

    private void end() {
        if (drained()) {
            relay.close(broken == null ? CloseReason.FINISHED : broken, false);
        }
    }

    private void lookLater() {
        if (pause < RelayShard.SWEEP_MILLIS) {
            relay.shard().loop().schedule(this::lookAgain, pause, TimeUnit.MILLISECONDS);
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
