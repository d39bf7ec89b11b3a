package dev.spillway.relay;

import dev.spillway.connection.CloseReason;
import dev.spillway.connection.ConnectionFacts;
import dev.spillway.connection.Cost;
import dev.spillway.connection.Phase;
import dev.spillway.connection.Progress;
import dev.spillway.connection.SourceGroup;
import dev.spillway.limit.SilentLine.Place;
import dev.spillway.relay.Half.Direction;
import dev.spillway.security.Verdict;
import dev.spillway.transport.BareSocket;
import dev.spillway.transport.ChannelSocket;
import dev.spillway.transport.TcpSocket;
import dev.spillway.upstream.Upstream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection and the upstream connection made for it: the one owner of both ends' closing. How bytes are moved between them
 * is its {@link Path}'s.
 *
 * <p>It goes by the settings of the moment it began, whatever they become later.
 *
 * <p>Everything happens on one event loop, the one both sockets are registered with. {@link #facts} and {@link #view}
 * may be asked by any thread.
 */
public final class Relay implements Upstream.Connecting {
    /**
     * What the objects of one connection take, in bytes of heap, where they take most: two channels with their pipelines, the relay, its
     * halves and its entry in the registry. Measured on JDK 17 with compressed pointers: 2900 bytes with channels, 1000 without
     * (docs/benchmarks.md); the rest is for NIO's selection keys and for what a write under way takes.
     */
    public static final int FIXED_COST_BYTES = 4_000;

    /** No connection is held back for longer, whatever becomes of whoever asked for it: twice as long as that may ask for. */
    private static final long LONGEST_HOLD = TimeUnit.SECONDS.toNanos(10);

    private final long id;
    private final Origin origin;
    private final RelayShard shard;
    private final RelaySettings settings;
    private final TcpSocket client;
    private final HeldBytes ledger;
    private final long acceptedAt;
    private final Path path;
    private final Milestones milestones;
    private final Observation observation = new Observation(this);
    private volatile @Nullable TcpSocket server;
    private volatile @Nullable InetSocketAddress serverAddress;
    private volatile Phase phase = Phase.CONNECTING;
    private volatile long progressAt;
    private long connectNanos;
    private long joinedAt;
    private boolean heldBack;
    private long heldSince;
    private @Nullable Lingering lingering;
    private @Nullable Place<Relay> silence;

    /**
     * Where a relay comes from.
     *
     * @param listener the name of the listener
     * @param upstream the pool its connections go to
     * @param source whom it counts against
     * @param verdict what was judged of it
     * @param client the client's address
     * @param local the address the client connected to
     * @param atFirstByte whether the upstream is connected only when the client has said something
     */
    public record Origin(
            String listener,
            Upstream upstream,
            SourceGroup source,
            Verdict verdict,
            InetSocketAddress client,
            InetSocketAddress local,
            boolean atFirstByte) {}

    /** Told of the turns that a relay takes, on its event loop. */
    public interface Milestones {
        /** Whether the first byte matters: asked before the client is read from. */
        boolean awaitFirstByte();

        /** The client has sent its first bytes, which are about to be passed on: at most once, if it matters. */
        void firstByte();

        /** The connection has ended: once. */
        void ended();
    }

    Relay(long id, Origin origin, RelayShard shard, TcpSocket client, long now, Milestones milestones) {
        this.id = id;
        this.origin = origin;
        this.shard = shard;
        this.settings = shard.settings();
        this.client = client;
        this.milestones = milestones;
        this.acceptedAt = now;
        this.progressAt = now;
        this.ledger = new HeldBytes(shard.budget());
        this.path = client instanceof BareSocket bare
                ? new BarePath(this, bare)
                : new ChannelPath(this, (ChannelSocket) client);
    }

    /** Begins to connect the upstream. On the event loop. */
    void start() {
        try {
            shard.budget().rousing().stir();
            silence = shard.silent().enter(this, acceptedAt);
            if (closed()) {
                return;
            }
            if (origin.atFirstByte()) {
                phase = Phase.WAITING;
                path.awaitFirstWords();
            } else {
                connect();
            }
        } catch (IOException | RuntimeException | Error fault) {
            failed(Direction.FROM_CLIENT, fault);
        }
    }

    private void connect() {
        connectNanos = origin.upstream().connect(shard.loop(), this);
    }

    /** The client has said something, or that it won't: its server is connected now. */
    void heard() {
        if (phase == Phase.WAITING) {
            phase = Phase.CONNECTING;
            progressed(System.nanoTime());
            try {
                connect();
            } catch (RuntimeException | Error fault) {
                failed(Direction.FROM_CLIENT, fault);
            }
        }
    }

    @Override
    public boolean wanted() {
        return phase == Phase.CONNECTING;
    }

    @Override
    public void prepare(TcpSocket attempt, InetSocketAddress address) {
        // Before it is counted: to make room for it this relay itself may be the one that goes, and both its sockets
        // with it.
        server = attempt;
        serverAddress = address;
        shard.silent().opened();
        if (phase != Phase.CLOSED) {
            path.prepare(attempt);
        }
    }

    @Override
    public void attemptFailed(TcpSocket attempt) {
        shard.transport().reserve().closed();
        server = null;
        serverAddress = null;
        path.attemptFailed(attempt);
    }

    @Override
    public void connected(TcpSocket socket) {
        try {
            path.join(socket);
        } catch (IOException | RuntimeException | Error fault) {
            failed(Direction.FROM_CLIENT, fault);
        }
    }

    /** Both ends are there: bytes pass from now on. */
    void joined() {
        phase = Phase.RELAYING;
        joinedAt = System.nanoTime();
        // Who waited for its server was not silent: nobody could have heard it, nor answered.
        progressed(joinedAt);
        if (silence != null) {
            shard.silent().read(silence, joinedAt);
        }
    }

    @Override
    public void unreachable() {
        close(CloseReason.UPSTREAM_UNREACHABLE, true);
    }

    /** The half that carries bytes the other way. */
    Half opposite(Direction direction) {
        return half(direction.opposite());
    }

    Half half(Direction direction) {
        return direction == Direction.FROM_CLIENT ? path.fromClient() : path.toClient();
    }

    Path path() {
        return path;
    }

    HeldBytes ledger() {
        return ledger;
    }

    Observation observation() {
        return observation;
    }

    RelayShard shard() {
        return shard;
    }

    RelaySettings settings() {
        return settings;
    }

    String listener() {
        return origin.listener();
    }

    Upstream upstream() {
        return origin.upstream();
    }

    Phase phase() {
        return phase;
    }

    TcpSocket client() {
        return client;
    }

    @Nullable
    TcpSocket server() {
        return server;
    }

    /** Bytes in our buffers that the server has not taken. On the event loop. */
    long waitingForServer() {
        return path.fromClient().waitingNow();
    }

    /** Bytes in our buffers that the client has not taken. On the event loop. */
    long waitingForClient() {
        return path.toClient().waitingNow();
    }

    boolean closed() {
        return phase == Phase.CLOSED;
    }

    /** Bytes were read from one end and are handed to the other. */
    void moved(Direction direction, int bytes, long now) {
        shard.sampler().move(observation, now);
        if (direction == Direction.FROM_CLIENT) {
            if (ledger.receivedBytes() == 0 && milestones.awaitFirstByte()) {
                milestones.firstByte();
            }
            ledger.received(bytes);
            shard.received(bytes);
        } else {
            ledger.sent(bytes);
            shard.sent(bytes);
        }
        if (silence != null) {
            silence = shard.silent().moved(silence, direction, now);
        }
        progressed(now);
    }

    /** Bytes begin to wait that the last look did not see, here or in the kernel. */
    void stir(long now) {
        shard.sampler().stir(observation, now);
    }

    void progressed(long now) {
        progressAt = now;
    }

    /** One direction has come to its end. */
    void halfEnded() {
        if (path.fromClient().done() && path.toClient().done()) {
            lingering = Lingering.of(this, settings.halfCloseTimeout());
            if (lingering == null) {
                close(CloseReason.FINISHED, false);
            } else {
                phase = Phase.LINGERING;
                shard.lingers(1);
                progressed(System.nanoTime());
            }
        } else if (phase == Phase.RELAYING) {
            phase = Phase.HALF_CLOSED;
        }
    }

    /** What had to wait for a peer is done. */
    void lingered(CloseReason reason) {
        close(reason, false);
    }

    /** Nobody is told of a reset once both directions have ended, so it is asked for; null if there is none. */
    @Nullable
    CloseReason brokenPeer() {
        TcpSocket upstream = server;
        if (client.takeError() != 0) {
            return CloseReason.CLIENT_RESET;
        }
        return upstream != null && upstream.takeError() != 0 ? CloseReason.UPSTREAM_RESET : null;
    }

    /** The source of {@code direction} was reset or has vanished: the other end is told by a reset, unless all was said. */
    void broken(Direction direction) {
        if (phase == Phase.CONNECTING && direction == Direction.TO_CLIENT) {
            // A failed attempt to connect; the pool tries the next server, or says that there is none.
            return;
        }
        CloseReason reason = direction == Direction.FROM_CLIENT ? CloseReason.CLIENT_RESET : CloseReason.UPSTREAM_RESET;
        Lingering end = lingering;
        if (end != null && phase == Phase.LINGERING) {
            end.broke(reason);
        } else {
            close(reason, true);
        }
    }

    /** An exception at the source of {@code direction}. */
    void failed(Direction direction, Throwable cause) {
        if (cause instanceof IOException) {
            broken(direction);
        } else if (phase != Phase.CLOSED) {
            // Closed before it is told: to tell may fail too, where memory is short.
            close(CloseReason.INTERNAL_ERROR, true);
            shard.faulty("a connection", cause);
        }
    }

    /** Lets timeouts and progress within a buffer be seen. On the event loop. */
    void observe(long now) {
        path.fromClient().observe(now);
        path.toClient().observe(now);
    }

    /** Closes what has been idle for too long. On the event loop. */
    void expire(long now) {
        path.sweep();
        Lingering end = lingering;
        if (end != null && phase == Phase.LINGERING) {
            end.look(now);
        }
        if (heldBack && now - heldSince >= LONGEST_HOLD) {
            // Whoever asked for it has failed to take it back: nobody is to wait for ever.
            holdBack(false);
        }
        long quiet = now - progressAt;
        if (phase == Phase.CONNECTING) {
            if (connectNanos > 0 && quiet >= connectNanos) {
                close(CloseReason.UPSTREAM_UNREACHABLE, true);
            }
        } else if (!heldBack) {
            boolean silent = ledger.receivedBytes() == 0 && ledger.sentBytes() == 0;
            CloseReason reason = Expiry.of(settings)
                    .reason(
                            phase,
                            quiet,
                            silent ? now - (phase == Phase.WAITING ? acceptedAt : joinedAt) : 0,
                            eligible() ? shard.timeoutScale() : 1);
            if (reason != null) {
                close(reason, true);
            }
        }
    }

    /** Has both halves stop reading, or read on. It is not quiet by its own doing then, so that time is not held against it. */
    void holdBack(boolean held) {
        long now = System.nanoTime();
        boolean released = heldBack && !held;
        heldBack = held;
        stir(now);
        if (held) {
            heldSince = now;
        } else {
            progressed(now);
        }
        if (released) {
            // What it may have said meanwhile nobody has read: its silence is as long as it was before.
            joinedAt = now - Math.max(0, heldSince - joinedAt);
        }
        if (!held) {
            path.fromClient().readOn();
            path.toClient().readOn();
        }
    }

    /** The kernel accepts no answer of a peer to what was sent to it. */
    void unanswered(TcpSocket socket) {
        (socket == client ? path.fromClient() : path.toClient()).unanswered();
    }

    /** The bound of what the kernel takes in from {@code source}; null if it is to have none. */
    @Nullable
    ReceiveBound bound(TcpSocket source) {
        return settings.receiveBuffer() == 0
                        && settings.initialReceiveBuffer() > 0
                        && shard.transport().liftsReceiveBuffer()
                ? new ReceiveBound(source, settings.initialReceiveBuffer(), settings.sendBuffer() > 0)
                : null;
    }

    boolean heldBack() {
        return heldBack;
    }

    /**
     * Ends the connection, both ends at once. On the event loop; does nothing if it has ended.
     *
     * @param abort whether by RST, so that the kernel keeps nothing for it, or in an orderly way
     */
    void close(CloseReason reason, boolean abort) {
        if (phase == Phase.CLOSED) {
            return;
        }
        if (phase == Phase.LINGERING) {
            shard.lingers(-1);
        }
        phase = Phase.CLOSED;
        TcpSocket upstream = server;
        end(client, abort);
        shard.transport().reserve().closed();
        if (upstream != null) {
            end(upstream, abort);
            shard.transport().reserve().closed();
        }
        path.drop();
        path.fromClient().settle();
        path.toClient().settle();
        if (silence != null) {
            shard.silent().leave(silence);
        }
        shard.remove(this, reason);
        milestones.ended();
    }

    private static void end(TcpSocket socket, boolean abort) {
        if (abort) {
            socket.resetOnClose();
        }
        socket.close();
    }

    public long id() {
        return id;
    }

    /** Whether MPP may close it. */
    public boolean eligible() {
        return origin.verdict().eligible();
    }

    /** What policy may know of it at {@code now}, a {@code System.nanoTime()}. */
    public ConnectionFacts facts(long now) {
        long held = ledger.held();
        return new ConnectionFacts(
                id,
                origin.listener(),
                origin.source(),
                origin.verdict(),
                phase,
                Math.max(0, now - acceptedAt),
                Math.max(0, now - progressAt),
                progress(now, held),
                new Cost(FIXED_COST_BYTES, held, observation.kernelBytes()),
                ledger.receivedBytes(),
                ledger.sentBytes());
    }

    /** As the last look saw it; where nothing waited then, or before the first, as user space sees it. */
    private Progress progress(long now, long held) {
        Progress seen = observation.progress();
        return seen != null && seen.waitingBytes() > 0
                ? seen
                : observation.unseen(stall(path.fromClient(), now), stall(path.toClient(), now), held);
    }

    private static long stall(Half half, long now) {
        long since = half.stalledSince();
        return since == 0 ? 0 : Math.max(0, now - since);
    }

    /** What a watcher may know of it at {@code now}, a {@code System.nanoTime()}. */
    public ConnectionView view(long now) {
        return new ConnectionView(
                facts(now),
                origin.listener(),
                origin.upstream().name(),
                origin.client(),
                origin.local(),
                phase == Phase.WAITING || phase == Phase.CONNECTING ? null : serverAddress);
    }
}
