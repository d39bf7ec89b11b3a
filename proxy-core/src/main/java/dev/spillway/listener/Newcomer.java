package dev.spillway.listener;

import dev.spillway.connection.SourceGroup;
import dev.spillway.relay.Milestones;
import dev.spillway.relay.Origin;
import dev.spillway.relay.Relays;
import dev.spillway.security.Verdict;
import dev.spillway.transport.TcpSocket;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;

/**
 * A connection that was accepted and judged, and is not admitted yet.
 *
 * @param child its socket, registered with no event loop
 * @param remote the client's address
 * @param local the address the client connected to
 * @param verdict what was judged of it
 * @param source whom it counts against
 * @param pass as what it counts in the connection rate limit
 */
record Newcomer(
        TcpSocket child,
        InetSocketAddress remote,
        InetSocketAddress local,
        Verdict verdict,
        SourceGroup source,
        RateGuard.Pass pass) {

    /** Hands it to the relays of {@code owner}, which has admitted it, on {@code loop}. */
    void open(Listener owner, EventLoop loop) {
        Origin origin = new Origin(
                owner.name(),
                owner.upstream(),
                source,
                verdict,
                remote,
                local,
                owner.settings().connectAtFirstByte());
        Milestones admitted = new Admitted(owner, pass);
        Relays relays = owner.shared().relays();
        if (loop.inEventLoop()) {
            relays.open(loop, child, origin, admitted);
        } else {
            loop.execute(() -> relays.open(loop, child, origin, admitted));
        }
    }

    /** A connection that was let in: as half-open it counts until its first byte, as a connection until its end. */
    private record Admitted(Listener owner, RateGuard.Pass pass) implements Milestones {
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
            pass.end();
            owner.ended();
        }
    }
}
