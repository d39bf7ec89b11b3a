package dev.spillway.relay;

import dev.spillway.transport.TcpSocket;
import java.io.IOException;

/**
 * How the bytes of one relay are moved: its two halves, and what has to be done to both sockets until they are joined.
 * {@link BarePath} on epoll, {@link ChannelPath} elsewhere.
 *
 * <p>Owned by the relay's event loop.
 */
sealed interface Path permits BarePath, ChannelPath {
    /** The half that carries what the client says. */
    Half fromClient();

    /** The half that carries what the server says. */
    Half toClient();

    /** Has {@link Relay#heard} called when the client has said something, or ended its direction. */
    void awaitFirstWords() throws IOException;

    /** Gets a socket ready for an attempt to connect the server. */
    void prepare(TcpSocket attempt);

    /** The attempt has failed, and its socket will be closed. */
    void attemptFailed(TcpSocket attempt);

    /** The server is connected: has {@link Relay#joined} called when both sockets are registered, then begins to read from both. */
    void join(TcpSocket server) throws IOException;

    /** For what need not be done at once: about once a second. */
    void sweep();

    /** The relay is over: drops what is kept. */
    void drop();
}
