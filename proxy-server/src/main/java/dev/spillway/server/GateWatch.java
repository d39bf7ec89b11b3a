package dev.spillway.server;

import dev.spillway.ProxyView;
import dev.spillway.listener.ListenerView;
import dev.spillway.server.events.EventLog;
import dev.spillway.server.events.NetworkEvents;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells when another SYN gate is in use for a listener. It follows from the settings and from what networks the listener is
 * reached by, so it is looked at after either has changed.
 */
final class GateWatch {
    private static final Logger logger = LoggerFactory.getLogger(GateWatch.class);

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
     * Does nothing before there is something to watch. What fails here is logged: it is called in the middle of changes, which
     * hold already.
     *
     * @param reason what may have changed it
     */
    synchronized void look(String reason) {
        try {
            if (proxy != null) {
                compare(proxy, reason);
            }
        } catch (RuntimeException fault) {
            logger.error("gates: could not be looked at after {}", reason, fault);
        }
    }

    private void compare(ProxyView proxy, String reason) {
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
