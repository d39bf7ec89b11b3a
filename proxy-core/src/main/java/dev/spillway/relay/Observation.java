package dev.spillway.relay;

import dev.spillway.connection.Phase;
import dev.spillway.connection.Progress;
import dev.spillway.connection.ProgressMeter;
import dev.spillway.connection.WindowState;
import dev.spillway.relay.Half.Direction;
import dev.spillway.transport.SocketGauge;
import dev.spillway.transport.TcpSocket;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What the looks at one relay have shown: what the kernel holds for it, and how its peers take what waits for them; and its
 * place in the lines of the {@link Sampler}.
 *
 * <p>What a peer has taken is what its kernel has acknowledged. So much is told only while the send queue to it is not
 * empty; when it is, everything that was handed to the kernel was taken, and one system call is spared. What waits is what
 * our buffers hold and what the send queue does, in bytes of the stream.
 *
 * <p>The last look is published as it was, and does not age: a length of time in it was proven when it was looked, and that
 * nothing was taken since is not known before the next look.
 *
 * <p>The meters, some 130 bytes each, are there only while something waits, or did at one of the last two looks: most
 * connections never need one, and a meter that saw nothing waiting knows nothing.
 *
 * <p><b>What a kernel delivers is progress too.</b> A slow reader takes for minutes what we wrote in one moment, and is not idle
 * meanwhile. So each look by which a peer has taken a noticeable share of what waited for it, or all of it, counts like a byte
 * that we passed on ourselves. A byte now and then does not ({@link ProgressMeter}): who takes so little looks as idle as it is.
 *
 * <p>Owned by the relay's event loop; {@link #progress} and {@link #kernelBytes} may be asked by any thread.
 */
final class Observation extends Sampler.Place {
    /** What of it is in the totals for exempt connections, in bytes; 0 if it is eligible. */
    long exemptBytes;

    private final Relay relay;
    private @Nullable ProgressMeter toServer;
    private @Nullable ProgressMeter toClient;
    /** What each peer has earned by taking, which outlasts its meter. */
    private volatile long serverTaking;

    private volatile long clientTaking;
    private boolean serverWaited;
    private boolean clientWaited;
    private boolean unread;
    /** Of the socket that was asked last. */
    private boolean unreadHere;

    private boolean emptyHere;
    private long kernel;
    private WindowState window = WindowState.UNKNOWN;
    private long roundTripNanos;
    private volatile long kernelBytes;
    private volatile @Nullable Progress progress;

    Observation(Relay relay) {
        this.relay = relay;
    }

    Relay relay() {
        return relay;
    }

    /** How the worse direction fared at the last look; null before the first. */
    @Nullable
    Progress progress() {
        return progress;
    }

    /** What the kernel held for both sockets at the last look; 0 before the first, and where it is not told. */
    long kernelBytes() {
        return kernelBytes;
    }

    @Override
    Sampler.Standing look(long now) {
        long before = kernelBytes;
        Sampler.Standing standing = look(now, relay.shard().gauge());
        if (!relay.closed()) {
            // A fault that the look met has not ended it, so that it is in the totals still.
            relay.shard().totals().update(this, kernelBytes - before);
        }
        return standing;
    }

    private Sampler.Standing look(long now, @Nullable SocketGauge gauge) {
        relay.observe(now);
        boolean calm = progress == null || progress.waitingBytes() == 0;
        kernel = 0;
        unread = false;
        Progress seen;
        if (relay.phase() == Phase.CONNECTING || relay.phase() == Phase.WAITING) {
            holdings(relay.client(), gauge);
            holdings(relay.server(), gauge);
            seen = Progress.NOTHING_WAITS;
        } else {
            Progress ofServer = toServer(now, relay.server(), gauge);
            boolean serverUnread = unreadHere;
            boolean serverEmpty = emptyHere;
            seen = Progress.worse(ofServer, toClient(now, gauge));
            relay.half(Direction.FROM_CLIENT).looked(unreadHere, serverEmpty);
            relay.half(Direction.TO_CLIENT).looked(serverUnread, emptyHere);
        }
        kernelBytes = kernel;
        progress = seen;
        if (seen.waitingBytes() > 0) {
            return seen.stalledNanos() > 0 || seen.window() == WindowState.ZERO
                    ? Sampler.Standing.STANDS
                    : Sampler.Standing.STIRS;
        }
        if (calm) {
            toServer = null;
            toClient = null;
        }
        return unread || relay.heldBack() || relay.phase() == Phase.CONNECTING
                ? Sampler.Standing.STIRS
                : Sampler.Standing.QUIET;
    }

