package dev.spillway.server.admin;

import dev.spillway.ProxyView;
import dev.spillway.connection.RefusalReason;
import dev.spillway.control.FloodView;
import dev.spillway.listener.AcceptQueue;
import dev.spillway.listener.ListenerView;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The listeners, as {@code /api/v1/listeners} shows them. */
record ListenersReport(List<Listener> listeners, KernelReport kernel) {
    /**
     * One listener; standing, eligible and generation are how a connection would be judged now.
     *
     * @param queued connections that wait in the kernel to be accepted; null if it is not told, as the two that follow
     * @param queueLimit how many may wait there
     * @param dropped SYNs and ACKs that the kernel dropped at its sockets, for want of room or by a filter of the gate
     */
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
            Map<String, Long> refused,
            @Nullable Long queued,
            @Nullable Long queueLimit,
            @Nullable Long dropped) {
        static Listener of(ListenerView view, @Nullable AcceptQueue queue) {
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
                    refused,
                    queue == null ? null : queue.length(),
                    queue == null ? null : queue.limit(),
                    queue == null ? null : queue.dropped());
        }
    }

    static ListenersReport of(ProxyView proxy) {
        FloodView kernel = proxy.flood();
        return new ListenersReport(
                proxy.listeners().stream()
                        .map(view -> Listener.of(view, kernel.queues().get(view.name())))
                        .toList(),
                KernelReport.of(kernel));
    }
}
