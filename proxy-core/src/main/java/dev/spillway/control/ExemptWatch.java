package dev.spillway.control;

import dev.spillway.connection.ConnectionFacts;
import dev.spillway.pressure.ExemptAlarm;
import dev.spillway.relay.RelayCounts;
import dev.spillway.relay.Relays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Looks now and then what connections take that MPP may not close, and says when that is too much. Owned by the controller's
 * thread.
 */
final class ExemptWatch {
    /** A look reads every connection, so not with each turn. */
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Relays relays;
    private final ExemptAlarm alarm = new ExemptAlarm();
    private ExemptCost cost = ExemptCost.UNKNOWN;
    private long lookedAt;
    private boolean looked;

    ExemptWatch(Relays relays) {
        this.relays = relays;
    }

    /** As it was when it was last looked at. */
    ExemptCost cost() {
        return cost;
    }

    /** Looks if it is time to, and says what is to be told. */
    Optional<ControlEvent> look(long now, long budget) {
        if (looked && now - lookedAt < LOOK_NANOS && budget == cost.budget()) {
            return Optional.empty();
        }
        looked = true;
        lookedAt = now;
        cost = sum(now, budget);
        return alarm.look(cost.bytes(), budget)
                ? Optional.of(new ControlEvent.ExemptAlarm(
                        alarm.raised(), cost.worstListener().orElse(""), cost.bytes(), budget))
                : Optional.empty();
    }

    private ExemptCost sum(long now, long budget) {
        RelayCounts counts = relays.counts();
        if (counts.active() == counts.activeEligible()) {
            return new ExemptCost(0, budget, 0, Optional.empty());
        }
        long bytes = 0;
        int connections = 0;
        Map<String, Long> byListener = new HashMap<>();
        for (ConnectionFacts each : relays.facts(now)) {
            if (!each.verdict().eligible()) {
                bytes += each.costBytes();
                connections++;
                byListener.merge(each.listener(), each.costBytes(), Long::sum);
            }
        }
        return new ExemptCost(
                bytes,
                budget,
                connections,
                byListener.entrySet().stream()
                        .max(Map.Entry.<String, Long>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
                        .map(Map.Entry::getKey));
    }
}
