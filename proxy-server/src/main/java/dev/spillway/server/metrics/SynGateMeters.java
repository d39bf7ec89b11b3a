package dev.spillway.server.metrics;

import static dev.spillway.server.metrics.SpillwayMeter.counter;
import static dev.spillway.server.metrics.SpillwayMeter.gauge;

import java.util.List;

/** Meters of the SYN gate: which it is, and what it does. */
final class SynGateMeters {
    private SynGateMeters() {}

    /** In the order of the documentation. */
    static final List<SpillwayMeter> ALL = List.of(
            gauge(
                    "spillway.syn.gate",
                    "1",
                    "Always 1; the kind of SYN gate in use and why.",
                    List.of("gate", "reason"),
                    (s, out) -> out.row(1, s.synGate().kind(), s.synGate().reason())),
            gauge(
                    "spillway.syn.gate.rate",
                    "ratio",
                    "Share of newcomers to eligible listeners that the gate keeps out now.",
                    s -> s.synGate().dropRate()),
            gauge(
                    "spillway.syn.gate.programs",
                    "programs",
                    "Programs in force now: one for each listening socket with the kernel filter, one for each listener with the sinkhole.",
                    s -> s.synGate().programs()),
            gauge(
                    "spillway.syn.gate.program.instructions",
                    "instructions",
                    "Instructions of the longest of them; the kernel takes 4096.",
                    s -> s.synGate().programSize()),
            gauge(
                    "spillway.syn.gate.prefixes",
                    "prefixes",
                    "Source prefixes whose SYNs are all dropped now.",
                    s -> s.synGate().offenders()),
            gauge(
                    "spillway.syn.gate.prefixes.let.in",
                    "prefixes",
                    "Source prefixes that should be, and for which programs have no room.",
                    s -> s.synGate().offendersLetIn()),
            counter(
                    "spillway.syn.gate.dropped",
                    "SYNs",
                    "SYNs that the kernel filter or the sinkhole dropped, those that a client sent again included.",
                    s -> s.synGate().dropped()),
            counter(
                    "spillway.syn.gate.openings",
                    "times",
                    "Times the watchdog opened the gate because the controller was not heard of.",
                    s -> s.synGate().openings()),
            counter(
                    "spillway.syn.gate.failures",
                    "programs",
                    "Programs that the kernel refused, and sinkholes that could not be had; the accept gate acts there.",
                    s -> s.synGate().failures()));
}
