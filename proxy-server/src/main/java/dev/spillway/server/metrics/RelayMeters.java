package dev.spillway.server.metrics;

import static dev.spillway.server.metrics.SpillwayMeter.counter;
import static dev.spillway.server.metrics.SpillwayMeter.gauge;

import java.util.List;
import java.util.concurrent.TimeUnit;

/** Meters of what connections hold, and what looking at them costs. */
final class RelayMeters {
    private RelayMeters() {}

    /** In the order of the documentation. */
    static final List<SpillwayMeter> ALL = List.of(
            gauge(
                    "spillway.relay.held",
                    "bytes",
                    "What the buffers of all connections take now.",
                    s -> s.relays().heldBytes()),
            gauge(
                    "spillway.relay.budget",
                    "bytes",
                    "What they may take at most.",
                    s -> s.relays().budgetBytes()),
            gauge(
                    "spillway.relay.pool",
                    "bytes",
                    "Direct memory that the buffers' pool took from the system, in use or kept for reuse.",
                    s -> s.proxy().poolBytes()),
            counter(
                    "spillway.relay.short.reads",
                    "reads",
                    "Reads that had to do with a smaller buffer because the budget was spent.",
                    s -> s.relays().shortReads()),
            counter(
                    "spillway.relay.received",
                    "bytes",
                    "Bytes read from clients.",
                    s -> s.relays().receivedBytes()),
            counter(
                    "spillway.relay.sent",
                    "bytes",
                    "Bytes written to clients.",
                    s -> s.relays().sentBytes()),
            counter(
                    "spillway.relay.spliced",
                    "bytes",
                    "Bytes of both that were moved without being copied.",
                    s -> s.relays().splicedBytes()),
            counter(
                    "spillway.relay.lost.events",
                    "times",
                    "Times a connection stood still because an event was lost, and was helped on. Always 0, unless the proxy or the kernel has a defect.",
                    s -> s.relays().lostEvents()),
            gauge(
                    "spillway.relay.pipes",
                    "pipes",
                    "Pipes for that which are open, in use or not; each takes two descriptors.",
                    s -> s.relays().pipes()),
            gauge(
                    "spillway.relay.kernel",
                    "bytes",
                    "What the kernel holds for both sockets of all connections, by the last look at each.",
                    s -> s.proxy().kernelBytes()),
            counter(
                    "spillway.sampling.samples",
                    "looks",
                    "Looks at what the kernel holds for a connection.",
                    s -> s.sampling().samples()),
            counter(
                    "spillway.sampling.cpu",
                    "seconds",
                    "Time these looks took on the event loops.",
                    s -> (double) s.sampling().nanos() / TimeUnit.SECONDS.toNanos(1)),
            counter(
                    "spillway.sampling.cut.short",
                    "passes",
                    "Passes over the connections that ran out of their time before everything due was looked at.",
                    s -> s.sampling().cutShort()),
            gauge(
                    "spillway.sampling.connections",
                    "connections",
                    "Connections by what their last look said: suspect, stirring, quiet, unseen.",
                    List.of("line"),
                    MeterSource::samplingLines));
}
