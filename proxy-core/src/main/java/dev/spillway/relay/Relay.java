package dev.spillway.relay;

import dev.spillway.connection.CloseReason;
import dev.spillway.connection.ConnectionFacts;
import dev.spillway.connection.Phase;
import dev.spillway.limit.SilentLine.Place;
import dev.spillway.relay.Half.Direction;
import dev.spillway.transport.BareSocket;
import dev.spillway.transport.ChannelSocket;
import dev.spillway.transport.TcpSocket;
import dev.spillway.upstream.Upstream;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection and the upstream connection made for it: the one owner of both ends' closing. How bytes are moved between them
 * is its {@link Path}'s.
 *
 * <p>It goes by the settings of the moment it began, whatever they become later.
 *
 * <p>Everything happens on one event loop, the one both sockets are registered with. {@link #facts} may
 * be asked by any thread.
 */
public final class Relay implements Upstream.Connecting {
    /**
     * What the objects of one connection take, in bytes of heap, where they take most: two channels with their pipelines, the relay, its
     * halves and its entry in the registry. Measured on JDK 17 with compressed pointers: 2900 bytes with channels, 1000 without
     * (docs/benchmarks.md); the rest is for NIO's selection keys and for what a write under way takes.
     */
    public static final int FIXED_COST_BYTES = 4_000;

    /** Written with every read, so without the fence of a volatile field. */
    private static final VarHandle PROGRESS_AT;

    static {
        try {
            PROGRESS_AT = MethodHandles.lookup().findVarHandle(Relay.class, "progressAt", long.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

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
    private long progressAt;
    private long connectNanos;
    private long joinedAt;
    private boolean heldBack;
    private long heldSince;
    private @Nullable Lingering lingering;
    private @Nullable Place<Relay> silence;

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

    Origin origin() {
        return origin;
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

    /** Where the server is to be found that it is joined to, or is being connected; null before. Any thread. */
    @Nullable
    InetSocketAddress serverAddress() {
        return serverAddress;
    }

    /** What it waits for at its end; null as long as it has not come to one. */
    @Nullable
    Lingering lingering() {
        return lingering;
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
        PROGRESS_AT.setOpaque(this, now);
    }

    /** For how long it has been there. Any thread. */
    long ageNanos(long now) {
        return now - acceptedAt;
    }

    /** For how long nothing has moved. Any thread. */
    long quietNanos(long now) {
        return now - (long) PROGRESS_AT.getOpaque(this);
    }

    /** For how long nobody has said a word though it was heard; 0 if somebody did. */
    long silentNanos(long now) {
        boolean silent = ledger.receivedBytes() == 0 && ledger.sentBytes() == 0;
        return silent ? now - (phase == Phase.WAITING ? acceptedAt : joinedAt) : 0;
    }

    /** How long its attempts to connect a server may take; 0 if none was begun. */
    long connectNanos() {
        return connectNanos;
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

    /** Reads what an event of a socket will need; the figure says nothing. */
    int look() {
        return (int) progressAt + (heldBack ? 1 : 0) + (closed() ? 1 : 0) + observation.place();
    }

    /** Lets timeouts and progress within a buffer be seen. On the event loop. */
    void observe(long now) {
        path.fromClient().observe(now);
        path.toClient().observe(now);
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

    boolean heldBack() {
        return heldBack;
    }

    /** For how long it has been held back; 0 if it is not. */
    long heldBackNanos(long now) {
        return heldBack ? now - heldSince : 0;
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
        if (upstream != null) {
            end(upstream, abort);
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

    private void end(TcpSocket socket, boolean abort) {
        if (abort) {
            socket.resetOnClose();
        }
        socket.close();
        shard.transport().reserve().closed();
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
        return new Glance(this, now).facts();
    }
}