    private Progress toServer(long now, @Nullable TcpSocket server, @Nullable SocketGauge gauge) {
        long moved = relay.ledger().receivedBytes();
        // The SYN that we sent was acknowledged as a byte.
        long taken =
                taken(server, gauge, moved - relay.half(Direction.FROM_CLIENT).waitingNow(), 1);
        toServer = meter(toServer, moved - taken, serverTaking);
        Progress seen = look(toServer, now, taken, moved - taken);
        serverTaking = toServer == null ? serverTaking : toServer.takingNanos();
        note(serverWaited, seen, now);
        serverWaited = seen.waitingBytes() > 0;
        return seen;
    }

    private Progress toClient(long now, @Nullable SocketGauge gauge) {
        long moved = relay.ledger().sentBytes();
        long taken = taken(
                relay.client(), gauge, moved - relay.half(Direction.TO_CLIENT).waitingNow(), 0);
        toClient = meter(toClient, moved - taken, clientTaking);
        Progress seen = look(toClient, now, taken, moved - taken);
        clientTaking = toClient == null ? clientTaking : toClient.takingNanos();
        note(clientWaited, seen, now);
        clientWaited = seen.waitingBytes() > 0;
        return seen;
    }

    /** Whoever took a noticeable share of what waited at the look before, or all of it, was not idle. */
    private void note(boolean waited, Progress seen, long now) {
        boolean noticeable = seen.stalledNanos() == 0 && seen.waitingNanos() > 0;
        if (waited && (noticeable || seen.waitingBytes() == 0)) {
            relay.progressed(now);
        }
    }

    /** How many of the bytes handed to a socket its peer has taken. While a FIN waits in the queue, a byte does. */
    private long taken(@Nullable TcpSocket socket, @Nullable SocketGauge gauge, long handed, int syn) {
        window = WindowState.UNKNOWN;
        roundTripNanos = 0;
        unreadHere = false;
        emptyHere = false;
        if (socket == null || gauge == null || !account(socket, gauge) || !gauge.readProgress(socket)) {
            return handed;
        }
        if (gauge.unanswered()) {
            relay.unanswered(socket);
        }
        long room = gauge.windowBytes();
        if (room != SocketGauge.UNKNOWN) {
            window = room == 0 ? WindowState.ZERO : WindowState.OPEN;
        }
        roundTripNanos = TimeUnit.MICROSECONDS.toNanos(Math.max(0, gauge.leastRoundTripMicros()));
        long acked = gauge.ackedBytes();
        return acked == SocketGauge.UNKNOWN ? handed : Math.min(handed - 1, acked - syn);
    }

    /** Counts what the kernel holds for a socket, and tells whether its send queue holds something. */
    private boolean account(TcpSocket socket, SocketGauge gauge) {
        if (!gauge.readMemory(socket)) {
            return false;
        }
        kernel += gauge.heldBytes();
        unreadHere = gauge.receiveQueueBytes() > 0;
        emptyHere = gauge.sendQueueBytes() == 0;
        unread |= unreadHere;
        return !emptyHere;
    }

    private void holdings(@Nullable TcpSocket socket, @Nullable SocketGauge gauge) {
        if (socket != null && gauge != null) {
            account(socket, gauge);
        }
    }

    private static @Nullable ProgressMeter meter(@Nullable ProgressMeter meter, long waiting, long taking) {
        return meter == null && waiting > 0 ? new ProgressMeter(taking) : meter;
    }

    /**
     * How a relay fares of which more is known than the last look saw: bytes have been waiting in our buffers since then.
     *
     * @param forServer for how long nothing was taken by the server; 0 if nothing waits for it
     * @param forClient the same of the client
     * @param held what waits, in bytes
     */
    Progress unseen(long forServer, long forClient, long held) {
        if (held == 0) {
            return Progress.NOTHING_WAITS;
        }
        long stalled = Math.max(forServer, forClient);
        long taking = forServer >= forClient ? serverTaking : clientTaking;
        return new Progress(stalled, stalled, held, 0, WindowState.UNKNOWN, taking, 0);
    }

    private Progress look(@Nullable ProgressMeter meter, long now, long taken, long waiting) {
        if (meter == null) {
            return Progress.NOTHING_WAITS;
        }
        meter.look(now, taken, waiting, window, roundTripNanos);
        return meter.at(now);
    }
}
