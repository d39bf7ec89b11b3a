package dev.spillway.server;

import dev.spillway.ProxyView;
import dev.spillway.listener.ListenerView;
import dev.spillway.server.events.EventLog;
import dev.spillway.server.events.NetworkEvents;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tells when another SYN gate is in use for a listener. It follows from the settings and from what networks the listener is
 * reached by, so it is looked at after either has changed.
 */
final class GateWatch {
    private final EventLog events;

    // Guarded by this.
    private final Map<String, String> gates = new HashMap<>();
    private @Nullable ProxyView proxy;

    GateWatch(EventLog events) {
        this.events = events;
    }

    /** The gates of {@code running} are those that the next look compares with. */
    synchronized void watch(ProxyView running) {
        proxy = running;
        running.listeners().forEach(listener -> gates.put(listener.name(), listener.gate()));
    }

    /**
     * Does nothing before there is something to watch.
     *
     * @param reason what may have changed it
     */
    synchronized void look(String reason) {
        if (proxy == null) {
            return;
        }
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
