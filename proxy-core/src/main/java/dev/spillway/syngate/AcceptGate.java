package dev.spillway.syngate;

import dev.spillway.listener.Listener;
import dev.spillway.syn.SynOrder;
import dev.spillway.syngate.SynGateSettings.Refusal;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The gate that works everywhere: it acts when the kernel hands a connection over, either by not taking it yet or by
 * resetting it. The kernel has answered the SYN by then, so this is the last choice of gates. It knows no offenders: those
 * meet the rate.
 */
public final class AcceptGate implements SynGate {
    private final Supplier<SynGateSettings> settings;
    private final Supplier<List<Listener>> listeners;
    private final String reason;
    private double rate;

    /**
     * A gate for all of {@code listeners}, which may come and go; it is open.
     *
     * @param reason why it was taken
     */
    public AcceptGate(Supplier<SynGateSettings> settings, Supplier<List<Listener>> listeners, String reason) {
        this.settings = settings;
        this.listeners = listeners;
        this.reason = reason;
    }

    @Override
    public String kind() {
        return settings.get().refusal() == Refusal.PAUSE ? "accept-pause" : "accept-reset";
    }

    @Override
    public synchronized void apply(SynOrder order) {
        rate = order.dropRate();
        refresh();
    }

    /** Applies the rate in force to listeners that are new. Any thread. */
    @Override
    public synchronized boolean refresh() {
        for (Listener listener : listeners.get()) {
            listener.synGate().kind(Optional.empty());
            listener.synDropRate(rate);
        }
        return true;
    }

    @Override
    public synchronized SynGateView view() {
        return SynGateView.of(kind(), reason, rate);
    }

    @Override
    public void close() {
        apply(SynOrder.NONE);
    }
}
