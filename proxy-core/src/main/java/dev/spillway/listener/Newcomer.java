package dev.spillway.listener;

import dev.spillway.connection.SourceGroup;
import dev.spillway.relay.Relay;
import dev.spillway.security.Verdict;
import io.netty.channel.socket.SocketChannel;
import java.net.InetSocketAddress;

/**
 * A connection that was accepted and judged, and is not admitted yet.
 *
 * @param child its channel, not registered yet
 * @param remote the client's address
 * @param local the address the client connected to
 * @param verdict what was judged of it
 * @param source whom it counts against
 * @param pass as what it counts in the connection rate limit
 */
record Newcomer(
        SocketChannel child,
        InetSocketAddress remote,
        InetSocketAddress local,
        Verdict verdict,
        SourceGroup source,
        RateGuard.Pass pass) {

    /** Where its relay comes from, if {@code owner} admits it. */
    Relay.Origin origin(Listener owner) {
        return new Relay.Origin(owner.name(), owner.upstream(), source, verdict, remote, local);
    }

    /** What {@code owner}, which admits it, is told of its relay. */
    Relay.Milestones admitted(Listener owner) {
        return new Admitted(owner, pass);
    }

    /** A connection that was let in: what it counts as ends with its first byte, or with itself. */
    private record Admitted(Listener owner, RateGuard.Pass pass) implements Relay.Milestones {
        @Override
        public boolean awaitFirstByte() {
            return pass.counts();
        }

        @Override
        public void firstByte() {
            pass.leave();
        }

        @Override
        public void ended() {
            pass.leave();
            owner.ended();
        }
    }
}
