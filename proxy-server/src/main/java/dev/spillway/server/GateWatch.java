package dev.spillway.server;

import dev.spillway.ProxyView;
import dev.spillway.listener.ListenerView;
import dev.spillway.server.events.EventLog;
import dev.spillway.server.events.NetworkEvents;
import java.util.HashMap;
import java.util.Map;

/**
 * Tells when another SYN gate is in use for a listener. It follows from the settings and from what networks the listener is
 * reached by, so it is looked at after either has changed.
 */
final class GateWatch {
    private final ProxyView proxy;
    private final EventLog events;

    // Guarded by this.
    private final Map<String, String> gates = new HashMap<>();

    GateWatch(ProxyView proxy, EventLog events) {
        this.proxy = proxy;
        this.events = events;
        proxy.listeners().forEach(listener -> gates.put(listener.name(), listener.gate()));
    }

    /** @param reason what may have changed it */
    synchronized void look(String reason) {
        Map<String, String> now = new HashMap<>();
        for (ListenerView listener : proxy.listeners()) {
            now.put(listener.name(), listener.gate());
            String before = gates.get(listener.name());
            if (before != null && !before.equals(listener.gate())) {
                events.record(NetworkEvents.gateReplaced(listener.name(), before, listener.gate(), reason));
            }
        }
        gates.clear();
        gates.putAll(now);
    }
}
