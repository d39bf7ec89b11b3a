package dev.spillway.relay;

import dev.spillway.connection.Phase;
import dev.spillway.relay.Half.Direction;
import dev.spillway.transport.BareSocket;
import dev.spillway.transport.SocketGauge;
import dev.spillway.transport.TcpSocket;
import java.io.IOException;

/**
 * Two bare sockets, and nothing between them but the halves.
 *
 * <p>The client's socket is entered into epoll only when the server is connected: until then what it sends waits in the kernel,
 * within its bounds. Where the server is to be connected when the client has said something, it is entered at once, and that there
 * is something to read says so; nothing is read for it.
 *
 * <p><b>What most connections never need is done for those that do.</b> A system call is a large part of what a short
 * connection costs. So delays of small writes are switched off before the second write to a socket (nothing is under way then that the first could be delayed for),
 * bounds of the kernel's buffers are set when a half has moved as much as they would let through anyway, and keep-alive when the
 * relay has lived for about a second, by the sweep.
 *
 * <p><b>The end of the server's handshake travels with the client's first bytes</b> where those are there already: that saves a packet, and
 * nobody waits for it. Whether they will be has to be known before the server is connected, so it is guessed from the pool's last
 * connection; where the guess was wrong the handshake is ended as soon as that is seen, for a server that speaks first waits for it.
 */
final class BarePath implements Path, BareSocket.Owner {
    private final Relay relay;
    private final BareSocket client;
    private final BareHalf fromClient;
    private final BareHalf toClient;
    private boolean listened;
    private boolean probed;
    private boolean acknowledgesLate;

    BarePath(Relay relay, BareSocket client) {
        this.relay = relay;
        this.client = client;
        this.fromClient = new BareHalf(relay, Direction.FROM_CLIENT);
        this.toClient = new BareHalf(relay, Direction.TO_CLIENT);
        client.owner(this);
        relay.settings().give(client);
    }

    @Override
    public Half fromClient() {
        return fromClient;
    }

    @Override
    public Half toClient() {
        return toClient;
    }

    @Override
    public void awaitFirstWords() throws IOException {
        listen();
    }

    private void listen() throws IOException {
        if (!listened) {
            listened = true;
            client.register(relay.shard().loop());
        }
    }

    @Override
    public void prepare(TcpSocket attempt) {
        ((BareSocket) attempt).owner(this);
        relay.settings().give(attempt);
        acknowledgesLate = relay.origin().upstream().clientsSpeakFirst();
        if (acknowledgesLate) {
            attempt.acknowledgeWithBytes();
        }
    }

    @Override
    public void attemptFailed(TcpSocket attempt) {
        // Its socket is closed by who made it, and tells nothing any more.
    }

    @Override
    public void join(TcpSocket server) throws IOException {
        relay.joined();
        toClient.attach((BareSocket) server, client);
        fromClient.attach(client, (BareSocket) server);
        // From here on each half is told of its own source, without a detour by here.
        client.owner(fromClient);
        ((BareSocket) server).owner(toClient);
        // Who speaks first has done so by now, as a rule: that saves the turn in which epoll would say so.
        fromClient.note(0);
        fromClient.readOn();
        boolean spoke = relay.ledger().receivedBytes() > 0;
        relay.origin().upstream().clientsSpeakFirst(spoke);
        if (acknowledgesLate && !spoke) {
            server.acknowledgeAtOnce();
        }
        if (!relay.closed()) {
            listen();
        }
    }

    /** Of the client's socket, until there is a server; what the server's tells until then is its attempt's. */
    @Override
    public void ready(BareSocket socket, int events) {
        if (relay.closed() || socket != client) {
            return;
        }
        fromClient.note(events);
        if ((events & BareSocket.ERROR) != 0 && socket.takeError() != 0) {
            relay.broken(Direction.FROM_CLIENT);
        } else if (relay.phase() == Phase.WAITING && hasSpoken()) {
            relay.heard();
        }
    }

    /** Whether the client has said something, or that it won't: an event can be another socket's, see {@link BareSocket}. */
    private boolean hasSpoken() {
        SocketGauge gauge = relay.shard().gauge();
        return gauge == null || gauge.readProgress(client) && gauge.receivedBytes() != 0;
    }

    @Override
    public void failed(Throwable fault) {
        relay.failed(Direction.FROM_CLIENT, fault);
    }

    @Override
    public void sweep() {
        TcpSocket server = relay.server();
        boolean joined = relay.phase() == Phase.RELAYING || relay.phase() == Phase.HALF_CLOSED;
        if (!probed && joined && server != null && relay.settings().keepAlive()) {
            probed = true;
            client.probeQuietPeer();
            server.probeQuietPeer();
        }
    }

    @Override
    public void drop() {
        // Nothing is kept but what the halves hold.
    }
}
