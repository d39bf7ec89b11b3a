package dev.spillway.listener;

import dev.spillway.connection.RefusalReason;
import dev.spillway.security.NetworkProfile;
import dev.spillway.security.Verdict;
import java.net.InetSocketAddress;
import java.util.Map;

/**
 * One listener at one moment, for whoever watches.
 *
 * @param name as in the configuration
 * @param bound where it really listens
 * @param sockets how many sockets share that address
 * @param upstream the pool its connections go to
 * @param profile the network it faces
 * @param verdict what a connection would be judged now
 * @param accepting whether it takes connections now; false while the gate is shut or the proxy drains
 * @param accepted connections taken so far
 * @param active connections open now
 * @param refused connections turned away so far, by reason
 */
public record ListenerView(
        String name,
        InetSocketAddress bound,
        int sockets,
        String upstream,
        NetworkProfile profile,
        Verdict verdict,
        boolean accepting,
        long accepted,
        long active,
        Map<RefusalReason, Long> refused) {}
