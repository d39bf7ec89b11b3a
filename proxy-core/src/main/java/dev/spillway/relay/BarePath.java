package dev.spillway.relay;

import dev.spillway.connection.Phase;
import dev.spillway.relay.Half.Direction;
import dev.spillway.transport.BareSocket;
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
 * connection costs. So delays of small writes are switched off before the second write to a socket (the first is never delayed, RFC 896),
 * bounds of the kernel's buffers are set when a half has moved as much as they would let through anyway, and keep-alive when the
 * relay has lived for about a second, by the sweep.
 */
final class BarePath implements Path, BareSocket.Owner {
    private final Relay relay;
    private final BareSocket client;
    private final BareHalf fromClient;
    private final BareHalf toClient;
    private boolean listened;
    private boolean probed;

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
        // Who speaks first has done so by now, as a rule: that saves the turn in which epoll would say so.
        fromClient.note(0);
        fromClient.readOn();
        if (!relay.closed()) {
            listen();
        }
    }

    @Override
    public void ready(BareSocket socket, int events) {
        try {
            if (socket == client) {
                ready(socket, fromClient, toClient, events);
            } else {
                ready(socket, toClient, fromClient, events);
            }
        } catch (RuntimeException | Error fault) {
            relay.failed(Direction.FROM_CLIENT, fault);
        }
    }

    /**
     * @param reading the half whose source it is
     * @param writing the half whose sink it is
     */
    private void ready(BareSocket socket, BareHalf reading, BareHalf writing, int events) {
        if (relay.closed()) {
            return;
        }
        if (relay.phase() == Phase.WAITING || relay.phase() == Phase.CONNECTING) {
            // Of the client's socket alone: the server's tells of its attempt only.
            reading.note(events);
            if ((events & BareSocket.ERROR) != 0) {
                reading.askWhetherBroken(socket);
            }
            relay.heard();
            return;
        }
        if ((events & BareSocket.WRITABLE) != 0) {
            writing.sinkReady();
        }
        if ((events & ~BareSocket.WRITABLE) != 0) {
            reading.note(events);
            reading.readOn();
            if ((events & BareSocket.ERROR) != 0) {
                reading.askWhetherBroken(socket);
            }
        }
    }

    @Override
    public void sweep() {
        TcpSocket server = relay.server();
        if (!probed && server != null && relay.settings().keepAlive() && relay.phase() == Phase.RELAYING) {
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
