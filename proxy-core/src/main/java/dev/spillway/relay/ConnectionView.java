package dev.spillway.relay;

import dev.spillway.connection.ConnectionFacts;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One live connection, for whoever watches.
 *
 * @param facts what policy knows of it
 * @param listener the name of the listener it came in by
 * @param upstream the name of the pool it goes to
 * @param client the client's address
 * @param local the address the client connected to
 * @param server the server it is joined to; null while it is being connected
 */
public record ConnectionView(
        ConnectionFacts facts,
        String listener,
        String upstream,
        InetSocketAddress client,
        InetSocketAddress local,
        @Nullable InetSocketAddress server) {}
