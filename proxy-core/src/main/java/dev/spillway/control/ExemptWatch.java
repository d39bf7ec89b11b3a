package dev.spillway.control;

import dev.spillway.pressure.ExemptAlarm;
import dev.spillway.relay.ExemptShare;
import dev.spillway.relay.Relays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Looks now and then what connections take that MPP may not close, and says when that is too much. Owned by the controller's
 * thread.
 */
final class ExemptWatch {
    /** The sums are as old as the last look at each connection anyway. */
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

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
        cost = sum(budget);
        return alarm.look(cost.bytes(), budget)
                ? Optional.of(new ControlEvent.ExemptAlarm(
                        alarm.raised(), cost.worstListener().orElse(""), cost.bytes(), budget))
                : Optional.empty();
    }

    private ExemptCost sum(long budget) {
        ExemptShare share = relays.exemptCost();
        return new ExemptCost(share.bytes(), budget, share.connections(), share.worstListener());
    }
}
