package dev.spillway.server.admin;

import dev.spillway.ProxyView;
import dev.spillway.connection.RefusalReason;
import dev.spillway.listener.ListenerView;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The listeners, as {@code /api/v1/listeners} shows them. */
record ListenersReport(List<Listener> listeners) {
    /** One listener; standing, eligible and generation are how a connection would be judged now. */
    record Listener(
            String name,
            String bound,
            int sockets,
            String upstream,
            String profile,
            String standing,
            boolean eligible,
            long generation,
            boolean accepting,
            long accepted,
            long active,
            Map<String, Long> refused) {
        static Listener of(ListenerView view) {
            Map<String, Long> refused = new LinkedHashMap<>();
            for (RefusalReason reason : RefusalReason.values()) {
                refused.put(reason.label(), view.refused().getOrDefault(reason, 0L));
            }
            return new Listener(
                    view.name(),
                    Addresses.text(view.bound()),
                    view.sockets(),
                    view.upstream(),
                    view.profile(),
                    view.standing(),
                    view.eligible(),
                    view.generation(),
                    view.accepting(),
                    view.accepted(),
                    view.active(),
                    refused);
        }
    }

    static ListenersReport of(ProxyView proxy) {
        return new ListenersReport(proxy.listeners().stream().map(Listener::of).toList());
    }
}
