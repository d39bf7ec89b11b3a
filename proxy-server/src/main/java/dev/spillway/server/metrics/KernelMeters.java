package dev.spillway.server.metrics;

import static dev.spillway.server.metrics.MeterSource.flag;
import static dev.spillway.server.metrics.SpillwayMeter.counter;
import static dev.spillway.server.metrics.SpillwayMeter.gauge;

import dev.spillway.flood.KernelCounter;
import dev.spillway.flood.KernelCounters;
import dev.spillway.listener.AcceptQueue;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Meters of what the kernel says of connections that come in. */
final class KernelMeters {
    private KernelMeters() {}

    /** In the order of the documentation. */
    static final List<SpillwayMeter> ALL = List.of(
            gauge(
                    "spillway.listener.accept.queue",
                    "connections",
                    "Connections that are established and wait in the kernel to be accepted, at all sockets of a listener.",
                    List.of("listener"),
                    perQueue(AcceptQueue::length)),
            gauge(
                    "spillway.listener.accept.queue.limit",
                    "connections",
                    "How many may wait there: the backlog, cut to somaxconn, times the sockets.",
                    List.of("listener"),
                    perQueue(AcceptQueue::limit)),
            counter(
                    "spillway.listener.drops",
                    "segments",
                    "SYNs and ACKs that the kernel dropped at a listener's sockets: no room, or a filter of the SYN gate.",
                    List.of("listener"),
                    perQueue(AcceptQueue::dropped)),
            kernel(
                    "spillway.kernel.syn.cookies.sent",
                    "segments",
                    "SYNs answered with a cookie, in the network namespace.",
                    KernelCounter.COOKIES_SENT),
            kernel(
                    "spillway.kernel.syn.cookies.received",
                    "segments",
                    "Cookies that came back and were right, in the network namespace.",
                    KernelCounter.COOKIES_RECEIVED),
            kernel(
                    "spillway.kernel.syn.cookies.failed",
                    "segments",
                    "Segments that should have brought a cookie and brought none that is right, in the network namespace.",
                    KernelCounter.COOKIES_FAILED),
            kernel(
                    "spillway.kernel.syn.queue.full.cookies",
                    "segments",
                    "SYNs that found a SYN queue full and cookies on, in the network namespace; all, with tcp_syncookies 2.",
                    KernelCounter.QUEUE_FULL_COOKIES),
            kernel(
                    "spillway.kernel.syn.queue.full.drops",
                    "segments",
                    "SYNs that found a SYN queue full and cookies off, in the network namespace.",
                    KernelCounter.QUEUE_FULL_DROPS),
            kernel(
                    "spillway.kernel.listen.drops",
                    "segments",
                    "SYNs and ACKs dropped at listening sockets but for a filter, in the network namespace.",
                    KernelCounter.LISTEN_DROPS),
            kernel(
                    "spillway.kernel.listen.overflows",
                    "segments",
                    "Of those, the ones dropped because an accept queue was full.",
                    KernelCounter.LISTEN_OVERFLOWS),
            kernel(
                    "spillway.kernel.embryonic.resets",
                    "connections",
                    "Connections reset before they were established, in the network namespace.",
                    KernelCounter.EMBRYONIC_RESETS),
            kernel(
                    "spillway.kernel.syn.retransmits",
                    "segments",
                    "SYNs and SYN-ACKs sent again, in the network namespace; those of connections to upstreams too.",
                    KernelCounter.SYN_RETRANSMITS),
            gauge(
                    "spillway.kernel.setup.warnings",
                    "settings",
                    "Settings of the kernel that leave a listener open to a flood of SYNs; the log of the start names them.",
                    s -> s.flood().warnings().size()),
            gauge(
                    "spillway.syn.flood",
                    "1 or 0",
                    "1 from event 2008 to event 2009: more SYNs come than can be taken.",
                    s -> flag(s.flood().flood().isPresent())));

    private static MeterSource perQueue(ToDoubleFunction<AcceptQueue> value) {
        return (s, out) ->
                s.flood().queues().forEach((listener, queue) -> out.row(value.applyAsDouble(queue), listener));
    }

    private static SpillwayMeter kernel(String id, String unit, String description, KernelCounter counter) {
        return counter(
                id,
                unit,
                description,
                List.of(),
                (s, out) -> s.flood()
                        .counters()
                        .map(counters -> counters.get(counter))
                        .filter(value -> value != KernelCounters.ABSENT)
                        .ifPresent(out::row));
    }
}
