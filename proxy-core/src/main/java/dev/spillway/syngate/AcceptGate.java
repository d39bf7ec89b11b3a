package dev.spillway.syngate;

import dev.spillway.listener.Listener;
import dev.spillway.syngate.SynGateSettings.Refusal;
import java.util.List;

/**
 * The gate that works everywhere: it acts when the kernel hands a connection over, either by not taking it yet or by
 * resetting it. The kernel has answered the SYN by then, so this is the last choice of gates.
 */
public final class AcceptGate implements SynGate {
    private final SynGateSettings settings;
    private final List<Listener> listeners;

    /** A gate for all of {@code listeners}; it is open. */
    public AcceptGate(SynGateSettings settings, List<Listener> listeners) {
        this.settings = settings;
        this.listeners = List.copyOf(listeners);
    }

    @Override
    public String kind() {
        return settings.refusal() == Refusal.PAUSE ? "accept-pause" : "accept-reset";
    }

    @Override
    public void apply(double synDropRate) {
        listeners.forEach(listener -> listener.synDropRate(synDropRate));
    }

    @Override
    public void close() {
        apply(0);
    }
}
