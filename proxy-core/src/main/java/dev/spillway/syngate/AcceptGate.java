package dev.spillway.syngate;

import dev.spillway.listener.Listener;
import dev.spillway.syngate.SynGateSettings.Refusal;
import java.util.List;
import java.util.function.Supplier;

/**
 * The gate that works everywhere: it acts when the kernel hands a connection over, either by not taking it yet or by
 * resetting it. The kernel has answered the SYN by then, so this is the last choice of gates.
 */
public final class AcceptGate implements SynGate {
    private final Supplier<SynGateSettings> settings;
    private final Supplier<List<Listener>> listeners;
    private double rate;

    /** A gate for all of {@code listeners}, which may come and go; it is open. */
    public AcceptGate(Supplier<SynGateSettings> settings, Supplier<List<Listener>> listeners) {
        this.settings = settings;
        this.listeners = listeners;
    }

    @Override
    public String kind() {
        return settings.get().refusal() == Refusal.PAUSE ? "accept-pause" : "accept-reset";
    }

    @Override
    public synchronized void apply(double synDropRate) {
        rate = synDropRate;
        refresh();
    }

    /** Applies the rate in force to listeners that are new. Any thread. */
    public synchronized void refresh() {
        listeners.get().forEach(listener -> listener.synDropRate(rate));
    }

    @Override
    public void close() {
        apply(0);
    }
}
