package dev.spillway.server.events;

import dev.spillway.ProxyView;
import dev.spillway.listener.ListenerView;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.event.Level;

/** The events of the proxy's own life, for {@link EventLog#record}. */
public final class LifecycleEvents {
    private LifecycleEvents() {}

    /** The proxy takes connections. */
    public static Event started(ProxyView proxy) {
        String listeners =
                proxy.listeners().stream().map(LifecycleEvents::describe).collect(Collectors.joining(", "));
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("listeners", proxy.listeners().size());
        fields.put("transport", proxy.transport().label());
        fields.put("transportReason", proxy.transportReason());
        fields.put("threads", proxy.threads());
        fields.put("synGate", proxy.synGate());
        fields.put("maxConnections", proxy.maxConnections());
        fields.put("mpp", proxy.security().mppOn());
        fields.put("mppDryRun", proxy.security().dryRun());
        fields.put("profiles", proxy.security().profilesOn());
        fields.put("generation", proxy.security().generation());
        return new Event(
                EventId.PROXY_STARTED,
                "Spillway takes connections on %s; transport %s, %d event loops, SYN gate %s.%s"
                        .formatted(
                                listeners,
                                proxy.transport().label(),
                                proxy.threads(),
                                proxy.synGate(),
                                proxy.security().mppOn() && proxy.security().dryRun()
                                        ? " MPP is in a dry run: it closes and refuses nobody."
                                        : ""),
                fields);
    }

    private static String describe(ListenerView listener) {
        return listener.name() + " " + listener.bound().getAddress().getHostAddress() + " port "
                + listener.bound().getPort() + " ("
                + listener.standing() + ")";
    }

    /**
     * A drain began.
     *
     * @param open connections open now
     * @param deadline how long they may take
     */
    public static Event draining(long open, Duration deadline) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("open", open);
        fields.put("deadlineMillis", deadline.toMillis());
        return new Event(
                EventId.PROXY_DRAINING,
                "Spillway takes no more connections; %d may end by themselves within %d ms."
                        .formatted(open, deadline.toMillis()),
                fields);
    }

    /**
     * Everything is closed.
     *
     * @param cut connections that were still open and were cut
     */
    public static Event stopped(long cut) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("cut", cut);
        return new Event(
                EventId.PROXY_STOPPED,
                cut == 0 ? Level.INFO : Level.WARN,
                cut == 0
                        ? "Spillway has stopped; no connection was cut."
                        : "Spillway has stopped; %d connections were cut at the deadline.".formatted(cut),
                fields);
    }
}
