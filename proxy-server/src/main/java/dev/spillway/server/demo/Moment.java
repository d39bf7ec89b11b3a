package dev.spillway.server.demo;

import dev.spillway.control.PressureView;
import dev.spillway.relay.RelayCounts;
import java.time.Duration;
import java.util.Map;
import java.util.NoSuchElementException;

/**
 * Everything the attack show looks at, at one moment.
 *
 * @param at time since the show began
 * @param phase of the show
 * @param pressure of the proxy
 * @param relays of the proxy
 * @param refused connections the proxy turned away so far, on all listeners
 * @param hostile how the hostile crowd fares; all zero before and after it
 * @param honest what honest clients got done so far, by listener
 */
record Moment(
        Duration at,
        Phase phase,
        PressureView pressure,
        RelayCounts relays,
        long refused,
        HostileCrowd.Counts hostile,
        Map<String, Exchanges> honest) {
    /** The three acts. */
    enum Phase {
        CALM,
        ATTACK,
        AFTER
    }

    /** What honest clients of {@code listener} got done so far. */
    Exchanges exchanges(String listener) {
        Exchanges exchanges = honest.get(listener);
        if (exchanges == null) {
            throw new NoSuchElementException("listener " + listener + " (expected: one of " + honest.keySet() + ")");
        }
        return exchanges;
    }

    /** Level of the worst signal, 0 upward; 0 before the first reading. */
    double level() {
        return pressure.evaluation().map(e -> e.worst().level()).orElse(0.0);
    }

    /** Where it stands between its marks: below 0 there is no pressure, from 1 on there is. */
    double position() {
        return pressure.evaluation().map(e -> e.position()).orElse(-1.0);
    }

    /** The worst signal's name. */
    String signal() {
        return pressure.evaluation().map(e -> e.worst().signal().label()).orElse("-");
    }
}
