package dev.spillway.control;

import dev.spillway.connection.ConnectionFacts;
import dev.spillway.pressure.EpisodeController;
import dev.spillway.pressure.Evaluation;
import dev.spillway.pressure.Reading;
import dev.spillway.pressure.Signal;
import dev.spillway.pressure.Watermarks;
import dev.spillway.prune.Forecast;
import dev.spillway.prune.PruneSettings;
import dev.spillway.prune.Pruner;
import dev.spillway.relay.Relays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Says who would be closed, with the arithmetic and the ranking of an episode, and touches nothing. Any thread. What it
 * knows of a connection's progress is as old as the last look at it: a second at the most.
 */
final class Forecaster {
    private final Relays relays;

    Forecaster(Relays relays) {
        this.relays = relays;
    }

    /**
     * The victims of a whole episode, all epochs after another.
     *
     * @param evaluation what was read last
     * @param signal which is supposed to be short; empty takes the worst
     * @param level where it is supposed to stand; empty takes it as it is
     * @throws IllegalArgumentException if the signal was not read or the level is no share
     */
    Forecast forecast(
            Evaluation evaluation,
            Map<Signal, Watermarks> watermarks,
            PruneSettings settings,
            Optional<Signal> signal,
            OptionalDouble level) {
        Reading reading =
                supposed(reading(evaluation, signal.orElse(evaluation.worst().signal())), level);
        Watermarks marks = watermarks.get(reading.signal());
        if (marks == null) {
            throw new IllegalArgumentException(
                    "signal: " + reading.signal().label() + " (expected: one that is watched, which this is no more)");
        }
        List<ConnectionFacts> connections = relays.facts(System.nanoTime());
        int eligible = (int)
                connections.stream().filter(each -> each.verdict().eligible()).count();
        Pruner whole = new Pruner(new PruneSettings(
                settings.stallAfter(),
                settings.slowAfter(),
                Integer.MAX_VALUE,
                settings.sourcePrefixV4(),
                settings.sourcePrefixV6()));
        return new Forecast(
                reading,
                marks,
                EpisodeController.wholeDemand(reading, marks).map(demand -> whole.plan(demand, connections)),
                eligible,
                connections.size() - eligible);
    }

    private static Reading reading(Evaluation evaluation, Signal signal) {
        return evaluation.readings().stream()
                .filter(each -> each.signal() == signal)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("signal: " + signal.label()
                        + " (expected: one that is watched and can be read: "
                        + evaluation.readings().stream()
                                .map(each -> each.signal().label())
                                .toList() + ")"));
    }

    private static Reading supposed(Reading reading, OptionalDouble level) {
        if (level.isEmpty()) {
            return reading;
        }
        double share = level.getAsDouble();
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("level: " + share + " (expected: 0 to 1)");
        }
        return new Reading(reading.signal(), Math.round(share * reading.limit()), reading.limit());
    }
}
