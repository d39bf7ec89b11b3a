package dev.spillway.server.metrics;

import static dev.spillway.server.metrics.MeterSource.perReading;
import static dev.spillway.server.metrics.SpillwayMeter.counter;
import static dev.spillway.server.metrics.SpillwayMeter.gauge;

import dev.spillway.pressure.Reading;
import java.util.List;

/** Meters of what is short, and what is done about it. */
final class PressureMeters {
    private PressureMeters() {}

    /** In the order of the documentation. */
    static final List<SpillwayMeter> ALL = List.of(
            gauge(
                    "spillway.pressure.level",
                    "ratio",
                    "Share of a signal's limit in use, 0 upward.",
                    List.of("signal"),
                    perReading(Reading::level)),
            gauge(
                    "spillway.pressure.used",
                    "the signal's",
                    "How much of a signal is in use.",
                    List.of("signal"),
                    perReading(Reading::used)),
            gauge(
                    "spillway.pressure.limit",
                    "the signal's",
                    "How much of a signal there is.",
                    List.of("signal"),
                    perReading(Reading::limit)),
            gauge(
                    "spillway.pressure.watermark",
                    "ratio",
                    "The marks a signal's level is held against: low, reentry, high.",
                    List.of("signal", "mark"),
                    MeterSource::watermarks),
            gauge(
                    "spillway.pressure.available",
                    "1 or 0",
                    "1 if a signal is watched and was read; 0 if it is switched off or can't be read here.",
                    List.of("signal"),
                    MeterSource::availableSignals),
            gauge(
                    "spillway.pressure.position",
                    "ratio",
                    "Where the worst signal stands: 0 at its low mark, 1 at its high one.",
                    List.of("signal"),
                    MeterSource::position),
            gauge(
                    "spillway.syn.drop.rate",
                    "ratio",
                    "SynDropRate: chance of a new connection to an eligible listener to be refused.",
                    s -> s.pressure().rates().synDrop()),
            gauge(
                    "spillway.kill.rate",
                    "ratio",
                    "TcbKillRate: share of the excess that this epoch is to free.",
                    s -> s.pressure().rates().kill()),
            gauge(
                    "spillway.episode",
                    "number",
                    "Number of the running episode; 0 in calm.",
                    s -> s.pressure().episode()),
            gauge(
                    "spillway.epoch",
                    "number",
                    "Number of the running epoch in its episode; 0 in calm.",
                    s -> s.pressure().epoch()),
            counter(
                    "spillway.episodes",
                    "episodes",
                    "Episodes so far.",
                    s -> s.pressure().episodes()),
            counter(
                    "spillway.epochs",
                    "epochs",
                    "Epochs so far.",
                    s -> s.pressure().epochs()),
            counter(
                    "spillway.pruned",
                    "connections",
                    "Connections that MPP closed.",
                    s -> s.pressure().closed()),
            counter(
                    "spillway.pruned.cost",
                    "bytes",
                    "What those connections had cost: objects, buffers and kernel memory.",
                    s -> s.pressure().freedBytes()),
            counter(
                    "spillway.pruned.by.guilt",
                    "connections",
                    "Connections that MPP chose to close, by why.",
                    List.of("guilt"),
                    MeterSource::prunedByGuilt),
            counter(
                    "spillway.dry.run.pruned",
                    "connections",
                    "Connections that MPP would have closed in dry runs.",
                    s -> s.pressure().wouldClose()),
            gauge(
                    "spillway.exempt.cost",
                    "bytes",
                    "What connections that MPP may not close take: heap, buffers and kernel memory.",
                    s -> s.pressure().exempt().bytes()),
            gauge(
                    "spillway.exempt.budget",
                    "bytes",
                    "What they may take before event 2005; 0 tells never.",
                    s -> s.pressure().exempt().budget()));
}
