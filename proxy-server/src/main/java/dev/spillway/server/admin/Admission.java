package dev.spillway.server.admin;

import dev.spillway.server.metrics.AdminTraffic;
import dev.spillway.server.metrics.AdminTraffic.Refusal;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * How many connections the admin plane has, and who goes when there is one too many: the one that waits longest without
 * a whole request, so that idle or silent clients, or halves of requests, can't keep an operator out; if none waits, the
 * new one.
 *
 * <p>Owned by the admin plane's loop.
 */
final class Admission {
    private final int maxConnections;
    private final AdminTraffic traffic;
    private final RefusalLog refusals;
    private final Set<AdminConnection> open = new LinkedHashSet<>();

    /** Those of them that wait for a whole request, in the order in which they began to. */
    private final Set<AdminConnection> waiting = new LinkedHashSet<>();

    Admission(int maxConnections, AdminTraffic traffic, RefusalLog refusals) {
        this.maxConnections = maxConnections;
        this.traffic = traffic;
        this.refusals = refusals;
    }

    /** Whether {@code newcomer} may come in; it then has to leave too. */
    boolean enter(AdminConnection newcomer) {
        if (open.size() >= maxConnections) {
            Iterator<AdminConnection> longest = waiting.iterator();
            if (!longest.hasNext()) {
                refusals.refused(Refusal.MAX_CONNECTIONS);
                return false;
            }
            AdminConnection displaced = longest.next();
            leave(displaced);
            displaced.close();
            refusals.refused(Refusal.DISPLACED);
        }
        open.add(newcomer);
        traffic.opened();
        return true;
    }

    void leave(AdminConnection connection) {
        waiting.remove(connection);
        if (open.remove(connection)) {
            traffic.closed();
        }
    }

    void waits(AdminConnection connection) {
        if (open.contains(connection)) {
            waiting.add(connection);
        }
    }

    void works(AdminConnection connection) {
        waiting.remove(connection);
    }
}
