package dev.spillway.control;

import dev.spillway.pressure.Evaluation;
import dev.spillway.pressure.Greedy;
import dev.spillway.pressure.PressureSettings;
import dev.spillway.pressure.Restraint;
import dev.spillway.pressure.Restraint.Measures;
import dev.spillway.relay.Relays;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Takes the gentler steps, and takes them back. Owned by the controller's thread. */
final class Restraining {
    private final Relays relays;
    private final Consumer<ControlEvent> tell;
    private final Restraint restraint = new Restraint();
    private final Greedy greedy = new Greedy();
    private final ChoicePace pace = new ChoicePace();
    private Set<Long> heldBack = Set.of();
    private boolean told;

    Restraining(Relays relays, Consumer<ControlEvent> tell) {
        this.relays = relays;
        this.tell = tell;
    }

    /** @param soon whether a signal would reach its high mark within an interval at its slope */
    void take(long now, Evaluation evaluation, PressureSettings settings, boolean soon, boolean dryRun) {
        if (!settings.restraint() || dryRun) {
            release(dryRun ? "a dry run begins" : "it was switched off");
            return;
        }
        Measures measures = restraint.advance(now, evaluation, settings.watermarks(), soon);
        if (measures.timeoutScale() != relays.timeoutScale()) {
            relays.timeoutScale(measures.timeoutScale());
        }
        if (!measures.holdBack()) {
            letGo();
        } else if (pace.due(now)) {
            long began = System.nanoTime();
            hold(greedy.choose(now, relays.facts(now)));
            pace.chose(now, System.nanoTime() - began);
        }
        tell(measures.on(), evaluation::describe);
    }

    /** Takes everything back, whatever the pressure. */
    void release(String reason) {
        restraint.release();
        letGo();
        if (relays.timeoutScale() != 1) {
            relays.timeoutScale(1);
        }
        tell(false, () -> reason);
    }

    private void letGo() {
        greedy.release();
        pace.reset();
        hold(Set.of());
    }

    private void hold(Set<Long> ids) {
        if (!ids.equals(heldBack)) {
            // In this order: what failed is asked for again.
            relays.holdBack(ids);
            heldBack = ids;
        }
    }

    /** The reason is put into words only when there is something to tell: a turn may come every few milliseconds. */
    private void tell(boolean on, Supplier<String> reason) {
        if (on != told) {
            told = on;
            tell.accept(new ControlEvent.Restraint(on, reason.get()));
        }
    }
}
