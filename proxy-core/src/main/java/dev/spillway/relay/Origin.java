package dev.spillway.relay;

import dev.spillway.connection.SourceGroup;
import dev.spillway.security.Verdict;
import dev.spillway.upstream.Upstream;
import java.net.InetSocketAddress;

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
